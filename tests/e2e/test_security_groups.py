"""Security groups and anti-spoofing with real packets, over two regions."""
import ipaddress
import re
import struct
import subprocess

import pytest

from box import FLOW, FRAME, HEAR, SNIFF, Box
from cloud import CENTRAL, eventually, unix_request

ONE, TWO = "RegionOne", "RegionTwo"


def add_rule(cloud, group, **attributes):
    body = {"security_group_id": group, "direction": "ingress", **attributes}
    return cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": body})["security_group_rule"]["id"]


def remove_rule(cloud, rule):
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")


def make_group(cloud, name, **attributes):
    return cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": name, **attributes}})["security_group"]["id"]


class Room:
    """Containers on a dual-stack network that goes over both regions, and groups; removed at the end."""

    def __init__(self, cloud, images, name):
        self.cloud, self.images, self.name = cloud, images, name
        self.network, _ = cloud.make_network(name, "10.61.0.0/24")
        cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": self.network, "ip_version": 6, "cidr": "fd00:61::/64"}})
        self.boxes, self.groups = [], []

    def group(self, name, **attributes):
        self.groups.append(make_group(self.cloud, name, **attributes))
        return self.groups[-1]

    def start(self, *wishes):
        """(region, groups) each, all at once."""
        made = []
        for number, (region, groups) in enumerate(wishes):
            extra = {"security_groups": groups} if groups else {}
            made.append((region, self.cloud.create(region, self.images[region], self.network, f"{self.name}-{number}", **extra)["uuid"]))
        for region, ident in made:
            self.cloud.wait_status(region, ident, "Running")
        boxes = [Box(self.cloud, region, ident).serve(80, 81, 53) for region, ident in made]
        self.boxes += boxes
        return boxes

    def remove(self):
        for box in self.boxes:
            box.close()
        for box in self.boxes:
            self.cloud.ok(box.region, "container", "DELETE", f"/v1/containers/{box.ident}?force=true")
        for box in self.boxes:
            self.cloud.wait_gone(box.region, box.ident)
        for group in self.groups:
            eventually(lambda: self.cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")[0] == 204, "the group is unused", 15)
        self.cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{self.network}")


@pytest.fixture
def room(cloud, images, request):
    made = Room(cloud, images, request.node.name.replace("test_", "").replace("_", "-")[:30])
    yield made
    made.remove()
    cloud.assert_clean()


def opened(source, target, *traffic):
    """It passes within seconds of the change, for IPv4 and IPv6 alike unless one is named."""
    what = f"{traffic} from {source.v4} to {target.v4} passes"
    return eventually(lambda: source.reaches(target, *traffic), what, 15)


def shut(source, target, *traffic):
    return eventually(lambda: not source.reaches(target, *traffic), f"{traffic} from {source.v4} to {target.v4} is dropped", 15)


def test_the_default_group_lets_its_members_in_and_nobody_else(cloud, room):
    stranger = room.group("stranger")
    one, two, other = room.start((ONE, None), (TWO, None), (TWO, ["stranger"]))
    for six in (False, True):
        for source, target in [(one, two), (two, one)]:
            for traffic in [("tcp", 80, six), ("udp", 53, six), ("icmp", None, six)]:
                opened(source, target, *traffic)
        for traffic in [("tcp", 80, six), ("udp", 53, six), ("icmp", None, six)]:
            assert not other.reaches(one, *traffic), traffic
            assert not other.reaches(two, *traffic), traffic
            assert not one.reaches(other, *traffic), ("nothing lets it in", traffic)

    # a port that joins a remote group is let in on hosts of both regions, without a word of anybody there
    default = cloud.default_group()
    other.change_port(security_groups=[default])
    for six in (False, True):
        opened(other, one, "tcp", 80, six)
        opened(other, two, "udp", 53, six)
        opened(one, other, "icmp", None, six)
    other.change_port(security_groups=[stranger])
    for six in (False, True):
        shut(other, one, "tcp", 80, six)
        shut(other, two, "udp", 53, six)
        shut(one, other, "icmp", None, six)


def test_rules_open_and_close_and_cut_what_is_established(cloud, room):
    web = room.group("web")
    client = room.group("client")
    server, near, far = room.start((ONE, ["web"]), (ONE, ["client"]), (TWO, ["client"]))
    for six, ethertype in [(False, "IPv4"), (True, "IPv6")]:
        for source in (near, far):
            assert not source.reaches(server, "tcp", 80, six) and not source.reaches(server, "udp", 53, six) and not source.reaches(server, "icmp", None, six)
        tcp = add_rule(cloud, web, ethertype=ethertype, protocol="tcp", port_range_min=80, port_range_max=80)
        kept = add_rule(cloud, web, ethertype=ethertype, protocol="6", port_range_min=81, port_range_max=90)
        udp = add_rule(cloud, web, ethertype=ethertype, protocol="udp", port_range_min=53, port_range_max=53, remote_group_id=client)
        icmp = add_rule(cloud, web, ethertype=ethertype, protocol="icmp" if not six else "ipv6-icmp", port_range_min=128 if six else 8)
        for source in (near, far):
            for traffic in [("tcp", 80, six), ("tcp", 81, six), ("udp", 53, six), ("icmp", None, six)]:
                opened(source, server, *traffic)
            assert not source.reaches(server, "udp", 80, six)
            assert not server.reaches(source, "tcp", 80, six)
        flows = {name: source.start(FLOW, server.address(six), port, pause) for name, source, port, pause in
                 [("near", near, 80, 0.2), ("far", far, 80, 0.2), ("near, quick", near, 80, 0.002), ("far, quick", far, 80, 0.002), ("kept", far, 81, 0.002)]}
        before = short_cuts(cloud, server)
        for rule in (tcp, udp, icmp):
            remove_rule(cloud, rule)
        for source in (near, far):
            for traffic in [("tcp", 80, six), ("udp", 53, six), ("icmp", None, six)]:
                shut(source, server, *traffic)
        assert all(flow.wait(15) == 3 for name, flow in flows.items() if name != "kept"), "established connections are cut"
        assert short_cuts(cloud, server) > before, "the quick ones went straight from link to link"
        assert flows["kept"].poll() is None and far.reaches(server, "tcp", 81, six)
        remove_rule(cloud, kept)
        assert flows["kept"].wait(15) == 3


def short_cuts(cloud, box):
    """Packets of established flows that went straight from link to link on the box's host. Counted whenever its agent has something to do."""
    _, text = unix_request(f"/proc/{cloud.hosts[box.host]['init']}/root/run/docker/plugins/causeway.sock", "GET", "/metrics")
    return float(re.search(r"^causeway_fast_path_packets_total (\S+)$", text.decode() if isinstance(text, bytes) else str(text), re.M).group(1))


def udp_frame(source_mac, target_mac, source, target, port=9999):
    payload = b"spoofed"
    udp = struct.pack("!HHHH", 1234, port, 8 + len(payload), 0) + payload
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, ipaddress.ip_address(source).packed, ipaddress.ip_address(target).packed)
    total = sum(struct.unpack("!10H", head))
    total = (total & 0xffff) + (total >> 16)
    total = (total & 0xffff) + (total >> 16)
    head = head[:10] + struct.pack("!H", 0xffff - total) + head[12:]
    return (target_mac + source_mac).replace(":", "") + "0800" + (head + udp).hex()


