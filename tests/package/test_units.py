"""The package under a real systemd: its units with all that they forbid, the driver's socket, upgrade and removal."""
import base64
import os
import re
import subprocess

import pytest

import installation
from debian_root import ROOT, DebianRoot, call
from installation import CENTRAL, REGION, eventually
from machine import Machine

UNITS = ["causeway-central.service", "causeway-region.service", "causeway-agent.service"]
DRIVER = "/run/docker/plugins/causeway.sock"
# they would set the kernel that this machine shares with the one that runs the test
MASKED = ["systemd-sysctl.service", "systemd-modules-load.service", "systemd-udevd.service", "systemd-udev-trigger.service", "systemd-remount-fs.service",
          "systemd-timesyncd.service", "dev-hugepages.mount", "sys-fs-fuse-connections.mount", "sys-kernel-debug.mount", "sys-kernel-tracing.mount",
          "getty.target", "console-getty.service", "systemd-networkd-wait-online.service", "timers.target"]
# bridges and filters of Docker's own are of the kernel's older tables, which a test's kernel need not have
DOCKER = '{"live-restore": true, "iptables": false, "bridge": "none", "ip-forward": false}'
# by systemd-analyze security, 0 (closed) to 10: what the units reach, as a bound against loosening them unseen
EXPOSURE = {"causeway-central.service": 1.5, "causeway-region.service": 1.5, "causeway-agent.service": 5.0}


@pytest.fixture(scope="module")
def root(package):
    made = DebianRoot("host")
    try:
        for name in MASKED:
            os.symlink("/dev/null", os.path.join(made.path, "etc/systemd/system", name))
        os.makedirs(os.path.join(made.path, "etc/docker"), exist_ok=True)
        made.write("/etc/docker/daemon.json", DOCKER)
        made.install("." + made.put(package, "/tmp/" + package.rsplit("/", 1)[1]))
        yield made
    finally:
        made.close()


def is_up(machine):
    return machine.run("systemctl", "is-system-running", check=False).stdout.strip() in ("running", "degraded")


@pytest.fixture(scope="module")
def machine(root):
    """Installed and configured as the guide says; no unit of ours runs yet."""
    made = Machine(root, installation.ADDRESSES, ("/lib/systemd/systemd", "--log-target=console", "systemd.unit=multi-user.target"))
    try:
        eventually(lambda: is_up(made), "systemd is up")
        installation.make_certificates(made)
        installation.configure(root)
        installation.bootstrap(made)
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def openstack(root, machine):
    """The stock client, on a machine that reaches the cloud, with the clouds.yaml that the program writes."""
    file = os.path.join(root.work, "clouds.yaml")
    with open(file, "w") as out:
        out.write(machine.run("causeway", "openrc", "--auth-url", installation.AUTH_URL, "--region", "CentralRegion", "--region", "RegionOne", "--clouds"))

    def call_client(cloud, *words):
        environment = dict(os.environ, OS_CLIENT_CONFIG_FILE=file, OS_CLOUD=cloud, OS_PASSWORD=installation.PASSWORD)
        return call(*machine.enter("openstack", *words, network_only=True), env=environment, timeout=120)
    return call_client


def journal(machine, unit):
    """What systemd and the process said of it."""
    return machine.run("systemctl", "status", "--no-pager", "-l", "-n", "40", unit, check=False).stdout


def start(machine, *units):
    done = machine.run("systemctl", "enable", "--now", *units, check=False)
    assert done.returncode == 0, done.stdout + "".join(journal(machine, unit) for unit in units)


def show(machine, unit, prop):
    return machine.run("systemctl", "show", "--value", "-p", prop, unit).strip()


def status_of(machine, unit):
    text = machine.run("cat", f"/proc/{show(machine, unit, 'MainPID')}/status")
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


def test_nothing_is_enabled_or_started_by_the_installation(machine):
    for unit in [*UNITS, "causeway-driver.socket"]:
        assert machine.run("systemctl", "is-enabled", unit, check=False).stdout.strip() in ("disabled", "static")
        assert machine.run("systemctl", "is-active", unit, check=False).stdout.strip() == "inactive"


