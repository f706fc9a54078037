"""What leaves and enters the cloud: SNAT and floating IPs on a gateway host of the region that holds the external network, for containers
of every region. "Outside" is a network namespace on what the hosts reach as the physical network "external"."""
import json
import subprocess

import pytest

from cloud import CENTRAL, eventually
from packets import await_reach, outside, place_of

EXTERNAL = "172.30.1."  # of RegionOne


def network(cloud, method, path, body=None):
    return cloud.ok(CENTRAL, "network", method, "/v2.0" + path, body)


def status_of(cloud, floating):
    return network(cloud, "GET", f"/floatingips/{floating}")["floatingip"]["status"]


@pytest.fixture
def town(cloud, images):
    """A tenant network with a container in each region, and a router with its gateway in RegionOne."""
    external = network(cloud, "POST", "/networks", {"network": {
        "name": "ext", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "external",
        "availability_zone_hints": ["RegionOne"]}})["network"]["id"]
    network(cloud, "POST", "/subnets", {"subnet": {
        "network_id": external, "ip_version": 4, "cidr": EXTERNAL + "0/24", "gateway_ip": EXTERNAL + "1", "enable_dhcp": False,
        "allocation_pools": [{"start": EXTERNAL + "100", "end": EXTERNAL + "199"}]}})
    inner, subnet = cloud.make_network("town", "10.41.0.0/24")
    router = network(cloud, "POST", "/routers", {"router": {"name": "town", "external_gateway_info": {"network_id": external}}})["router"]
    network(cloud, "PUT", f"/routers/{router['id']}/add_router_interface", {"subnet_id": subnet})
    where = {name: (region, cloud.create(region, images[region], inner, name)["uuid"]) for name, region in (("near", "RegionOne"), ("far", "RegionTwo"))}
    for at in where.values():
        cloud.wait_status(*at, "Running")
    group = cloud.default_group()
    rule = network(cloud, "POST", "/security-group-rules", {"security_group_rule": {"security_group_id": group, "direction": "ingress", "ethertype": "IPv4",
                                                                                     "remote_ip_prefix": "0.0.0.0/0"}})["security_group_rule"]["id"]
    places = {name: place_of(cloud, *at).serve() for name, at in where.items()}
    world = outside(cloud).serve()
    world.addresses = [EXTERNAL + "1"]
    yield {"external": external, "inner": inner, "subnet": subnet, "router": router, "where": where, "places": places, "world": world}
    for place in [*places.values(), world]:
        place.stop()
    cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")


def port_of(cloud, at):
    return network(cloud, "GET", f"/ports?device_id={at[1]}")["ports"][0]["id"]


def seen_as(place, target):
    """The addresses under which the target saw us; None where it did not."""
    answers = place.ask([target], 1.0)[target]
    return {answers[p][1] if answers[p] else None for p in ("tcp", "udp")} | (set() if answers["icmp"] else {None})


def take_down(cloud, town):
    router = town["router"]["id"]
    for place in [*town["places"].values(), town["world"]]:
        place.stop()
    for at in town["where"].values():
        cloud.ok(at[0], "container", "DELETE", f"/v1/containers/{at[1]}?force=true")
    for at in town["where"].values():
        cloud.wait_gone(*at)
    network(cloud, "PUT", f"/routers/{router}", {"router": {"external_gateway_info": None}})
    network(cloud, "PUT", f"/routers/{router}/remove_router_interface", {"subnet_id": town["subnet"]})
    network(cloud, "DELETE", f"/routers/{router}")
    for each in (town["inner"], town["external"]):
        network(cloud, "DELETE", f"/networks/{each}")
    cloud.assert_clean()


