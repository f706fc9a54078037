"""A router with a gateway in each region. "Outside" is one network namespace that both regions reach, each by a physical network of its own, with
an address beyond both: who is seen there has left by the gateway whose address it has."""
import subprocess

import pytest

from cloud import CENTRAL, eventually
from packets import outside, place_of

REGIONS = {"near": "RegionOne", "far": "RegionTwo"}
BEYOND = "198.51.100.1"


def network(cloud, method, path, body=None):
    return cloud.ok(CENTRAL, "network", method, "/v2.0" + path, body)


def external_network(cloud, number, region):
    made = network(cloud, "POST", "/networks", {"network": {
        "name": f"ext{number}", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "external",
        "availability_zone_hints": [region]}})["network"]["id"]
    block = f"172.30.{number}."
    network(cloud, "POST", "/subnets", {"subnet": {
        "network_id": made, "ip_version": 4, "cidr": block + "0/24", "gateway_ip": block + "1", "enable_dhcp": False,
        "allocation_pools": [{"start": block + "100", "end": block + "199"}]}})
    return made


@pytest.fixture
def town(cloud, images):
    external = {name: external_network(cloud, number, region) for number, (name, region) in enumerate(REGIONS.items(), 1)}
    inner, subnet = cloud.make_network("gates", "10.43.0.0/24")
    router = network(cloud, "POST", "/routers", {"router": {"name": "gates"}})["router"]["id"]
    # by a region's server, which passes it on
    both = cloud.ok("RegionTwo", "network", "PUT", f"/v2.0/routers/{router}/add_external_gateways", {"router": {
        "external_gateways": [{"network_id": external[name]} for name in REGIONS]}})["router"]
    network(cloud, "PUT", f"/routers/{router}/add_router_interface", {"subnet_id": subnet})
    where = {name: (region, cloud.create(region, images[region], inner, name)["uuid"]) for name, region in REGIONS.items()}
    for at in where.values():
        cloud.wait_status(*at, "Running")
    rule = network(cloud, "POST", "/security-group-rules", {"security_group_rule": {
        "security_group_id": cloud.default_group(), "direction": "ingress", "ethertype": "IPv4", "remote_ip_prefix": "0.0.0.0/0"}})["security_group_rule"]["id"]
    places = {name: place_of(cloud, *at).serve() for name, at in where.items()}
    world = outside(cloud).serve()
    subprocess.run([*world.enter, "ip", "addr", "add", BEYOND + "/32", "dev", "lo"], check=True)
    yield {"external": external, "inner": inner, "router": router, "gateways": both["external_gateways"], "subnet": subnet,
           "where": where, "places": places, "world": world}
    for place in [*places.values(), world]:
        place.stop()
    subprocess.run([*world.enter, "ip", "addr", "del", BEYOND + "/32", "dev", "lo"], check=False)
    cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")


def seen_as(place):
    """The address under which we are seen beyond; None where we are not."""
    answers = place.ask([BEYOND], 1.0)[BEYOND]  # a server of UDP there answers from another of its addresses
    return answers["tcp"][1] if answers["tcp"] and answers["icmp"] else None


def lacking(place, addresses):
    """What is not answered."""
    return [(address, protocol) for address, answers in place.ask(addresses, 1.0).items() for protocol, answer in answers.items() if not answer]


def answers_beyond(world, address):
    """To an address that both gateways lead to: the answer is known by the gateway alone that the question came in by."""
    return subprocess.run([*world.enter, "ping", "-c", "1", "-W", "1", "-I", BEYOND, address], capture_output=True).returncode == 0


def address_of(gateway):
    return gateway["external_fixed_ips"][0]["ip_address"]


def port_of(cloud, at):
    return network(cloud, "GET", f"/ports?device_id={at[1]}")["ports"][0]["id"]


def floating_ip(cloud, external, port):
    return network(cloud, "POST", "/floatingips", {"floatingip": {"floating_network_id": external, "port_id": port}})["floatingip"]


def status_of(cloud, floating):
    return network(cloud, "GET", f"/floatingips/{floating['id']}")["floatingip"]["status"]


def take_down(cloud, town):
    for place in [*town["places"].values(), town["world"]]:
        place.stop()
    for at in town["where"].values():
        cloud.ok(at[0], "container", "DELETE", f"/v1/containers/{at[1]}?force=true")
    for at in town["where"].values():
        cloud.wait_gone(*at)
    network(cloud, "PUT", f"/routers/{town['router']}/remove_router_interface", {"subnet_id": town["subnet"]})
    network(cloud, "DELETE", f"/routers/{town['router']}")
    for each in (town["inner"], *town["external"].values()):
        network(cloud, "DELETE", f"/networks/{each}")
    cloud.assert_clean()