def test_systemd_finds_no_fault_in_the_units(root):
    units = [f"/lib/systemd/system/{name}" for name in [*UNITS, "causeway-driver.socket"]]
    assert root.run("systemd-analyze", "verify", "--man=no", *units) == ""


@pytest.mark.parametrize("unit", EXPOSURE)
def test_a_unit_is_no_more_exposed_than_it_was(machine, unit):
    text = machine.run("systemd-analyze", "security", "--no-pager", unit)
    level = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", text)[1])
    assert level <= EXPOSURE[unit], text


def test_centre_region_and_host_serve_within_what_their_units_allow(machine):
    start(machine, *UNITS)
    for unit in UNITS:
        status = status_of(machine, unit)
        assert status["NoNewPrivs"] == "1" and status["Seccomp"] == "2", unit
        assert (status["Uid"].split()[0] == "0") == (unit == "causeway-agent.service")
    # `systemctl start` returned when they served: type notify
    assert installation.is_healthy(machine, CENTRAL, 5000) and installation.is_healthy(machine, REGION, 9517)
    eventually(lambda: [h["hostname"] for h in installation.api(machine, "GET", f"http://{REGION}:9517/v1/hosts")["hosts"]] == ["host1"], "the region knows the host")


def test_the_first_container_of_the_guide_runs(machine, openstack):
    image = os.path.join(ROOT, "build", "busybox.tar")
    call(os.path.join(ROOT, "tools/make-image"), image)
    eventually(lambda: installation.api(machine, "GET", f"http://{REGION}:9517/v1/hosts")["hosts"][0]["mem_total"], "the host has said what it has")
    openstack("CentralRegion", "network", "create", "net1")
    openstack("CentralRegion", "subnet", "create", "--network", "net1", "--subnet-range", "10.0.1.0/24", "subnet1")
    openstack("RegionOne", "image", "create", "--container-format", "docker", "--disk-format", "raw", "--file", image, "busybox")
    openstack("RegionOne", "appcontainer", "run", "--name", "c1", "--net", "network=net1", "--image-driver", "glance", "--memory", "64", "--cpu", "0.1", "busybox", "sleep", "100000")

    def running():
        seen = installation.api(machine, "GET", f"http://{REGION}:9517/v1/containers/c1")
        assert seen["status"] != "Error", seen["status_reason"] + journal(machine, "causeway-agent.service")
        return seen if seen["status"] == "Running" else None
    seen = eventually(running, "c1 runs")
    address = next(iter(seen["addresses"].values()))[0]["addr"]
    assert f"inet {address}/24" in machine.run("docker", "exec", "zun-" + seen["uuid"], "ip", "address")


def test_a_routers_namespace_is_the_hosts_and_outlives_the_agent(machine, openstack):
    openstack("CentralRegion", "router", "create", "r1")
    openstack("CentralRegion", "router", "add", "subnet", "r1", "subnet1")
    names = eventually(lambda: machine.run("ip", "netns", "list").split(), "the host has the router's namespace")
    machine.run("systemctl", "stop", "causeway-agent.service")
    assert "10.0.1.1" in machine.run("ip", "netns", "exec", names[0], "ip", "address")
    start(machine, "causeway-agent.service")


def central(machine, method, path, **body):
    return installation.api(machine, method, f"http://{CENTRAL}:9696/v2.0{path}", body or None)


def c1(machine):
    return installation.api(machine, "GET", f"http://{REGION}:9517/v1/containers/c1")


def make_outside(machine):
    """Somebody else at the bridge of the external network, who is its router."""
    for words in ("netns add outside", "link add out type veth peer name eth0 netns outside", "link set out master br-ex up",
                  "-n outside addr add 172.30.1.1/24 dev eth0", "-n outside link set eth0 up"):
        machine.run("ip", *words.split())
    return ["nsenter", f"--net=/proc/{machine.init}/root/run/netns/outside"]


