"""A port is made at the centre before it is used, and serves containers of one region after the other with the same address and MAC."""
from cloud import CENTRAL, eventually

ONE, TWO = "RegionOne", "RegionTwo"


def port_of(cloud, ident):
    return cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports/{ident}")["port"]


def at_home(cloud, ident):
    port = port_of(cloud, ident)
    return port["region"] == CENTRAL and port["status"] == "DOWN" and not port["device_id"]


def run_with(cloud, images, region, name, port):
    """The stock client, as its user types it."""
    cloud.openstack("appcontainer", "run", "--name", name, "--image-driver", "glance", "--net", f"port={port}", images[region], "sleep", "100000",
                    region=region, fmt=None)
    made = next(c for c in cloud.ok(region, "container", "GET", "/v1/containers")["containers"] if c["name"] == name)
    return cloud.wait_status(region, made["uuid"], "Running")


def remove(cloud, region, ident):
    cloud.openstack("appcontainer", "delete", "--force", ident, region=region, fmt=None)
    cloud.wait_gone(region, ident)


def interface(cloud, region, ident):
    return cloud.execute(region, ident, "ip addr show eth0")["output"]


def test_a_port_serves_one_region_and_then_the_other(cloud, images):
    net, _ = cloud.make_network("road", "10.40.0.0/24")
    port = cloud.openstack("port", "create", "--network", "road", "traveller", region=CENTRAL)
    address, mac = port["fixed_ips"][0]["ip_address"], port["mac_address"]

    # neighbours that reach it wherever it is: their hosts learn where the address moved to
    neighbours = {region: cloud.create(region, images[region], net, name="neighbour-" + region)["uuid"] for region in (ONE, TWO)}
    for region, ident in neighbours.items():
        cloud.wait_status(region, ident, "Running")

    for region, name_or_id in ((ONE, port["id"]), (TWO, "traveller"), (ONE, port["id"])):
        container = run_with(cloud, images, region, "guest", name_or_id)
        assert cloud.address_of(container) == [address]
        shown = interface(cloud, region, container["uuid"])
        assert mac in shown and address in shown, shown
        at = eventually(lambda: (lambda p: p if p["status"] == "ACTIVE" and p["region"] == region else None)(port_of(cloud, port["id"])),
                        "the centre sees the port in its region")
        assert at["mac_address"] == mac and at["device_id"] == container["uuid"] and at["fixed_ips"] == port["fixed_ips"]
        for where, ident in neighbours.items():
            eventually(lambda: cloud.ping(where, ident, address), f"the neighbour in {where} reaches it in {region}")
        # what is used is nobody else's to take, change or delete
        elsewhere = TWO if region == ONE else ONE
        status, answer = cloud.call(elsewhere, "container", "POST", "/v1/containers", {
            "image": images[elsewhere], "image_driver": "glance", "nets": [{"port": port["id"]}]})
        assert status in (400, 409) and "in use" in str(answer), (status, answer)
        assert cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/ports/{port['id']}")[0] == 409
        assert cloud.call(region, "network", "PUT", f"/v2.0/ports/{port['id']}", {"port": {"fixed_ips": []}})[0] == 409
        remove(cloud, region, container["uuid"])
        eventually(lambda: at_home(cloud, port["id"]), "the port comes home")
        assert port_of(cloud, port["id"])["fixed_ips"] == port["fixed_ips"]

    for region, ident in neighbours.items():
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{net}")
    cloud.assert_clean()


def test_a_port_comes_home_after_the_centre_was_away_and_after_its_region_died(cloud, images):
    net, _ = cloud.make_network("road", "10.40.0.0/24")
    port = cloud.ok(CENTRAL, "network", "POST", "/v2.0/ports", {"port": {"network_id": net, "name": "traveller"}})["port"]
    container = run_with(cloud, images, ONE, "guest", port["id"])
    token = cloud.token()
    cloud.stop_process("central")
    try:
        cloud.ok(ONE, "container", "DELETE", f"/v1/containers/{container['uuid']}?force=true", token=token)
        cloud.wait_gone(ONE, container["uuid"])
        status, answer = cloud.call(ONE, "container", "POST", "/v1/containers", {
            "image": images[ONE], "image_driver": "glance", "nets": [{"port": port["id"]}]}, token=token)
        assert status == 503, (status, answer)
        cloud.kill(ONE)
    finally:
        cloud.start_process("central")
    eventually(lambda: cloud.healthy(CENTRAL, "identity"), "the centre is back", 30)
    eventually(lambda: cloud.processes()[ONE]["pid"] > 0 and cloud.healthy(ONE, "container"), "the region is back", 30)
    eventually(lambda: at_home(cloud, port["id"]), "the port comes home", 60)
    container = run_with(cloud, images, TWO, "guest", port["id"])
    assert cloud.address_of(container) == [port["fixed_ips"][0]["ip_address"]]
    remove(cloud, TWO, container["uuid"])
    eventually(lambda: at_home(cloud, port["id"]), "the port comes home")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{net}")
    cloud.assert_clean()
