"""A clean Debian 12 for one test: a root made once by mmdebstrap and kept under build/, with what the test changes in an overlay of its own."""
import ctypes
import hashlib
import os
import shutil
import stat
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(ROOT, "build", "debian-root")
CLONE_NEWNS, MS_PRIVATE, MS_REC = 0x00020000, 1 << 18, 1 << 14
# systemd is what a server has; in a root without it the package must install as well. These packages are of the machine, none is of ours.
LAYERS = {"minimal": [], "host": ["systemd", "systemd-sysv", "dbus", "docker.io", "iproute2", "nftables"]}


def own_mounts():
    """This process gets mounts of its own: they end with it, however it ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0 or libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) != 0:
        raise OSError(ctypes.get_errno(), "a mount namespace cannot be made (are you root?)")


def call(*words, **options):
    done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)
    assert done.returncode == 0, f"{' '.join(words)}: {done.returncode}\n{done.stdout}"
    return done.stdout


def base():
    """The cached root. It keeps apt's lists, so that an install needs no update."""
    path = os.path.join(CACHE, "minimal")
    if not os.path.exists(path):
        fresh = path + ".new"
        shutil.rmtree(fresh, ignore_errors=True)
        os.makedirs(CACHE, exist_ok=True)
        call("mmdebstrap", "--variant=minbase", "--mode=root", "--skip=cleanup/apt/lists", "bookworm", fresh)
        os.rename(fresh, path)
    return path


def archives():
    """Packages that apt fetched for an earlier run."""
    path = os.path.join(CACHE, "archives")
    os.makedirs(os.path.join(path, "partial"), exist_ok=True)
    return path


class DebianRoot:
    def __init__(self, layer):
        self.work = tempfile.mkdtemp(prefix="cw-package-")
        self.path = os.path.join(self.work, "root")
        try:
            lower = base()
            if LAYERS[layer]:
                lower = f"{self.layer(layer)}:{lower}"
            self.mount(lower, os.path.join(self.work, "changes"), self.path)
        except BaseException:
            self.close()
            raise

    def mount(self, lower, upper, path):
        for folder in (upper, upper + ".work", path):
            os.makedirs(folder, exist_ok=True)
        call("mount", "-t", "overlay", "-o", f"lowerdir={lower},upperdir={upper},workdir={upper}.work", "overlay", path)

    def layer(self, name):
        """The packages of a layer, installed once."""
        kept = os.path.join(CACHE, name)
        if not os.path.exists(kept):
            fresh, path = kept + ".new", os.path.join(self.work, "layer")
            shutil.rmtree(fresh, ignore_errors=True)
            shutil.rmtree(fresh + ".work", ignore_errors=True)
            self.mount(base(), fresh, path)
            try:
                self.install_in(path, *LAYERS[name])
            finally:
                call("umount", path)
            shutil.rmtree(fresh + ".work")
            os.rename(fresh, kept)
        return kept

    def close(self):
        subprocess.run(["umount", "-l", self.path], stderr=subprocess.DEVNULL)
        shutil.rmtree(self.work)

    def run(self, *words, **options):
        return self.run_in(self.path, *words, **options)

    def run_in(self, path, *words, **options):
        """In the root, with the machine's network: what apt needs. No service starts here."""
        inside = 'set -e; mount -t proc proc "$0/proc"; mount --bind "$1" "$0/var/cache/apt/archives"; mount --bind /etc/resolv.conf "$0/etc/resolv.conf"; shift; exec chroot "$0" "$@"'
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root"}
        return call("unshare", "-m", "-p", "-f", "--kill-child", "sh", "-c", inside, path, archives(), *words, env=environment, **options)

    def install_in(self, path, *packages):
        policy = os.path.join(path, "usr/sbin/policy-rc.d")
        with open(policy, "w") as file:
            file.write("#!/bin/sh\nexit 101\n")
        os.chmod(policy, 0o755)
        words = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *packages]
        try:
            try:
                return self.run_in(path, *words)
            except AssertionError:
                # the lists of a cached root grow old
                self.run_in(path, "apt-get", "update", "-q")
                return self.run_in(path, *words)
        finally:
            os.unlink(policy)

    def install(self, *packages):
        return self.install_in(self.path, *packages)

    def put(self, source, name):
        target = os.path.join(self.path, name.lstrip("/"))
        shutil.copy(source, target)
        return name

    def read(self, name):
        with open(os.path.join(self.path, name.lstrip("/"))) as file:
            return file.read()

    def write(self, name, text):
        with open(os.path.join(self.path, name.lstrip("/")), "w") as file:
            file.write(text)

    def tree(self):
        """Every file by name, with all that could differ."""
        out = {}
        skipped = {"/proc", "/sys", "/dev", "/run", "/tmp"}
        for folder, folders, files in os.walk(self.path):
            inside = folder[len(self.path):] or "/"
            folders[:] = [f for f in folders if os.path.join(inside, f) not in skipped]
            for name in [*folders, *files]:
                full = os.path.join(folder, name)
                facts = os.lstat(full)
                content = ""
                if stat.S_ISLNK(facts.st_mode):
                    content = os.readlink(full)
                elif stat.S_ISREG(facts.st_mode):
                    with open(full, "rb") as file:
                        content = hashlib.file_digest(file, "sha256").hexdigest()
                out[os.path.join(inside, name)] = (oct(facts.st_mode), facts.st_uid, facts.st_gid, content)
        return out
