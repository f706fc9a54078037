"""Frames with VLAN tags, written and read by hand: neither the test's kernel nor the host's needs to know of VLANs."""
import json
import subprocess

# asks who has the next hop, then pings the target through it; prints the TTL that was left of the answer. 8 is PACKET_AUXDATA, 263 SOL_PACKET
PING = r"""
import json, select, socket, struct, sys, time
link, vlan, mac, address, hop, target = json.loads(sys.argv[1])
mac = bytes.fromhex(mac.replace(":", ""))
us, hop, target = (socket.inet_aton(a) for a in (address, hop, target))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
s.bind((link, 0))
s.setsockopt(263, 8, 1)

def head(to, kind):
    return to + mac + (struct.pack("!HH", 0x8100, vlan) if vlan else b"") + struct.pack("!H", kind)

def total(data):
    value = sum(struct.unpack(f"!{len(data) // 2}H", data))
    value = (value >> 16) + (value & 0xffff)
    return ~(value + (value >> 16)) & 0xffff

def answer(wanted, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end and select.select([s], [], [], max(0, end - time.monotonic()))[0]:
        data, control, _, sender = s.recvmsg(2000, 1000)
        tag = 0
        for level, kind, facts in control:
            if (level, kind) == (263, 8):
                status, _, _, _, _, tci, _ = struct.unpack("IIIHHHH", facts[:20])
                tag = tci & 0xfff if status & 0x10 else 0
        if sender[2] != 4 and tag == vlan and wanted(data):
            return data

s.send(head(b"\xff" * 6, 0x0806) + struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + mac + us + bytes(6) + hop)
told = answer(lambda d: d[12:14] == b"\x08\x06" and d[20:22] == b"\x00\x02" and d[28:32] == hop, 1.0)
if not told:
    sys.exit("nobody has the next hop")
echo = struct.pack("!BBHHH", 8, 0, 0, 7, 1) + b"causeway"
echo = echo[:2] + struct.pack("!H", total(echo)) + echo[4:]
ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(echo), 1, 0, 64, 1, 0) + us + target
ip = ip[:10] + struct.pack("!H", total(ip)) + ip[12:]
s.send(head(told[22:28], 0x0800) + ip + echo)
back = answer(lambda d: d[12:14] == b"\x08\x00" and d[23] == 1 and d[26:30] == target and d[34] == 0, 1.0)
if not back:
    sys.exit("no echo")
print(back[22])
"""


def ping(place, vlan, mac, address, target, hop=None, link="eth0"):
    """The TTL of the answer to a ping from inside the place, under a tag (0 = none); None = no answer came."""
    words = json.dumps([link, vlan, mac, address, hop or target, target])
    done = subprocess.run([*place.enter, "/usr/bin/python3", "-c", PING, words], capture_output=True, text=True, timeout=30)
    return int(done.stdout) if done.returncode == 0 else None