def test_all_else_that_an_agent_does_is_within_what_its_unit_allows(machine):
    """Gateways and floating IPs, names, bandwidth limits, files of containers: each needs the kernel or the disk in another way."""
    seen = central(machine, "GET", f"/ports?device_id={c1(machine)['uuid']}")["ports"][0]
    port, network = seen["id"], seen["network_id"]
    in_c1 = ["docker", "exec", "zun-" + c1(machine)["uuid"]]
    outside = make_outside(machine)
    external = central(machine, "POST", "/networks", network={"name": "ext", "router:external": True, "provider:network_type": "flat",
                                                              "provider:physical_network": "external", "availability_zone_hints": ["RegionOne"]})["network"]["id"]
    central(machine, "POST", "/subnets", subnet={"network_id": external, "ip_version": 4, "cidr": "172.30.1.0/24", "gateway_ip": "172.30.1.1", "enable_dhcp": False})
    router = central(machine, "GET", "/routers?name=r1")["routers"][0]["id"]
    central(machine, "PUT", f"/routers/{router}", router={"external_gateway_info": {"network_id": external}})
    eventually(lambda: machine.run(*in_c1, "ping", "-c", "1", "-W", "1", "172.30.1.1", check=False).returncode == 0, "c1 reaches what is outside")

    floating = central(machine, "POST", "/floatingips", floatingip={"floating_network_id": external, "port_id": port})["floatingip"]["floating_ip_address"]
    group = central(machine, "GET", f"/ports/{port}")["port"]["security_groups"][0]
    central(machine, "POST", "/security-group-rules", security_group_rule={"security_group_id": group, "direction": "ingress", "protocol": "icmp"})
    eventually(lambda: subprocess.run([*outside, "ping", "-c", "1", "-W", "1", floating], capture_output=True).returncode == 0, "c1 is reached from outside")

    eventually(lambda: "10.0.1." in machine.run(*in_c1, "nslookup", "c1", check=False).stdout.split("Server", 1)[-1], "c1 has a name")

    policy = central(machine, "POST", "/qos/policies", policy={"name": "slow"})["policy"]["id"]
    central(machine, "POST", f"/qos/policies/{policy}/bandwidth_limit_rules", bandwidth_limit_rule={"direction": "ingress", "max_kbps": 5000})
    central(machine, "PUT", f"/networks/{network}", network={"qos_policy_id": policy})
    eventually(lambda: "rate 5Mbit" in machine.run("tc", "qdisc", "show") + machine.run("tc", "class", "show"), "the limit is in the kernel")

    content = base64.b64encode(b"key = value").decode()
    body = {"name": "c2", "image": "busybox", "image_driver": "glance", "command": ["sleep", "100000"], "memory": "64", "cpu": "0.1",
            "nets": [{"network": "net1"}], "mounts": [{"type": "bind", "source": content, "destination": "/etc/app.conf"}]}
    made = installation.api(machine, "POST", f"http://{REGION}:9517/v1/containers?run=true", body)["uuid"]
    eventually(lambda: installation.api(machine, "GET", f"http://{REGION}:9517/v1/containers/c2")["status"] == "Running", "c2 runs")
    assert machine.run("docker", "exec", f"zun-{made}", "cat", "/etc/app.conf") == "key = value"
    said = journal(machine, "causeway-agent.service").lower()
    assert "denied" not in said and "not permitted" not in said, said


def test_the_state_is_closed_to_others(machine):
    for name, owner in (("central", "causeway"), ("region", "causeway"), ("agent", "root")):
        assert machine.run("stat", "-c", "%a %U", f"/var/lib/causeway/{name}").strip() == f"700 {owner}"


def ask_driver(machine):
    """What dockerd does first: it activates the plugin."""
    script = f"import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect('/proc/{machine.init}/root{DRIVER}'); " \
             "s.sendall(b'POST /Plugin.Activate HTTP/1.1\\r\\nHost: agent\\r\\nContent-Length: 0\\r\\n\\r\\n'); print(s.recv(4096).decode())"
    return subprocess.run(["/usr/bin/python3", "-c", script], capture_output=True, text=True, timeout=40)


