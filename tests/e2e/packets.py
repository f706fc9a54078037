"""Packets between containers, sent and judged from inside their network namespaces: TCP, UDP and ICMP, IPv4 and IPv6, with the hops made.

A container's namespace is entered by its path in its host's file system, so that the image needs no tools."""
import json
import subprocess

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

CLIENT = r"""
import json, socket, subprocess, sys, threading
wait, targets = json.loads(sys.argv[1])
out = {}
def ask(target):
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    seen = {}
    for name, kind in (("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)):
        s = socket.socket(family, kind)
        s.settimeout(wait)
        try:
            s.connect((target, PORT))
            if name == "udp": s.send(b"x")
            ttl, peer = s.recv(100).decode().split()
            seen[name] = [int(ttl), peer]
        except OSError:
            seen[name] = None
        s.close()
    ping = subprocess.run(["ping", "-c", "1", "-W", str(int(wait + 0.5)), target], capture_output=True)
    seen["icmp"] = ping.returncode == 0
    out[target] = seen
threads = [threading.Thread(target=ask, args=(t,)) for t in targets]
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


def check_reach(source, target, hops, wait=2.0):
    """What is wrong between two places: all protocols of all families, with exactly so many hops; none = nothing may pass."""
    wrong = []
    for address, seen in source.ask(target.addresses, wait).items():
        for protocol, answer in seen.items():
            what = f"{source.name} -> {target.name} {address} {protocol}: {answer}"
            if hops is None and answer:
                wrong.append(what + ", but nothing may pass")
            elif hops is not None and not answer:
                wrong.append(what)
            elif hops is not None and protocol == "udp" and answer[0] != 64 - hops:
                wrong.append(what + f", but {hops} hops were expected")
    return wrong


def await_reach(source, target, hops, seconds=20):
    last = []

    def fine():
        last[:] = check_reach(source, target, hops, 1.0)
        return not last
    try:
        eventually(fine, "reach", seconds)
    except AssertionError:
        raise AssertionError("\n".join(last))
