"""Bandwidth limits with real transfers between real containers: what a policy says is what passes, in its direction only."""
import subprocess
import time

from cloud import CENTRAL, eventually
from packets import place_of

REGION = "RegionOne"
MEBIBYTES = 4
LIMIT = 8000  # kbit/s: 4.2 s for the file
SERVE = f"dd if=/dev/zero of=/tmp/file bs=1048576 count={MEBIBYTES} 2>/dev/null; exec httpd -f -p 8080 -h /tmp"


def seconds_to_fetch(cloud, reader, server_address):
    began = time.monotonic()
    done = cloud.execute(REGION, reader, f"wget -q -O /dev/null http://{server_address}:8080/file")
    return time.monotonic() - began if done["exit_code"] == 0 else float("inf")


def is_fast(cloud, reader, address):
    return seconds_to_fetch(cloud, reader, address) < 2


def is_held(cloud, reader, address):
    return 2.5 < seconds_to_fetch(cloud, reader, address) < 15


def test_a_ports_policy_holds_what_passes_in_its_direction(cloud, images):
    network, _ = cloud.make_network("qos-net", "10.80.0.0/24")
    group = [g for g in cloud.ok(CENTRAL, "network", "GET", "/v2.0/security-groups")["security_groups"] if g["name"] == "default"][0]
    rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": group["id"], "direction": "ingress", "protocol": "tcp", "port_range_min": 8080, "port_range_max": 8080}})
    policy = cloud.ok(CENTRAL, "network", "POST", "/v2.0/qos/policies", {"policy": {"name": "qos-slow"}})["policy"]["id"]
    rules = f"/v2.0/qos/policies/{policy}/bandwidth_limit_rules"
    made = [cloud.create(REGION, images[REGION], network, name, command=["sh", "-c", SERVE]) for name in ("qos-a", "qos-b")]
    for container in made:
        cloud.wait_status(REGION, container["uuid"], "Running")
    a, b = (cloud.container(REGION, container["uuid"]) for container in made)
    a_address, b_address = cloud.address_of(a)[0], cloud.address_of(b)[0]
    eventually(lambda: is_fast(cloud, a["uuid"], b_address) and is_fast(cloud, b["uuid"], a_address), "both serve, without a limit")

    port = [p for p in cloud.ok(REGION, "network", "GET", f"/v2.0/ports?device_id={a['uuid']}")["ports"]][0]["id"]
    down = cloud.ok(CENTRAL, "network", "POST", rules, {"bandwidth_limit_rule": {"direction": "ingress", "max_kbps": LIMIT}})["bandwidth_limit_rule"]["id"]

    def use(path, envelope, chosen, where=REGION):  # a region has heard of a new policy a moment after the centre
        eventually(lambda: cloud.call(where, "network", "PUT", path, {envelope: {"qos_policy_id": chosen}})[0] == 200, "the policy is used", 10)

    use(f"/v2.0/ports/{port}", "port", policy)
    eventually(lambda: is_held(cloud, a["uuid"], b_address), "its download is held")
    assert is_fast(cloud, b["uuid"], a_address), "its upload is free"

    cloud.ok(CENTRAL, "network", "POST", rules, {"bandwidth_limit_rule": {"direction": "egress", "max_kbps": LIMIT}})
    cloud.ok(CENTRAL, "network", "DELETE", f"{rules}/{down}")
    eventually(lambda: is_held(cloud, b["uuid"], a_address), "now its upload is held")
    eventually(lambda: is_fast(cloud, a["uuid"], b_address), "and its download is free")

    use(f"/v2.0/ports/{port}", "port", None)
    eventually(lambda: is_fast(cloud, b["uuid"], a_address), "nothing is held without a policy")
    use(f"/v2.0/networks/{network}", "network", policy, CENTRAL)
    eventually(lambda: is_held(cloud, a["uuid"], b_address) and is_held(cloud, b["uuid"], a_address), "the network's policy is every port's", 60)
    assert cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/qos/policies/{policy}")[0] == 409, "it is in use"
    use(f"/v2.0/networks/{network}", "network", None, CENTRAL)

    for container in made:
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{container['uuid']}?force=true")
        cloud.wait_gone(REGION, container["uuid"])
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule['security_group_rule']['id']}")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/qos/policies/{policy}")[0] == 204, "the policy is deleted")
    cloud.assert_clean()