def test_a_call_of_dockerd_waits_for_an_agent_that_died(machine):
    before = show(machine, "causeway-agent.service", "MainPID")
    machine.run("systemctl", "kill", "-s", "KILL", "causeway-agent.service")
    answer = ask_driver(machine)
    assert "NetworkDriver" in answer.stdout, answer.stdout + answer.stderr + journal(machine, "causeway-agent.service")
    assert show(machine, "causeway-agent.service", "MainPID") not in ("0", before)


def test_an_agent_that_cannot_start_does_not_hold_dockerd_for_ever(root, machine):
    good = root.read("/etc/causeway/agent.toml")
    machine.run("systemctl", "stop", "causeway-driver.socket", "causeway-agent.service")
    root.write("/etc/causeway/agent.toml", good.replace("\nhost =", "\nhots ="))
    try:
        machine.run("systemctl", "start", "causeway-driver.socket")
        answer = ask_driver(machine)
        assert "NetworkDriver" not in answer.stdout
        eventually(lambda: show(machine, "causeway-driver.socket", "ActiveState") == "failed", "the socket is given up")
        assert "hots" in journal(machine, "causeway-agent.service")
    finally:
        root.write("/etc/causeway/agent.toml", good)
        machine.run("systemctl", "reset-failed", "causeway-driver.socket", "causeway-agent.service", check=False)
    start(machine, "causeway-agent.service")
    assert "NetworkDriver" in ask_driver(machine).stdout


def test_an_upgrade_starts_the_processes_again_and_keeps_the_socket_and_the_configuration(root, machine, package):
    before = {unit: show(machine, unit, "MainPID") for unit in UNITS}
    socket_since = show(machine, "causeway-driver.socket", "ActiveEnterTimestampMonotonic")
    machine.run("dpkg", "--install", root.put(package, "/var/tmp/causeway.deb"), timeout=120)
    for unit in UNITS:
        assert show(machine, unit, "ActiveState") == "active", journal(machine, unit)
        assert show(machine, unit, "MainPID") not in ("0", before[unit])
    assert show(machine, "causeway-driver.socket", "ActiveEnterTimestampMonotonic") == socket_since
    assert {n["name"] for n in central(machine, "GET", "/networks")["networks"]} == {"net1", "ext"}
    assert c1(machine)["status"] == "Running"


def test_after_a_boot_everything_serves_and_dockerd_came_after_its_driver(machine):
    machine.reboot()
    eventually(lambda: is_up(machine), "systemd is up")
    for unit in [*UNITS, "docker.service"]:
        eventually(lambda unit=unit: show(machine, unit, "ActiveState") == "active", f"{unit} is up")
    since = [int(show(machine, unit, "ActiveEnterTimestampMonotonic")) for unit in ("causeway-driver.socket", "causeway-agent.service", "docker.service")]
    assert since == sorted(since)
    eventually(lambda: c1(machine)["status"] == "Stopped", "the host has reported")
    installation.api(machine, "POST", f"http://{REGION}:9517/v1/containers/c1/start")
    eventually(lambda: c1(machine)["status"] == "Running", "c1 runs again")


def test_a_purge_ends_the_units_and_leaves_no_user_state_or_configuration(root, machine):
    machine.run("dpkg", "--purge", "causeway", timeout=120)
    assert machine.run("systemctl", "list-units", "--all", "--no-legend", "--plain", "causeway*").strip() == ""
    for name in ("/etc/causeway", "/var/lib/causeway", "/run/docker/plugins/causeway.sock", "/usr/bin/causeway"):
        assert machine.run("test", "-e", name, check=False).returncode == 1, name
    assert "causeway" not in root.read("/etc/passwd") + root.read("/etc/group") + root.read("/etc/shadow")
    assert not [name for name in os.listdir(os.path.join(root.path, "etc/systemd/system")) if "causeway" in name]


def test_lintian_finds_no_error(package):
    done = subprocess.run(["lintian", "--fail-on", "error", "--tag-display-limit", "0", package], capture_output=True, text=True, timeout=120, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