def test_each_region_leaves_by_its_own_gateway_and_is_reached_and_answered_by_both(cloud, town):
    places, world, where, external = town["places"], town["world"], town["where"], town["external"]
    own = {name: address_of(gateway) for name, gateway in zip(REGIONS, town["gateways"])}
    for name, place in places.items():
        eventually(lambda: seen_as(place) == own[name], f"{name} leaves by its region's gateway, {own[name]}", 30)

    # one container, a floating IP of each external network: in by either, answered by the same; out by the region's
    port = port_of(cloud, where["near"])
    ways_in = {name: floating_ip(cloud, external[name], port) for name in REGIONS}
    addresses = {name: floating["floating_ip_address"] for name, floating in ways_in.items()}
    for floating in ways_in.values():
        eventually(lambda: status_of(cloud, floating) == "ACTIVE", "the kernel was seen to hold it", 20)
    places["far"].stop()
    eventually(lambda: not lacking(world, list(addresses.values())), "it is reached by both", 20)
    for address in addresses.values():
        eventually(lambda: answers_beyond(world, address), f"{address} answers by its gateway", 10)
    places["far"].serve()
    assert seen_as(places["near"]) == addresses["near"]
    assert seen_as(places["far"]) == own["far"]
    for name, place in places.items():
        assert not lacking(place, list(addresses.values())), f"from inside, {name}"

    # the one of the container's region moves away: what is left decides about the way out, over the other region
    network(cloud, "PUT", f"/floatingips/{ways_in['near']['id']}", {"floatingip": {"port_id": port_of(cloud, where["far"])}})
    eventually(lambda: status_of(cloud, ways_in["near"]) == "ACTIVE", "it moved", 20)
    eventually(lambda: seen_as(places["near"]) == addresses["far"], "near leaves by the gateway of its floating IP", 20)
    eventually(lambda: seen_as(places["far"]) == addresses["near"], "and so does far", 20)

    status, body = cloud.call(CENTRAL, "network", "PUT", f"/v2.0/routers/{town['router']}/remove_external_gateways",
                              {"router": {"external_gateways": [{"network_id": external["far"]}]}})
    assert (status, body["NeutronError"]["type"]) == (409, "RouterExternalGatewayInUseByFloatingIp")
    for floating in ways_in.values():
        network(cloud, "DELETE", f"/floatingips/{floating['id']}")
    for name, place in places.items():
        eventually(lambda: seen_as(place) == own[name], f"{name} leaves by its region's gateway again", 20)
    left = network(cloud, "PUT", f"/routers/{town['router']}/remove_external_gateways", {"router": {
        "external_gateways": [{"network_id": external["near"]}]}})["router"]
    assert left["external_gateways"] == [left["external_gateway_info"]] == [town["gateways"][1]]
    for name, place in places.items():
        eventually(lambda: seen_as(place) == own["far"], f"{name} leaves by what is left", 20)
    take_down(cloud, town)


def test_what_left_by_a_gateway_that_died_leaves_by_the_other(cloud, town):
    """No host of RegionTwo is left: its gateway has nowhere to go."""
    places, world, where = town["places"], town["world"], town["where"]
    own = {name: address_of(gateway) for name, gateway in zip(REGIONS, town["gateways"])}
    port = port_of(cloud, where["near"])
    floating = floating_ip(cloud, town["external"]["far"], port)
    eventually(lambda: seen_as(places["near"]) == floating["floating_ip_address"], "near leaves by RegionTwo, where its floating IP is", 30)
    eventually(lambda: status_of(cloud, floating) == "ACTIVE", "the kernel was seen to hold it", 20)
    dead = [name for name, host in cloud.hosts.items() if host["region"] == REGIONS["far"]]
    hosts = lambda: network(cloud, "GET", f"/routers/{town['router']}")["router"]["gateway_hosts"]  # noqa: E731
    assert hosts()[0] not in dead and hosts()[1] in dead

    def pull(state):
        for line in (f"{kind}-{name}" for name in dead for kind in "ux"):  # to the other hosts, and to the outside
            subprocess.run([*world.enter, "ip", "link", "set", line, state], check=True)

    for name in dead:
        cloud.stop_process(f"agent-{name}")
    pull("down")
    try:
        eventually(lambda: hosts()[1] == "", "its gateway has no host", 25)
        eventually(lambda: status_of(cloud, floating) == "DOWN", "what stands on it is down", 10)
        eventually(lambda: seen_as(places["near"]) == own["near"], "near leaves by the other gateway", 20)
    finally:
        pull("up")
        for name in dead:
            cloud.start_process(f"agent-{name}")
    eventually(lambda: hosts()[1] in dead, "it is back", 30)
    eventually(lambda: status_of(cloud, floating) == "ACTIVE", "and what stands on it", 30)
    eventually(lambda: seen_as(places["near"]) == floating["floating_ip_address"], "near leaves by its floating IP again", 20)
    network(cloud, "DELETE", f"/floatingips/{floating['id']}")
    take_down(cloud, town)