def arp_frame(frame_mac, arp_mac, source, target):
    return ("ff" * 6 + frame_mac + "08060001080006040001" + arp_mac).replace(":", "") + ipaddress.ip_address(source).packed.hex() + "00" * 6 + ipaddress.ip_address(target).packed.hex()


def heard(source, target, frame, port=9999):
    listener = target.start(HEAR, port, 1.0)
    source.run(FRAME, frame)
    return listener.wait(10) == 0


def sniffed(source, target, frame):
    listener = target.start(SNIFF, frame, 1.0)
    source.run(FRAME, frame)
    return listener.wait(10) == 0


def test_lesson_5_nobody_sends_as_somebody_else_unless_port_security_is_off(cloud, room):
    room.group("open")
    for ethertype in ("IPv4", "IPv6"):
        add_rule(cloud, room.groups[0], ethertype=ethertype)
    good, bad, near = room.start((TWO, ["open"]), (ONE, ["open"]), (ONE, ["open"]))
    for target in (good, near):
        opened(bad, target, "udp", 53)
    foreign = "02:00:00:00:00:99"
    spoofs = {"address": udp_frame(bad.mac, good.mac, "10.61.0.99", good.v4), "MAC": udp_frame(foreign, good.mac, bad.v4, good.v4)}
    assert heard(bad, good, udp_frame(bad.mac, good.mac, bad.v4, good.v4)), "what is its own passes"
    for what, frame in spoofs.items():
        assert not heard(bad, good, frame), what
    # within a host; the two may be on different hosts, then the tunnel carries no broadcast anyway
    assert not sniffed(bad, near, arp_frame(bad.mac, bad.mac, "10.61.0.1", near.v4)), "ARP as the gateway"
    assert not sniffed(bad, near, arp_frame(bad.mac, foreign, bad.v4, near.v4))

    bad.change_port(allowed_address_pairs=[{"ip_address": "10.61.0.99"}])
    eventually(lambda: heard(bad, good, spoofs["address"]), "an allowed address pair passes", 15)
    assert not heard(bad, good, spoofs["MAC"])
    bad.change_port(allowed_address_pairs=[])
    eventually(lambda: not heard(bad, good, spoofs["address"]), "and no longer", 15)

    bad.change_port(port_security_enabled=False, security_groups=[])
    eventually(lambda: heard(bad, good, spoofs["MAC"]), "without port security everything passes", 15)
    opened(good, bad, "tcp", 80)
    bad.change_port(port_security_enabled=True)
    eventually(lambda: not heard(bad, good, spoofs["MAC"]), "port security is back", 15)
    shut(good, bad, "tcp", 80)


