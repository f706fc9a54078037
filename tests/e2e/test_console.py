"""Consoles as people use them: the stock client in a pseudo-terminal, and plain WebSockets for what it cannot show."""
import base64
import fcntl
import hashlib
import os
import pty
import select
import signal
import socket
import struct
import termios
import time
import urllib.parse

import pytest

from cloud import eventually

REGION = "RegionOne"
CONSOLE_PORT = 6784


class Terminal:
    """`openstack appcontainer ...` with a terminal of its own."""

    def __init__(self, cloud, *words, rows=40, columns=120):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environment = dict(cloud.client_environment(), TERM="xterm", LANG="C.UTF-8", LC_ALL="C.UTF-8")
            os.execve("/usr/bin/openstack", ["openstack", "--os-region-name", REGION, "appcontainer", *words], environment)
        self.seen = b""
        self.resize(rows, columns)

    def resize(self, rows, columns):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def _read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # the client has ended
            data = b""
        self.seen += data
        return bool(data)

    def expect(self, text, seconds=60):
        """Reads until `text` was shown; gives what came before it, and forgets both."""
        text = text if isinstance(text, bytes) else text.encode()
        deadline = time.monotonic() + seconds
        start = 0
        while True:
            at = self.seen.find(text, start)
            if at >= 0:
                before, self.seen = self.seen[:at], self.seen[at + len(text):]
                return before
            start = max(0, len(self.seen) - len(text))
            assert time.monotonic() < deadline, f"{text!r} was not shown; the last that was: {self.seen[-2000:]!r}"
            self._read(1)

    def type(self, text):
        """Types, and reads meanwhile: a terminal that nobody reads takes no input in the end."""
        data = text if isinstance(text, bytes) else text.encode()
        while data:
            _, writable, _ = select.select([], [self.fd], [], 0.05)
            if writable:
                data = data[os.write(self.fd, data[:4096]):]
            while self._read(0):
                pass

    def wait(self, seconds=30):
        """The client's exit code."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"the client did not end; it shows {self.seen[-2000:]!r}")

    def close(self):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


class WebSocket:
    """As little of a client as shows what the proxy does."""

    def __init__(self, url, origin=None, timeout=30):
        parts = urllib.parse.urlparse(url)
        self.socket = socket.create_connection((parts.hostname, parts.port), timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET /?{parts.query} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: binary, base64"]
        if origin:
            lines.append(f"Origin: {origin}")
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.received = b""
        while b"\r\n\r\n" not in self.received:
            data = self.socket.recv(65536)
            assert data, self.received
            self.received += data
        head, self.received = self.received.split(b"\r\n\r\n", 1)
        self.status = int(head.split()[1])

    def send(self, data, opcode=0x82):
        assert len(data) < 126
        key = os.urandom(4)
        self.socket.sendall(bytes([opcode, 0x80 | len(data)]) + key + bytes(b ^ key[i % 4] for i, b in enumerate(data)))

    def _exactly(self, size):
        while len(self.received) < size:
            data = self.socket.recv(65536)
            assert data, "the proxy closed without a goodbye"
            self.received += data
        out, self.received = self.received[:size], self.received[size:]
        return out

    def frame(self):
        """Opcode and payload of the next message."""
        first, size = self._exactly(2)
        if size == 126:
            size = struct.unpack(">H", self._exactly(2))[0]
        return first & 0x0F, self._exactly(size)

    def read_until(self, text):
        shown = b""
        while text not in shown:
            opcode, data = self.frame()
            assert opcode == 2, (opcode, data, shown)
            shown += data
        return shown

    def close(self):
        self.socket.close()


@pytest.fixture
def consoles(cloud, images):
    """Containers to talk to: `exec`, which sleeps, and `shell`, whose own process is a shell with a terminal."""
    network, _ = cloud.make_network("console-net", "10.77.0.0/24")
    cloud.create(REGION, images[REGION], network, "exec")
    cloud.create(REGION, images[REGION], network, "shell", command=["sh"], interactive=True, tty=True)
    for name in ["exec", "shell"]:
        cloud.wait_status(REGION, name, "Running")
    terminals = []

    def terminal(*words):
        terminals.append(Terminal(cloud, *words))
        return terminals[-1]
    yield terminal
    for made in terminals:
        made.close()
    cloud.wipe()
    cloud.assert_clean()


def at_prompt(terminal):
    terminal.expect("press Enter to continue")
    terminal.type("\r")
    terminal.expect("# ")


def test_a_shell_by_exec_with_the_stock_client(consoles):
    terminal = consoles("exec", "--interactive", "exec", "sh")
    at_prompt(terminal)
    terminal.type("echo an''swer\r")
    terminal.expect("answer")
    # the size that the client had at its start, then the one that it is given
    terminal.type("stty size\r")
    terminal.expect("40 120")
    terminal.resize(50, 150)

    def resized():
        terminal.type("stty size; echo do''ne\r")
        return b"50 150" in terminal.expect("done")
    eventually(resized, "the new size arrives", pause=0.3)

    # ^C ends the command and not the shell
    terminal.type("sleep 1000\r")
    terminal.expect("sleep 1000")
    time.sleep(0.3)  # the shell has to hand the terminal over to it: nothing tells when
    terminal.type("\x03")
    terminal.type("echo bac''k\r")
    terminal.expect("back")

    # 1 MB pasted arrives whole
    pasted = b"".join(b"%063d\n" % n for n in range(16384))
    assert len(pasted) == 1 << 20
    terminal.type("stty -echo; echo rea''dy; head -c 1048576 | md5sum; stty echo\r")
    terminal.expect("ready")
    terminal.type(pasted)
    terminal.expect(hashlib.md5(pasted).hexdigest(), 120)
    terminal.type("exit\r")
    assert terminal.wait() == 0


def test_the_containers_own_terminal_by_attach(cloud, consoles):
    terminal = consoles("attach", "shell")
    at_prompt(terminal)
    terminal.type("stty size\r")
    terminal.expect("40 120")

    # 10 MB of text in four sizes of characters arrive whole
    line = "äß€😀 a line of the ten million bytes"
    octal = "".join(f"\\{byte:03o}" if byte > 127 else chr(byte) for byte in line.encode())
    count = 10_000_000 // len((line + " 123456\r\n").encode())
    terminal.type("stty -echo\r")
    terminal.expect("# ")
    terminal.type(f"echo sta''rt; awk 'BEGIN {{ for (i = 100000; i < {100000 + count}; i++) print \"{octal} \" i }}'; echo en''d\r")
    terminal.expect("start\r\n")
    shown = terminal.expect("end", 240)
    expected = "".join(f"{line} {n}\r\n" for n in range(100000, 100000 + count)).encode()
    assert len(expected) > 9_900_000
    assert shown == expected, (len(shown), len(expected))

    # the end of its process is the end of the container, and of the session
    terminal.type("exit\r")
    assert terminal.wait() == 0
    cloud.wait_status(REGION, "shell", "Stopped")

    refused = cloud.openstack("appcontainer", "attach", "exec", region=REGION, check=False, fmt=None)
    assert "without interactive" in refused.stdout + refused.stderr, refused


def test_many_idle_consoles_cost_no_threads_and_strangers_get_none(cloud, consoles):
    url = cloud.ok(REGION, "container", "GET", "/v1/containers/shell/attach")
    assert url.startswith(f"ws://{cloud.address(REGION)}:{CONSOLE_PORT}/?token="), url

    for wrong in [url.replace("token=", "token=0"), url.split("?")[0], url + "&exec_id=" + "a" * 64]:
        assert WebSocket(wrong).status == 403, wrong
    assert WebSocket(url, origin="http://evil.test:6784").status == 403
    assert WebSocket(url, origin=f"https://{cloud.address(REGION)}:6784").status == 403
    first = WebSocket(url, origin=f"http://{cloud.address(REGION)}:None")
    assert first.status == 101

    def facts(name):
        with open(f"/proc/{cloud.processes()[name]['pid']}/status") as file:
            return {line.split(":")[0]: line.split(":")[1].strip() for line in file}
    names = [REGION] + [f"agent-{name}" for name, host in cloud.hosts.items() if host["region"] == REGION]
    first.send(b"echo one\r")
    first.read_until(b"one\r\n")
    before = {name: facts(name) for name in names}
    crowd = [WebSocket(url) for _ in range(500)]
    assert all(session.status == 101 for session in crowd)
    for name in names:
        now = facts(name)
        grown = int(now["VmRSS"].split()[0]) - int(before[name]["VmRSS"].split()[0])
        print(f"{name}: {before[name]['Threads']} threads, then {now['Threads']}; {grown} KiB more for 500 sessions")
        assert int(now["Threads"]) <= int(before[name]["Threads"]), name
        assert grown < 500 * 200, name

    # everybody sees the same terminal, and its end
    first.send(b"echo al''l of you\r")
    for session in [first, *crowd]:
        session.read_until(b"all of you\r\n")
    cloud.ok(REGION, "container", "DELETE", "/v1/containers/shell?force=true")
    for session in [first, *crowd]:
        opcode, data = session.frame()
        while opcode != 8:
            opcode, data = session.frame()
        assert data[:2] == struct.pack(">H", 1000), data
        session.close()
    cloud.wait_gone(REGION, "shell")
    assert WebSocket(url).status == 403, "the token went with the container"
