"""A container's network namespace, for tests that send packets which no client in a container would."""
import subprocess
import sys

# answers on TCP and UDP what it is sent, over IPv4 and IPv6
ECHO = """
import selectors, socket, sys
poll = selectors.DefaultSelector()
for port in map(int, sys.argv[1:]):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        s = socket.socket(socket.AF_INET6, kind)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        s.bind(("::", port))
        if kind == socket.SOCK_STREAM:
            s.listen(64)
        poll.register(s, selectors.EVENT_READ, kind)
print("ready", flush=True)
while True:
    for key, _ in poll.select():
        s = key.fileobj
        try:
            if key.data == socket.SOCK_DGRAM:
                data, peer = s.recvfrom(2048)
                s.sendto(data, peer)
            elif key.data == socket.SOCK_STREAM:
                poll.register(s.accept()[0], selectors.EVENT_READ, "connection")
            else:
                data = s.recv(2048)
                if data:
                    s.sendall(data)
                else:
                    poll.unregister(s)
                    s.close()
        except OSError:
            pass
"""

PROBE = """
import socket, sys
kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM)
s.settimeout(0.6)
try:
    s.connect((address, port))
    s.send(b"hello")
    sys.exit(0 if s.recv(100) == b"hello" else 1)
except OSError:
    sys.exit(1)
"""

# a connection that is used five times a second, or after the pauses that are named; ends with 3 when no answer came for 1.5 seconds
FLOW = """
import socket, sys, time
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET)
s.settimeout(1.5)
s.connect((sys.argv[1], int(sys.argv[2])))
pause = float(sys.argv[3]) if len(sys.argv) > 3 else 0.2
print("ready", flush=True)
try:
    while True:
        s.send(b"x")
        s.recv(1)
        time.sleep(pause)
except TimeoutError:
    sys.exit(3)
"""

# a frame as it is
FRAME = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind(("eth0", 0))
for _ in range(3):
    s.send(bytes.fromhex(sys.argv[1]))
"""

# waits until a datagram with this word comes to this port
HEAR = """
import socket, sys
s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
s.bind(("::", int(sys.argv[1])))
s.settimeout(float(sys.argv[2]))
print("ready", flush=True)
try:
    sys.exit(0 if s.recv(2048) else 1)
except TimeoutError:
    sys.exit(1)
"""

# waits for a frame that starts with these bytes
SNIFF = """
import socket, sys, time
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind(("eth0", 3))
end = time.monotonic() + float(sys.argv[2])
print("ready", flush=True)
while time.monotonic() < end:
    s.settimeout(max(0.01, end - time.monotonic()))
    try:
        if s.recv(2048).startswith(bytes.fromhex(sys.argv[1])):
            sys.exit(0)
    except TimeoutError:
        pass
sys.exit(1)
"""


class Box:
    def __init__(self, cloud, region, ident):
        self.cloud, self.region, self.ident = cloud, region, ident
        self.body = cloud.container(region, ident)
        self.host = self.body["host"]
        addresses = cloud.address_of(self.body)
        self.v4 = next((a for a in addresses if ":" not in a), None)
        self.v6 = next((a for a in addresses if ":" in a), None)
        status, seen = cloud.docker(self.host, "GET", f"/containers/zun-{ident}/json")
        assert status == 200, seen
        # the sandbox is mounted where only the host sees it
        self.enter = ["nsenter", "-t", str(cloud.hosts[self.host]["init"]), "-m", "nsenter", "--net=" + seen["NetworkSettings"]["SandboxKey"]]
        ports = cloud.ok(region, "network", "GET", f"/v2.0/ports?device_id={ident}")["ports"]
        self.port, self.mac = ports[0]["id"], ports[0]["mac_address"]
        self.running = []

    def start(self, script, *words):
        """Runs Python in the namespace; returns when it says that it is ready."""
        process = subprocess.Popen([*self.enter, sys.executable, "-c", script, *map(str, words)], stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        assert process.stdout.readline() == "ready\n"
        return process

    def run(self, script, *words):
        return subprocess.run([*self.enter, sys.executable, "-c", script, *map(str, words)], timeout=30).returncode == 0

    def serve(self, *ports):
        self.start(ECHO, *ports)
        return self

    def close(self):
        for process in self.running:
            process.kill()
            process.wait(10)
            process.stdout.close()

    def address(self, six):
        return self.v6 if six else self.v4

    def reaches(self, other, kind, port=None, six=False):
        if kind == "icmp":
            words = [*self.enter, "ping", "-6" if six else "-4", "-c", "1", "-W", "1", other.address(six)]
            return subprocess.run(words, capture_output=True, timeout=30).returncode == 0
        return self.run(PROBE, kind, other.address(six), port)

    def change_port(self, **attributes):
        return self.cloud.ok(self.region, "network", "PUT", f"/v2.0/ports/{self.port}", {"port": attributes})["port"]
