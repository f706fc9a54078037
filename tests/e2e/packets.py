"""Packets between containers, sent and judged from inside their network namespaces: TCP, UDP and ICMP, IPv4 and IPv6, with the hops made.

A container's namespace is entered by its path in its host's file system, so that the image needs no tools."""
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor

from cloud import eventually

PORT = 7100

# answers each datagram and each connection with who asked, and with the TTL (hop limit) that was left; 12 and 51 are IP_RECVTTL and IPV6_RECVHOPLIMIT
SERVER = r"""
import selectors, socket, sys
poll = selectors.DefaultSelector()
for family, level, option in ((socket.AF_INET, socket.IPPROTO_IP, 12), (socket.AF_INET6, socket.IPPROTO_IPV6, 51)):
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        s = socket.socket(family, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6: s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        if kind == socket.SOCK_DGRAM: s.setsockopt(level, option, 1)
        s.bind(("", PORT))
        if kind == socket.SOCK_STREAM: s.listen(16)
        poll.register(s, selectors.EVENT_READ, kind)
print("ready", flush=True)
while True:
    for key, _ in poll.select():
        try:
            if key.data == socket.SOCK_DGRAM:
                _, control, _, peer = key.fileobj.recvmsg(100, 200)
                ttl = int.from_bytes(control[0][2][:4], sys.byteorder)
                key.fileobj.sendto(f"{ttl} {peer[0]}".encode(), peer)
            else:
                connection, peer = key.fileobj.accept()
                connection.sendall(f"0 {peer[0]}".encode())
                connection.close()
        except OSError:
            pass
""".replace("PORT", str(PORT))

# everything at the same time: it takes as long as the slowest that does not answer
CLIENT = r"""
import json, socket, subprocess, sys, threading
wait, targets = json.loads(sys.argv[1])
out = {target: {} for target in targets}
def talk(target, name, kind):
    s = socket.socket(socket.AF_INET6 if ":" in target else socket.AF_INET, kind)
    s.settimeout(wait)
    try:
        s.connect((target, PORT))
        if name == "udp": s.send(b"x")
        ttl, peer = s.recv(100).decode().split()
        out[target][name] = [int(ttl), peer]
    except OSError:
        out[target][name] = None
    s.close()
def ping(target):
    done = subprocess.run(["ping", "-c", "1", "-W", str(max(1, int(wait + 0.5))), target], capture_output=True)
    out[target]["icmp"] = done.returncode == 0
threads = [threading.Thread(target=f, args=a) for t in targets
           for f, a in ((talk, (t, "udp", socket.SOCK_DGRAM)), (talk, (t, "tcp", socket.SOCK_STREAM)), (ping, (t,)))]
for t in threads: t.start()
for t in threads: t.join()
print(json.dumps(out))
""".replace("PORT", str(PORT))


class Place:
    """A network namespace with a server in it."""

    def __init__(self, name, enter, addresses=()):
        self.name, self.enter, self.addresses = name, enter, list(addresses)
        self.server = None

    def v4(self):
        return next(a for a in self.addresses if ":" not in a)

    def serve(self):
        self.server = subprocess.Popen([*self.enter, "/usr/bin/python3", "-c", SERVER], stdout=subprocess.PIPE, text=True)
        assert self.server.stdout.readline() == "ready\n", self.name
        return self

    def stop(self):
        if self.server:
            self.server.kill()
            self.server.wait()
            self.server = None

    def ask(self, targets, wait=2.0):
        """By target: {"udp": [ttl, how we looked], "tcp": [0, how we looked], "icmp": bool}, None where nothing came back."""
        done = subprocess.run([*self.enter, "/usr/bin/python3", "-c", CLIENT, json.dumps([wait, targets])], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


def place_of(cloud, region, ident):
    """The container's namespace, by Docker's word."""
    body = cloud.container(region, ident)
    for host in (h for h, facts in cloud.hosts.items() if facts["region"] == region):
        status, containers = cloud.docker(host, "GET", "/containers/json")
        for each in containers if status == 200 else []:
            if not any(ident in text for text in [*each["Names"], *each["Labels"].values()]):
                continue
            key = cloud.docker(host, "GET", f"/containers/{each['Id']}/json")[1]["NetworkSettings"]["SandboxKey"]
            enter = ["nsenter", f"--net=/proc/{cloud.hosts[host]['init']}/root{key}"]
            return Place(body["name"], enter, cloud.address_of(body))
    raise AssertionError(f"container {ident} is on no host of {region}")


def outside(cloud):
    """What the hosts reach as the physical network "external"."""
    return Place("outside", ["nsenter", "-t", str(cloud.facts["outside"]), "-n"])


def judge(source, target, address, protocol, answer, hops):
    """What is wrong with one answer, as a list; hops: exactly so many, none = nothing may pass."""
    what = f"{source.name} -> {target.name} {address} {protocol}: {answer}"
    if hops is None:
        return [what + ", but nothing may pass"] if answer else []
    if not answer:
        return [what]
    return [what + f", but {hops} hops were expected"] if protocol == "udp" and answer[0] != 64 - hops else []


def check_reach(source, target, hops, wait=2.0):
    """What is wrong between two places: all protocols of all families."""
    seen = source.ask(target.addresses, wait)
    return [w for address, answers in seen.items() for protocol, answer in answers.items() for w in judge(source, target, address, protocol, answer, hops)]


def check_matrix(places, hops, wait=0.8):
    """What is wrong between all pairs of places, everybody asking everybody at the same time: `hops(source, target, protocol, six)` of each."""
    def row(source):
        others = [p for p in places if p is not source]
        seen = source.ask([a for p in others for a in p.addresses], wait)
        return [w for target in others for address in target.addresses for protocol, answer in seen[address].items()
                for w in judge(source, target, address, protocol, answer, hops(source.name, target.name, protocol, ":" in address))]
    with ThreadPoolExecutor(len(places)) as pool:
        return [w for wrong in pool.map(row, places) for w in wrong]


def await_matrix(places, hops, what, seconds=40):
    last = []

    def fine():
        last[:] = check_matrix(places, hops)
        return not last
    try:
        eventually(fine, what, seconds)
    except AssertionError:
        raise AssertionError("\n".join([what, *last])) from None


def await_reach(source, target, hops, seconds=20):
    last = []

    def fine():
        last[:] = check_reach(source, target, hops, 1.0)
        return not last
    try:
        eventually(fine, "reach", seconds)
    except AssertionError:
        raise AssertionError("\n".join(last))
