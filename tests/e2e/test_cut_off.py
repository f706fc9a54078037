"""Warm creates need nothing of the centre: counted, and with the centre stopped."""
import re
import subprocess

import pytest

from box import FLOW, Box
from cloud import CENTRAL, eventually

ONE, TWO = "RegionOne", "RegionTwo"


def control_requests(cloud):
    """How many requests the centre's control API answered, by rule, without the feeds' own traffic."""
    _, text, _ = cloud.raw(cloud.url(CENTRAL, "network") + "/metrics")
    counts = {}
    for rule, value in re.findall(r'causeway_request_seconds_count\{api="control",rule="([^"]+)"\} (\S+)', text.decode()):
        if rule not in ("control:upstream", "control:watch", "control:progress", "control:renew_leases", "control:claimed_ports"):
            counts[rule] = float(value)
    return counts


def test_warm_creates_ask_the_centre_nothing(cloud, images):
    region = "RegionOne"
    network, _ = cloud.make_network("warm", "10.30.0.0/20")
    made = [cloud.create(region, images[region], network)["uuid"]]
    cloud.wait_status(region, made[0], "Running")
    before = control_requests(cloud)
    assert before.get("control:fetch_network"), "the first meeting costs one fetch"
    for _ in range(5):
        made.append(cloud.create(region, images[region], network)["uuid"])
    after = control_requests(cloud)
    assert after == before, "a warm create asked the centre"
    for ident in made:
        cloud.wait_status(region, ident, "Running")
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in made:
        cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_creates_and_deletes_work_while_the_centre_is_away(cloud, images):
    region = "RegionTwo"
    token = cloud.token()
    network, _ = cloud.make_network("alone", "10.31.0.0/24")
    first = cloud.create(region, images[region], network)["uuid"]
    cloud.wait_status(region, first, "Running")
    cloud.stop_process("central")
    try:
        second = cloud.create(region, images[region], network, token=token)["uuid"]
        up = cloud.wait_status(region, second, "Running")
        assert cloud.ping(region, first, cloud.address_of(up)[0])
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{first}?force=true", token=token)
        cloud.wait_gone(region, first)
        # what needs the centre says so, at once, and leaves nothing half made
        status, body = cloud.call(region, "container", "POST", "/v1/containers?run=true",
                                  {"image": images[region], "image_driver": "glance", "nets": [{"network": "never-seen-before"}]})
        assert status == 503 and "try again" in str(body).lower() or status == 503, (status, body)
    finally:
        cloud.start_process("central")
    eventually(lambda: cloud.healthy(CENTRAL, "identity"), "the centre is back", 30)

    # the centre learns what happened meanwhile
    def known():
        return {p["device_id"] for p in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]} == {second}
    eventually(known, "the centre lists exactly the port that is left", 30)
    cloud.ok(region, "container", "DELETE", f"/v1/containers/{second}?force=true")
    cloud.wait_gone(region, second)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network can be deleted", 30)
    cloud.assert_clean()


CENTRE_CONTROL = "10.200.0.1"  # where regions dial the centre


def cut(cloud):
    """Nothing passes between the centre and the regions any more, and nobody is told: what was established is half open."""
    for words in ("add table ip cut", "add chain ip cut out { type filter hook output priority 0; }",
                  f"add rule ip cut out ip daddr {CENTRE_CONTROL} tcp dport 9519 drop", f"add rule ip cut out ip saddr {CENTRE_CONTROL} tcp sport 9519 drop"):
        subprocess.run(["nft", words], check=True)


AWAY = {"stopped": (lambda cloud: cloud.stop_process("central"), lambda cloud: cloud.start_process("central")),
        "cut off": (cut, lambda cloud: subprocess.run(["nft", "delete table ip cut"], check=True))}


