"""A machine made of a Debian root: processes, network, mounts and cgroups of its own. All of it ends with its first process."""
import ctypes
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request

START = r"""
set -e
root=$1; shift
mount -t proc proc $root/proc
mount -t sysfs sysfs $root/sys
mount -t tmpfs -o mode=755 tmpfs $root/run
mount -t tmpfs -o mode=1777 tmpfs $root/tmp
mount -t tmpfs -o mode=755 tmpfs $root/dev
mkdir $root/dev/shm $root/dev/pts $root/run/lock
mount -t devpts -o newinstance,ptmxmode=0666 devpts $root/dev/pts
ln -s pts/ptmx $root/dev/ptmx
ln -s /proc/self/fd $root/dev/fd
for device in null zero full random urandom tty; do touch $root/dev/$device; mount --bind /dev/$device $root/dev/$device; done
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 $root/sys/fs/cgroup
else
  mount -t tmpfs -o mode=755 tmpfs $root/sys/fs/cgroup
  for tree in $TREES; do
    mkdir $root/sys/fs/cgroup/$tree
    if [ $tree = systemd ]; then options=none,name=systemd,xattr; else options=$tree; fi
    mount -t cgroup -o $options cgroup $root/sys/fs/cgroup/$tree
  done
fi
# Docker's layers need a file system below them that is no overlay itself
if [ -x $root/usr/sbin/dockerd ]; then mkdir -p $root/../docker $root/var/lib/docker; mount --bind $root/../docker $root/var/lib/docker; fi
ip link set lo up
for address in $ADDRESSES; do ip addr add $address/32 dev lo; done
ip link add br-ex type bridge
ip link set br-ex up
touch $root/run/machine
# no mere chroot: who joins the namespace of a container made here must find the container's root
cd $root
pivot_root . mnt
umount -l /mnt
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 container=test "$@"
"""


def control_groups(name):
    """A group of that name in each tree that the kernel has: of the second version, or of the first with systemd's own."""
    top = "/sys/fs/cgroup"
    if os.path.exists(f"{top}/cgroup.controllers"):
        return {"": f"{top}/{name}"}
    return {tree: f"{top}/{tree}/{name}" for tree in sorted(os.listdir(top)) if os.path.exists(f"{top}/{tree}/cgroup.procs") and tree != "unified"}


def make_group(path):
    os.makedirs(path, exist_ok=True)
    for setting in ("cpuset.cpus", "cpuset.mems"):  # empty in a new group, in which nothing may run then
        if os.path.exists(f"{path}/{setting}") and not os.path.exists(f"{path}/cgroup.controllers"):
            with open(f"{path}/../{setting}") as parent, open(f"{path}/{setting}", "w") as own:
                own.write(parent.read())


class Machine:
    def __init__(self, root, addresses, first=("/bin/sleep", "infinity")):
        self.root, self.addresses, self.first = root, addresses, first
        self.groups = control_groups(f"causeway-package-{os.getpid()}")
        self.log = open(os.path.join(root.work, "first-process.log"), "w+")
        self.children = []
        self._boot()

    def _boot(self):
        for group in self.groups.values():
            make_group(group)
        # the groups first: what is below them is all that the machine sees
        join = "".join(f'echo $$ > "{group}/cgroup.procs" && ' for group in self.groups.values()) + 'exec "$@"'
        self.launcher = subprocess.Popen(
            ["sh", "-c", join, "join", "unshare", "-m", "-p", "-f", "-n", "-u", "-i", "-C", "--kill-child", "sh", "-c", START, "start", self.root.path, *self.first],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, env=dict(os.environ, ADDRESSES=" ".join(self.addresses), TREES=" ".join(self.groups)))
        self.init = self._first_process(self.first[0])

    def _first_process(self, program):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            assert self.launcher.poll() is None, open(self.log.name).read()
            with open(f"/proc/{self.launcher.pid}/task/{self.launcher.pid}/children") as file:
                children = file.read().split()
            if children and os.path.exists(f"/proc/{children[0]}/root/run/machine"):
                return int(children[0])
            time.sleep(0.02)
        raise AssertionError(f"{program} did not start:\n" + open(self.log.name).read())

    def enter(self, *words, network_only=False):
        return ["nsenter", "-t", str(self.init), *(["-n"] if network_only else ["-a", "-r", "-w"]), *words]

    def run(self, *words, check=True, timeout=60, **options):
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **options.pop("env", {})}
        done = subprocess.run(self.enter(*words), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=timeout, env=environment, **options)
        assert not check or done.returncode == 0, f"{' '.join(words)}: {done.returncode}\n{done.stdout}"
        return done.stdout if check else done

    def start(self, *words, log, env=None, listen=None):
        """`listen`: a socket unit's path. As from a service manager, it is descriptor 3 of the process."""
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", **(env or {})}
        options = {}
        if listen:
            listening = socket.socket(socket.AF_UNIX)
            inside = f"/proc/{self.init}/root{listen}"
            os.makedirs(os.path.dirname(inside))
            listening.bind(inside)
            listening.listen()
            environment["LISTEN_FDS"] = "1"
            options = {"pass_fds": (3,), "preexec_fn": lambda: os.dup2(listening.fileno(), 3)}
        process = subprocess.Popen(self.enter(*words), stdout=log, stderr=subprocess.STDOUT, env=environment, **options)
        self.children.append(process)
        if listen:
            listening.close()
        return process

    def request(self, method, url, body=None, headers=None):
        """HTTP from within the machine's network: status, headers and the body (None when nobody answers)."""
        out = [None, None, None]

        def ask():
            space = os.open(f"/proc/{self.init}/ns/net", os.O_RDONLY)
            try:
                if ctypes.CDLL(None, use_errno=True).setns(space, 0) != 0:
                    return
            finally:
                os.close(space)
            data = None if body is None else json.dumps(body).encode()
            asked = urllib.request.Request(url, data, {"Content-Type": "application/json", **(headers or {})}, method=method)
            try:
                with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=10) as answer:
                    out[:] = answer.status, answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                out[:] = error.code, error.headers, error.read()
            except OSError:
                pass
        # a thread enters a network by itself; the process stays where it is
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        status, seen, text = out
        return status, seen, json.loads(text) if text and text[:1] in b"{[" else text

    def reboot(self):
        """As when the power goes."""
        self._halt()
        self._boot()

    def close(self):
        self._halt()
        self.log.close()

    def _halt(self):
        try:
            os.kill(self.init, signal.SIGKILL)
        except (AttributeError, ProcessLookupError):
            pass
        self.launcher.kill()
        for process in [self.launcher, *self.children]:
            process.wait(20)
        for group in self.groups.values():
            self._remove_group(group)

    @staticmethod
    def _remove_group(group):
        deadline = time.monotonic() + 10
        while os.path.exists(group) and time.monotonic() < deadline:
            for folder, _, _ in os.walk(group, topdown=False):
                try:
                    os.rmdir(folder)
                except OSError:
                    time.sleep(0.02)  # the kernel empties a group a moment after its last process
