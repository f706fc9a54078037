"""Warm creates need nothing of the centre: counted, and with the centre stopped."""
import re

from cloud import CENTRAL, eventually


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


def test_regions_find_each_other_while_the_centre_is_away(cloud, images):
    """A container that is new while the centre is away is reached from the other region, by a container that is new too."""
    network, _ = cloud.make_network("apart", "10.32.0.0/24")
    token = cloud.token()
    first = {region: cloud.create(region, images[region], network)["uuid"] for region in cloud.regions}
    for region, ident in first.items():
        cloud.wait_status(region, ident, "Running")
    address = {region: cloud.address_of(cloud.container(region, ident))[0] for region, ident in first.items()}
    eventually(lambda: cloud.ping("RegionOne", first["RegionOne"], address["RegionTwo"], count=1), "the two meet")
    cloud.stop_process("central")
    try:
        new = {region: cloud.create(region, images[region], network, token=token)["uuid"] for region in cloud.regions}
        for region, ident in new.items():
            cloud.wait_status(region, ident, "Running")
        there = cloud.address_of(cloud.container("RegionTwo", new["RegionTwo"]))[0]
        for ident in (first["RegionOne"], new["RegionOne"]):
            eventually(lambda: cloud.ping("RegionOne", ident, there, count=1), f"{ident} reaches the new one of the other region", 20)
        cloud.ok("RegionTwo", "container", "DELETE", f"/v1/containers/{first['RegionTwo']}?force=true", token=token)
        cloud.wait_gone("RegionTwo", first["RegionTwo"])
        known = lambda: address["RegionTwo"] in cloud.inside("r1h1", "ip", "neigh", "show") + cloud.inside("r1h2", "ip", "neigh", "show")
        eventually(lambda: not known(), "the entries of the one that is gone leave the other region's hosts", 20)
    finally:
        cloud.start_process("central")
    eventually(lambda: cloud.healthy(CENTRAL, "identity"), "the centre is back", 30)
    alive = {first["RegionOne"], *new.values()}
    eventually(lambda: {p["device_id"] for p in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]} == alive, "the centre knows all", 30)
    for ident in (first["RegionOne"], new["RegionOne"]):
        assert cloud.ping("RegionOne", ident, there), "the centre's return cut nothing"
    for region, ident in [("RegionOne", first["RegionOne"]), *new.items()]:
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(region, ident)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network can be deleted", 30)
    cloud.assert_clean()