@pytest.mark.parametrize("how", AWAY)
def test_regions_go_on_together_while_the_centre_is_away(cloud, images, how):
    """Flows that are there go on. New containers of both regions on a known network reach each other, as far as their groups let them: a rule for a
    remote group lets in who joined it in the other region meanwhile. Who goes is forgotten everywhere. Afterwards the centre knows all of it."""
    leave, come_back = AWAY[how]
    network, _ = cloud.make_network("apart", "10.32.0.0/24")
    groups = {name: cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": name}})["security_group"]["id"] for name in ("web", "client")}
    cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": groups["web"], "direction": "ingress", "protocol": "tcp", "port_range_min": 80, "port_range_max": 80, "remote_group_id": groups["client"]}})
    token = cloud.token()
    boxes = {}

    def start(**wishes):
        made = {name: (region, cloud.create(region, images[region], network, name, token=token, **({"security_groups": [group]} if group else {}))["uuid"])
                for name, (region, group) in wishes.items()}
        for region, ident in made.values():
            cloud.wait_status(region, ident, "Running")
        for name, (region, ident) in made.items():
            boxes[name] = Box(cloud, region, ident).serve(80)

    def remove(*names):
        going = [boxes.pop(name) for name in names]
        for box in going:
            box.close()
            cloud.ok(box.region, "container", "DELETE", f"/v1/containers/{box.ident}?force=true", token=token)
        for box in going:
            cloud.wait_gone(box.region, box.ident)
        return going

    def at_centre():
        ports = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]
        return {p["device_id"]: p["fixed_ips"][0]["ip_address"] for p in ports}

    def opened(source, target):
        eventually(lambda: boxes[source].reaches(boxes[target], "tcp", 80), f"{source} reaches {target}", 20)

    start(server=(ONE, "web"), far=(TWO, "client"), leaving=(TWO, "client"))
    opened("far", "server")
    flow = boxes["far"].start(FLOW, boxes["server"].v4, 80)
    leave(cloud)
    try:
        start(new_server=(ONE, "web"), new_client=(TWO, "client"), stranger=(TWO, None))
        for source in ("far", "new_client"):
            for target in ("server", "new_server"):
                opened(source, target)
        for target in ("server", "new_server"):
            assert not boxes["stranger"].reaches(boxes[target], "tcp", 80)
            assert not boxes["new_client"].reaches(boxes[target], "icmp")
        gone = remove("leaving")[0].v4
        known = lambda: gone in cloud.inside("r1h1", "ip", "neigh", "show") + cloud.inside("r1h2", "ip", "neigh", "show")
        eventually(lambda: not known(), "the entries of the one that is gone leave the other region's hosts", 20)
        addresses = [box.v4 for box in boxes.values()]
        assert len(set(addresses)) == len(addresses)
        assert flow.poll() is None, "the flow that was there goes on"
        assert how == "stopped" or boxes["new_client"].ident not in at_centre(), "the centre was told, the cut is none"
    finally:
        come_back(cloud)
    eventually(lambda: cloud.healthy(CENTRAL, "identity"), "the centre is back", 30)
    alive = {box.ident: box.v4 for box in boxes.values()}
    eventually(lambda: at_centre() == alive, "the centre knows all, with the addresses that they have", 40)
    jobs = lambda: cloud.ok(CENTRAL, "tricircle", "GET", "/v1.0/jobs")["jobs"]
    eventually(lambda: {j["status"] for j in jobs()} == {"SUCCESS"}, "every job succeeds", 40)
    assert flow.poll() is None and boxes["new_client"].reaches(boxes["new_server"], "tcp", 80), "its return cut nothing"
    # and what it says is heard again
    rule = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/security-group-rules?security_group_id={groups['web']}&direction=ingress")["security_group_rules"][0]["id"]
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
    assert flow.wait(30) == 3, "the flow is cut with its rule"
    remove(*list(boxes))
    for group in groups.values():
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")[0] == 204, "the group is unused", 15)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network can be deleted", 30)
    cloud.assert_clean()