def test_what_somebody_flushes_comes_back(cloud, room):
    room.group("web")
    rule = add_rule(cloud, room.groups[0], protocol="tcp", port_range_min=80, port_range_max=80)
    server, client = room.start((ONE, ["web"]), (TWO, ["web"]))
    opened(client, server, "tcp", 80)
    assert not client.reaches(server, "tcp", 81)
    flow = client.start(FLOW, server.v4, 80)
    for meddling in (["flush", "ruleset"], ["delete", "table", "ip", "causeway"], ["flush", "chain", "ip", "causeway", "received"]):
        cloud.inside(server.host, "nft", *meddling)
        eventually(lambda: not client.reaches(server, "tcp", 81), f"repaired after nft {' '.join(meddling)}", 10)
        assert client.reaches(server, "tcp", 80)
    assert flow.poll() is None, "what is allowed went on"

    # also what was done while the agent was away, which misses the removal of a rule too
    agent = f"agent-{server.host}"
    agent = agent if agent in cloud.processes() else next(name for name in cloud.processes() if server.host in name and "docker" not in name)
    cloud.stop_process(agent)
    cloud.inside(server.host, "nft", "flush", "chain", "ip", "causeway", "received")
    remove_rule(cloud, rule)
    cloud.start_process(agent)
    eventually(lambda: not client.reaches(server, "tcp", 80) and not client.reaches(server, "tcp", 81), "the agent caught up", 30)
    assert flow.wait(15) == 3, "the established connection is cut too"


def test_what_a_container_exposes_is_open_to_everybody(cloud, images, room):
    """Besides what its groups say, and nothing else is."""
    room.group("stranger")
    ident = cloud.create(ONE, images[ONE], room.network, "shows", exposed_ports={"80/tcp": {}, "53/udp": {}})["uuid"]
    cloud.wait_status(ONE, ident, "Running")
    server = Box(cloud, ONE, ident).serve(80, 81, 53)
    room.boxes.append(server)
    client, = room.start((TWO, ["stranger"]))
    for six in (False, True):
        opened(client, server, "tcp", 80, six)
        opened(client, server, "udp", 53, six)
        assert not client.reaches(server, "tcp", 81, six) and not client.reaches(server, "icmp", None, six)


@pytest.fixture
def any_number_of_rules(cloud):
    quota = f"/v2.0/quotas/{cloud.project_id()}"
    cloud.ok(CENTRAL, "network", "PUT", quota, {"quota": {"security_group_rule": -1}})
    yield
    cloud.ok(CENTRAL, "network", "DELETE", quota)


def test_a_port_of_too_many_rules_is_closed_and_its_neighbours_are_not(cloud, room, any_number_of_rules):
    many = [room.group(f"many-{number}") for number in range(11)]
    for group in many:  # as many as groups may have: together more than a host gives one port
        rules = [{"security_group_id": group, "direction": "ingress", "protocol": "tcp", "port_range_min": port, "port_range_max": port} for port in range(1, 199)]
        cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rules": rules})
    server, client = room.start((ONE, None), (ONE, None))
    opened(client, server, "tcp", 80)
    server.change_port(security_groups=many)
    eventually(lambda: cloud.ok(ONE, "network", "GET", f"/v2.0/ports/{server.port}")["port"]["status"] == "DOWN", "the port is said to be closed", 15)
    assert not client.reaches(server, "tcp", 80)
    assert cloud.ok(ONE, "network", "GET", f"/v2.0/ports/{client.port}")["port"]["status"] == "ACTIVE"
    default = cloud.default_group()
    server.change_port(security_groups=[default])
    opened(client, server, "tcp", 80)
    eventually(lambda: cloud.ok(ONE, "network", "GET", f"/v2.0/ports/{server.port}")["port"]["status"] == "ACTIVE", "and open again", 15)
