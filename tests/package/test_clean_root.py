"""The package on a clean Debian root without any service manager: it installs, its units' command lines serve, a purge leaves nothing."""

import pytest

import installation
from debian_root import DebianRoot
from installation import CENTRAL, REGION, eventually
from machine import Machine
from units import Unit
from zsh_completion import Zsh

# what apt and dpkg keep of anything that was ever installed: their own books, caches and logs
BOOKS = ("/var/lib/dpkg/", "/var/lib/apt/", "/var/cache/apt/", "/var/cache/debconf/", "/var/log/apt/", "/var/cache/ldconfig/")
BOOK_FILES = {"/var/log/dpkg.log", "/var/log/alternatives.log", "/etc/ld.so.cache", "/var/lib/dpkg", "/var/lib/apt", "/var/log/apt", "/var/cache/debconf", "/var/cache/ldconfig",
              # the copies that passwd's tools make before each change
              "/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"}


@pytest.fixture
def root():
    made = DebianRoot("minimal")
    try:
        yield made
    finally:
        made.close()


def difference(before, after):
    names = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    return sorted(name for name in names if name not in BOOK_FILES and not name.startswith(BOOKS))


def serve(machine, root, unit_name, log):
    unit = Unit(root, unit_name)
    sockets = [Unit(root, name).one("ListenStream", "Socket") for name in unit.all("Sockets")]
    return machine.start(*unit.command(), log=log, env=unit.environment(), listen=sockets[0] if sockets else None)


def check_fresh_files(machine):
    """The files of the package are good TOML; what is missing in them is said by name."""
    for name, missing in (("central", ["tls"]), ("region", ["central.control_url", "central.network_url", "tls"]), ("agent", ["host", "agent.vtep"])):
        done = machine.run("causeway", "config", "--check", f"/etc/causeway/{name}.toml", check=False)
        assert done.returncode == 2, done.stdout
        for setting in missing:
            assert setting in done.stdout, f"{name}.toml: {done.stdout}"


def check_completion(root):
    def completed(*words):
        script = f". /usr/share/bash-completion/completions/causeway; COMP_WORDS=({' '.join(map(repr, words))}); COMP_CWORD={len(words) - 1}; _causeway; echo ${{COMPREPLY[@]}}"
        return root.run("bash", "-c", script).split()
    assert completed("causeway", "boot") == ["bootstrap"]
    assert completed("causeway", "serve", "--co") == ["--config"]
    assert completed("causeway", "serve", "--config", "/etc/causeway/cen") == ["/etc/causeway/central.toml"]
    assert completed("causeway", "config", "--example", "re") == ["region"]
    assert completed("causeway", "completion", "z") == ["zsh"]


def check_completion_of_zsh(root):
    with Zsh(f"{root.path}/usr/share/zsh/vendor-completions") as zsh:
        assert zsh.completed("causeway boot") == "causeway bootstrap "
        assert zsh.completed("causeway keystone reg") == "causeway keystone register "
        assert zsh.completed("causeway serve --conf") == "causeway serve --config="
        assert zsh.completed(f"causeway serve --config {root.path}/etc/causeway/cen") == f"causeway serve --config {root.path}/etc/causeway/central.toml "
        assert zsh.completed("causeway config --example=re") == "causeway config --example=region "
        assert zsh.completed("causeway completion z") == "causeway completion zsh "
        assert zsh.completed("causeway keystone register --dry") == "causeway keystone register --dry-run "


def check_manual(root):
    """The pages are for man, which finds nothing wrong with them; the one of the commands knows all that the program lists."""
    text = root.run("zcat", "/usr/share/man/man1/causeway.1.gz")
    for line in root.run("causeway", "--help").splitlines():
        words = line.split()
        if line.startswith("  ") and words and words[0].isalpha():
            assert f'"causeway {words[0]}"' in text, f"the manual does not know {words[0]}"
    assert "agent.vtep" in root.run("zcat", "/usr/share/man/man5/causeway.toml.5.gz")


def test_it_installs_serves_by_its_units_command_lines_and_a_purge_leaves_nothing(root, package):
    before = root.tree()
    deb = root.put(package, "/tmp/" + package.rsplit("/", 1)[1])
    root.install("." + deb)
    machine = Machine(root, installation.ADDRESSES)
    try:
        check_fresh_files(machine)
        check_completion(root)
        check_completion_of_zsh(root)
        check_manual(root)
        installation.make_certificates(machine)
        installation.configure(root)
        for name in ("central", "region", "agent"):
            machine.run("causeway", "config", "--check", f"/etc/causeway/{name}.toml")
        installation.bootstrap(machine)
        with open(f"{root.work}/serve.log", "w+") as log:
            running = [serve(machine, root, f"causeway-{name}.service", log) for name in ("central", "region", "agent")]
            try:
                eventually(lambda: all(installation.is_healthy(machine, *where) for where in ((CENTRAL, 5000), (CENTRAL, 9696), (REGION, 9517), (REGION, 9292))), "every API answers")
                network = installation.api(machine, "POST", f"http://{CENTRAL}:9696/v2.0/networks", {"network": {"name": "first"}})["network"]
                assert [n["id"] for n in installation.api(machine, "GET", f"http://{CENTRAL}:9696/v2.0/networks")["networks"]] == [network["id"]]
                # the agent has dialled its region, with the packaged certificates
                eventually(lambda: [h["hostname"] for h in installation.api(machine, "GET", f"http://{REGION}:9517/v1/hosts")["hosts"]] == ["host1"], "the region knows the host")
                for process in running:
                    assert process.poll() is None
            except AssertionError as failure:
                log.seek(0)
                raise AssertionError(f"{failure}\n{log.read()}") from failure
            stop(machine, running)
    finally:
        machine.close()
    root.run("apt-get", "purge", "-q", "-y", "--autoremove", "causeway")
    root.run("rm", "-r", deb, "/root/causeway-authority")
    assert difference(before, root.tree()) == []


def stop(machine, running):
    """SIGTERM to the processes themselves: nsenter, which waits for them, does not pass it on."""
    machine.run("sh", "-c", "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" = causeway ] && kill -TERM ${p#/proc/}; done; true")
    for process in running:
        assert process.wait(30) == 0, "a process did not end well"


