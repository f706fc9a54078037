"""Trunks: ports of several networks on one container's interface, under VLAN tags, with frames that the test tags itself."""
from cloud import CENTRAL, eventually
from packets import place_of
from tagged import ping

ONE, TWO = "RegionOne", "RegionTwo"


def port_of(cloud, name):
    return cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?name={name}")["ports"][0]


def sub_port(name, vlan):
    return f"port={name},segmentation-type=vlan,segmentation-id={vlan}"


def trunk_status(cloud):
    return cloud.ok(CENTRAL, "network", "GET", "/v2.0/trunks?name=nest")["trunks"][0]["status"]


def test_containers_inside_a_container_reach_their_networks_over_regions(cloud, images):
    def openstack(*words, **more):
        return cloud.openstack(*words, region=CENTRAL, **more)

    nets = {name: cloud.make_network(f"nest-{name}", cidr)[0] for name, cidr in (("outer", "10.90.0.0/24"), ("a", "10.91.0.0/24"), ("b", "10.92.0.0/24"))}
    for name in ("parent", "sub-a", "sub-b"):
        openstack("port", "create", "--network", "nest-" + {"parent": "outer"}.get(name, name[-1]), name)
    openstack("router", "create", "nest-router")
    for name in ("a", "b"):
        openstack("router", "add", "subnet", "nest-router", f"nest-{name}-subnet", fmt=None)
    group = cloud.default_group()
    rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": group, "direction": "ingress", "protocol": "icmp"}})["security_group_rule"]["id"]

    made = openstack("network", "trunk", "create", "--parent-port", "parent", "--subport", sub_port("sub-a", 101), "nest")
    assert made["status"] == "DOWN" and made["sub_ports"][0]["segmentation_id"] == 101, made
    far = {name: cloud.create(TWO, images[TWO], nets[name], f"nest-far-{name}")["uuid"] for name in ("a", "b")}
    nest = cloud.create(ONE, images[ONE], None, "nest", nets=[{"port": port_of(cloud, "parent")["id"]}])["uuid"]
    for uuid in far.values():
        cloud.wait_status(TWO, uuid, "Running")
    cloud.wait_status(ONE, nest, "Running")
    far_a, far_b = (cloud.address_of(cloud.container(TWO, far[name]))[0] for name in ("a", "b"))
    eventually(lambda: trunk_status(cloud) == "ACTIVE", "the trunk is active")

    inside = place_of(cloud, ONE, nest)
    a, b = port_of(cloud, "sub-a"), port_of(cloud, "sub-b")
    a_mac, a_address = a["mac_address"], a["fixed_ips"][0]["ip_address"]
    b_mac, b_address = b["mac_address"], b["fixed_ips"][0]["ip_address"]
    assert a["device_owner"] == "trunk:subport" and a["binding:profile"]["tag"] == 101, a
    eventually(lambda: ping(inside, 101, a_mac, a_address, far_a) == 64, "its network, in another region")
    eventually(lambda: ping(inside, 101, a_mac, a_address, far_b, hop="10.91.0.1") == 63, "another network, routed")
    assert cloud.ping(ONE, nest, "10.90.0.1", count=1) is False, "the parent's network has no router"
    assert ping(inside, 102, a_mac, a_address, far_a) is None, "a foreign VLAN"
    assert ping(inside, 0, a_mac, a_address, far_a) is None, "without a tag it is the parent's network"
    assert ping(inside, 101, "fa:16:3e:00:00:99", a_address, far_a) is None, "a foreign MAC address"
    assert ping(inside, 101, a_mac, "10.91.0.99", far_a) is None, "a foreign address"
    details = port_of(cloud, "parent")["trunk_details"]
    assert details["trunk_id"] == made["id"] and details["sub_ports"][0]["mac_address"] == a_mac, details

    # subports come and go while the container runs
    openstack("network", "trunk", "set", "--subport", sub_port("sub-b", 202), "nest", fmt=None)
    eventually(lambda: ping(inside, 202, b_mac, b_address, far_b) == 64, "the new subport works")
    assert ping(inside, 101, b_mac, b_address, far_b) is None, "under its own VLAN only"
    assert {s["Segmentation ID"] for s in openstack("network", "subport", "list", "--trunk", "nest")} == {101, 202}
    for port, says in (("parent", "parent port"), ("sub-a", "subport")):
        refused = cloud.openstack("port", "delete", port, region=ONE, check=False, fmt=None)
        assert refused.returncode != 0 and says in refused.stderr, refused.stderr
    refused = openstack("network", "trunk", "create", "--parent-port", "sub-a", "other", check=False)
    assert refused.returncode != 0 and "currently a subport" in refused.stderr, refused.stderr
    openstack("network", "trunk", "unset", "--subport", "sub-b", "nest", fmt=None)
    eventually(lambda: ping(inside, 202, b_mac, b_address, far_b) is None, "a subport that left is cut off")
    eventually(lambda: port_of(cloud, "sub-b")["device_id"] == "" and port_of(cloud, "sub-b")["region"] == CENTRAL, "and at the centre again")
    # what a rule lets through holds for subports as for all
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/trunks/{made['id']}", {"trunk": {"description": "busy"}})
    assert ping(inside, 101, a_mac, a_address, far_a) == 64

    # the whole nest moves to the other region, with the same addresses
    cloud.ok(ONE, "container", "DELETE", f"/v1/containers/{nest}?force=true")
    cloud.wait_gone(ONE, nest)
    eventually(lambda: port_of(cloud, "sub-a")["region"] == CENTRAL and port_of(cloud, "parent")["region"] == CENTRAL, "all came home")
    assert trunk_status(cloud) == "DOWN"
    nest = cloud.create(TWO, images[TWO], None, "nest", nets=[{"port": port_of(cloud, "parent")["id"]}])["uuid"]
    cloud.wait_status(TWO, nest, "Running")
    eventually(lambda: trunk_status(cloud) == "ACTIVE", "the trunk is active there")
    inside = place_of(cloud, TWO, nest)
    eventually(lambda: ping(inside, 101, a_mac, a_address, far_a) == 64, "the same addresses in another region")

    cloud.ok(TWO, "container", "DELETE", f"/v1/containers/{nest}?force=true")
    for uuid in far.values():
        cloud.ok(TWO, "container", "DELETE", f"/v1/containers/{uuid}?force=true")
    for uuid in (nest, *far.values()):
        cloud.wait_gone(TWO, uuid)
    openstack("network", "trunk", "delete", "nest", fmt=None)
    for name in ("parent", "sub-a", "sub-b"):
        eventually(lambda: openstack("port", "delete", name, check=False, fmt=None).returncode == 0, f"{name} is deleted")
    cloud.wipe_routers()
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
    for network in nets.values():
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "networks are deleted")
    cloud.assert_clean()