def test_containers_of_all_regions_go_out_and_floating_ips_lead_in(cloud, town):
    places, world, where, router = town["places"], town["world"], town["where"], town["router"]["id"]
    gateway = town["router"]["external_gateway_info"]["external_fixed_ips"][0]["ip_address"]

    # out: everybody under the gateway's address, from the gateway's region and from the other
    for name in ("near", "far"):
        eventually(lambda: seen_as(places[name], world.addresses[0]) == {gateway}, f"{name} goes out as {gateway}", 30)

    # in, and out as oneself
    floating = network(cloud, "POST", "/floatingips", {"floatingip": {"floating_network_id": town["external"], "port_id": port_of(cloud, where["near"])}})["floatingip"]
    address = floating["floating_ip_address"]
    eventually(lambda: status_of(cloud, floating["id"]) == "ACTIVE", "the kernel was seen to hold it", 20)
    target = type(world)("floating", [], [address])
    await_reach(world, target, 1)
    assert seen_as(places["near"], world.addresses[0]) == {address}
    assert seen_as(places["far"], world.addresses[0]) == {gateway}
    # from inside to the floating IP of a neighbour, and to one's own
    assert None not in seen_as(places["far"], address)
    assert None not in seen_as(places["near"], address)

    # it moves to a container of the other region
    network(cloud, "PUT", f"/floatingips/{floating['id']}", {"floatingip": {"port_id": port_of(cloud, where["far"])}})
    eventually(lambda: status_of(cloud, floating["id"]) == "ACTIVE", "it moved", 20)
    places["near"].stop()
    await_reach(world, target, 1)
    places["near"].serve()
    assert seen_as(places["far"], world.addresses[0]) == {address}
    assert seen_as(places["near"], world.addresses[0]) == {gateway}

    # it stands for nobody
    network(cloud, "PUT", f"/floatingips/{floating['id']}", {"floatingip": {"port_id": None}})
    eventually(lambda: status_of(cloud, floating["id"]) == "DOWN", "it is down", 10)
    await_reach(world, target, None)
    assert seen_as(places["far"], world.addresses[0]) == {gateway}

    # without SNAT nobody is translated, and the way out of the other region is the gateway host's still
    network(cloud, "PUT", f"/routers/{router}", {"router": {"external_gateway_info": {"network_id": town["external"], "enable_snat": False}}})
    for name in ("near", "far"):
        eventually(lambda: seen_as(places[name], world.addresses[0]) == {None}, f"{name} has no way back", 20)
    network(cloud, "PUT", f"/routers/{router}", {"router": {"external_gateway_info": {"network_id": town["external"], "enable_snat": True}}})
    eventually(lambda: seen_as(places["far"], world.addresses[0]) == {gateway}, "far goes out again", 20)

    network(cloud, "DELETE", f"/floatingips/{floating['id']}")
    take_down(cloud, town)


def test_gateways_and_floating_ips_move_to_another_host_when_theirs_dies(cloud, town):
    """Within the time after which a silent host is given up (6 s) and a few more, in which the other one's kernel is made to hold them."""
    world, far, router = town["world"], town["where"]["far"], town["router"]["id"]
    floating = network(cloud, "POST", "/floatingips", {"floatingip": {"floating_network_id": town["external"], "port_id": port_of(cloud, far)}})["floatingip"]
    target = type(world)("floating", [], [floating["floating_ip_address"]])
    await_reach(world, target, 1)
    gateway = lambda: network(cloud, "GET", f"/routers/{router}")["router"]["gateway_host"]  # noqa: E731
    dead = gateway()
    lines = [f"u-{dead}", f"x-{dead}"]  # to the other hosts, and to the outside

    def pull(state):
        for line in lines:
            subprocess.run([*world.enter, "ip", "link", "set", line, state], check=True)

    cloud.stop_process(f"agent-{dead}")
    pull("down")
    try:
        await_reach(world, target, 1, 25)
        assert gateway() not in (dead, "", None)
        eventually(lambda: status_of(cloud, floating["id"]) == "ACTIVE", "it works, and is said to", 10)
        inside = network(cloud, "GET", f"/routers/{router}")["router"]["external_gateway_info"]["external_fixed_ips"][0]["ip_address"]
        network(cloud, "PUT", f"/floatingips/{floating['id']}", {"floatingip": {"port_id": None}})
        eventually(lambda: seen_as(town["places"]["far"], world.addresses[0]) == {inside}, "and so does the way out", 20)
        network(cloud, "PUT", f"/floatingips/{floating['id']}", {"floatingip": {"port_id": port_of(cloud, far)}})
    finally:
        pull("up")
        cloud.start_process(f"agent-{dead}")
    # the one that is back gives up what is no longer its own
    eventually(lambda: not [l for l in json.loads(cloud.inside(dead, "ip", "-j", "link")) if l.get("master") == "br-ex" and l["ifname"] != "eth1"],
               "the dead host's leg outside is gone", 30)
    await_reach(world, target, 1)
    network(cloud, "DELETE", f"/floatingips/{floating['id']}")
    take_down(cloud, town)