# tells the mark (the upper six bits of the traffic class) of each datagram that comes; 13 and 66 are IP_RECVTOS and IPV6_RECVTCLASS
MARKS = """
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(*((socket.IPPROTO_IPV6, 66, 1) if ":" in sys.argv[1] else (socket.IPPROTO_IP, 13, 1)))
s.bind((sys.argv[1], 7200))
s.settimeout(10)
print("ready", flush=True)
data, control, _, _ = s.recvmsg(100, 200)
print(control[0][2][0] >> 2, flush=True)
"""

# a datagram that says of itself that it is of class 8
SEND = """
import socket, sys
s = socket.socket(socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(*((socket.IPPROTO_IPV6, socket.IPV6_TCLASS, 8 << 2) if ":" in sys.argv[1] else (socket.IPPROTO_IP, socket.IP_TOS, 8 << 2)))
s.sendto(b"x", (sys.argv[1], 7200))
"""


def mark_of(sender, receiver, address):
    """With which mark a datagram arrives; None = it does not."""
    reader = subprocess.Popen([*receiver.enter, "/usr/bin/python3", "-c", MARKS, address], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert reader.stdout.readline() == "ready\n"
        subprocess.run([*sender.enter, "/usr/bin/python3", "-c", SEND, address], check=True)
        seen = reader.stdout.readline().strip()
        return int(seen) if seen else None
    finally:
        reader.kill()
        reader.wait()


def test_a_policy_marks_what_a_container_sends_to_another_region(cloud, images):
    network, _ = cloud.make_network("marked", "10.81.0.0/24")
    cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 6, "cidr": "fd81::/64"}})
    group = cloud.default_group()
    made = {region: cloud.create(region, images[region], network, f"marked-{region}")["uuid"] for region in cloud.regions}
    for region, uuid in made.items():
        cloud.wait_status(region, uuid, "Running")
    one, two = (place_of(cloud, region, made[region]) for region in ("RegionOne", "RegionTwo"))
    assert len(two.addresses) == 2
    for address in two.addresses:
        eventually(lambda: mark_of(one, two, address) == 8, f"without a policy it is the container's own mark that comes to {address}")

    policy = cloud.openstack("network", "qos", "policy", "create", "voice", region=CENTRAL)["id"]
    rule = cloud.openstack("network", "qos", "rule", "create", "--type", "dscp-marking", "--dscp-mark", "46", "voice", region=CENTRAL)["id"]
    port = cloud.ok("RegionOne", "network", "GET", f"/v2.0/ports?device_id={made['RegionOne']}")["ports"][0]
    assert group in port["security_groups"]
    eventually(lambda: cloud.call("RegionOne", "network", "PUT", f"/v2.0/ports/{port['id']}", {"port": {"qos_policy_id": policy}})[0] == 200, "the policy is used", 10)
    for address in two.addresses:
        eventually(lambda: mark_of(one, two, address) == 46, f"the policy's mark comes to {address}")
    for address in one.addresses:
        assert mark_of(two, one, address) == 8, "what the other sends is its own"

    cloud.openstack("network", "qos", "rule", "set", "--dscp-mark", "10", "voice", rule, region=CENTRAL, fmt=None)
    eventually(lambda: mark_of(one, two, two.v4()) == 10, "a changed mark is everybody's who uses the policy")
    cloud.ok("RegionOne", "network", "PUT", f"/v2.0/ports/{port['id']}", {"port": {"qos_policy_id": None}})
    eventually(lambda: mark_of(one, two, two.v4()) == 8, "without the policy nothing is marked")

    for region, uuid in made.items():
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{uuid}?force=true")
        cloud.wait_gone(region, uuid)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/qos/policies/{policy}")[0] == 204, "the policy is deleted")
    cloud.assert_clean()
