"""A container that changes while it lives: the stock client, a real Engine, real packets."""
from cloud import eventually


def docker_name(ident):
    return f"/containers/zun-{ident}/json"


def host_of(cloud, region, ident):
    return cloud.container(region, ident)["host"]


def test_rebuild_resize_rename_and_networks_with_the_stock_client(cloud, images):
    region = sorted(cloud.regions)[0]
    first, _ = cloud.make_network("life-a", "10.61.0.0/24")
    second, _ = cloud.make_network("life-b", "10.62.0.0/24")
    box = cloud.create(region, images[region], first, name="life")["uuid"]
    peer = cloud.create(region, images[region], second, name="life-peer")["uuid"]
    cloud.wait_status(region, box, "Running")
    peer_address = cloud.address_of(cloud.wait_status(region, peer, "Running"))[0]
    address = cloud.address_of(cloud.container(region, box))
    host = host_of(cloud, region, box)
    engine_id = cloud.docker(host, "GET", docker_name(box))[1]["Id"]

    # rebuild: another container of the Engine, on the same address, running as before
    cloud.openstack("appcontainer", "rebuild", "life", region=region, fmt=None)
    cloud.wait_status(region, box, "Running")
    rebuilt = cloud.docker(host, "GET", docker_name(box))[1]
    assert rebuilt["Id"] != engine_id
    assert cloud.address_of(cloud.container(region, box)) == address
    assert address[0] in cloud.execute(region, box, "ip addr")["output"]

    # set: name and size, which the Engine takes while it runs
    cloud.openstack("appcontainer", "set", "--name", "life-new", "--cpu", "0.2", "--memory", "96", "life", region=region, fmt=None)

    def resized():
        limits = cloud.docker(host, "GET", docker_name(box))[1]["HostConfig"]
        return limits["Memory"] == 96 << 20 and limits["CpuShares"] == 204
    eventually(resized, "the Engine has the new limits")
    assert cloud.docker(host, "GET", docker_name(box))[1]["Id"] == rebuilt["Id"]

    # one more network, live: a ping through the new interface; the old one stays the first
    assert not cloud.ping(region, box, peer_address, count=1)
    cloud.openstack("appcontainer", "network", "attach", "--network", second, "life-new", region=region, fmt=None)
    eventually(lambda: cloud.ping(region, box, peer_address, count=1), "the peer answers through the new interface")
    assert second in cloud.container(region, box)["addresses"]
    listed = cloud.openstack("appcontainer", "network", "list", "life-new", region=region)
    assert {row["net_id"] for row in listed} == {first, second}, listed
    cloud.openstack("appcontainer", "network", "detach", "--network", second, "life-new", region=region, fmt=None)
    eventually(lambda: second not in cloud.container(region, box)["addresses"], "the network is detached")
    assert not cloud.ping(region, box, peer_address, count=1)
    assert cloud.container(region, box)["status"] == "Running"

    # what was asked
    rows = cloud.openstack("appcontainer", "action", "list", "life-new", region=region)
    assert [row["action"] for row in rows] == ["network_detach", "network_attach", "rebuild", "create"], rows
    shown = cloud.openstack("appcontainer", "action", "show", "life-new", rows[-1]["request_id"], region=region)
    assert shown["message"] is None and len(shown["events"]) == 2, shown

    for ident in (box, peer):
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in (box, peer):
        cloud.wait_gone(region, ident)
    for network in (first, second):
        eventually(lambda: cloud.call("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the networks go")
    cloud.assert_clean()


def test_heals_what_was_removed_behind_our_back_and_forgets_what_docker_removed_as_told(cloud, images):
    region = sorted(cloud.regions)[0]
    network, _ = cloud.make_network("heal", "10.63.0.0/24")
    healed = cloud.create(region, images[region], network, auto_heal=True)["uuid"]
    passing = cloud.create(region, images[region], network, auto_remove=True, command=["sleep", "3"])["uuid"]
    before = cloud.address_of(cloud.wait_status(region, healed, "Running"))
    host = host_of(cloud, region, healed)
    engine_id = cloud.docker(host, "GET", docker_name(healed))[1]["Id"]
    status, _ = cloud.docker(host, "DELETE", f"/containers/{engine_id}?force=1")
    assert status == 204
    eventually(lambda: cloud.docker(host, "GET", docker_name(healed))[1].get("Id") not in (engine_id, None), "it is made again")
    assert cloud.address_of(cloud.wait_status(region, healed, "Running")) == before
    cloud.wait_gone(region, passing)
    cloud.ok(region, "container", "DELETE", f"/v1/containers/{healed}?force=true")
    cloud.wait_gone(region, healed)
    eventually(lambda: cloud.call("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network goes")
    cloud.assert_clean()


def test_a_subnet_that_comes_to_a_network_in_use(cloud, images):
    """Containers that are there keep what they have; new ones get an address of each IP version, also on the same host."""
    region = sorted(cloud.regions)[0]
    network, _ = cloud.make_network("grows", "10.63.0.0/24")
    old = cloud.create(region, images[region], network, host="r1h1")["uuid"]
    cloud.wait_status(region, old, "Running")
    cloud.ok("CentralRegion", "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 6, "cidr": "fd00:63::/64"}})
    eventually(lambda: len(cloud.ok(region, "network", "GET", f"/v2.0/networks/{network}")["network"]["subnets"]) == 2, "the region knows the new subnet")
    new, other = (cloud.create(region, images[region], network, host=host)["uuid"] for host in ("r1h1", "r1h2"))
    for ident in (new, other):
        assert len(cloud.address_of(cloud.wait_status(region, ident, "Running"))) == 2
    # only IPv4, on a network that has both
    subnets = cloud.ok(region, "network", "GET", f"/v2.0/subnets?network_id={network}&ip_version=4")["subnets"]
    port = cloud.ok(region, "network", "POST", "/v2.0/ports", {"port": {"network_id": network, "fixed_ips": [{"subnet_id": subnets[0]["id"]}]}})["port"]
    single = cloud.create(region, images[region], network, host="r1h1", nets=[{"port": port["id"]}])["uuid"]
    cloud.wait_status(region, single, "Running")
    for ident in (old, new, single):
        version4 = [a for a in cloud.address_of(cloud.container(region, ident)) if "." in a]
        assert cloud.ping(region, other, version4[0]), ident
    version6 = [a for a in cloud.address_of(cloud.container(region, new)) if ":" in a]
    assert cloud.ping(region, other, version6[0])
    cloud.ok(region, "container", "POST", f"/v1/containers/{old}/reboot?timeout=1")
    eventually(lambda: cloud.ping(region, other, cloud.address_of(cloud.container(region, old))[0], count=1), "the old one is back")
    for ident in (old, new, other, single):
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in (old, new, other, single):
        cloud.wait_gone(region, ident)
    cloud.call(region, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()
