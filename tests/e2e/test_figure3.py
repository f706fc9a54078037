"""The specification's figure 3: net1 and net2 in both regions, one router at the centre, four containers. Every pair in every direction, IPv4
and IPv6, ICMP, TCP and UDP, with the hops made: none within a network, one between networks, wherever the two containers are."""
import pytest

from cloud import CENTRAL, eventually
from packets import await_reach, check_reach, place_of

NETWORKS = {"net1": ("10.31.0.0/24", "fd00:31::/64"), "net2": ("10.32.0.0/24", "fd00:32::/64"), "net3": ("10.33.0.0/24", "fd00:33::/64")}
CONTAINERS = {"container1": ("RegionOne", "net1"), "container2": ("RegionTwo", "net1"), "container3": ("RegionOne", "net2"),
              "container4": ("RegionTwo", "net2"), "stranger": ("RegionOne", "net3")}


def put_router(cloud, router, verb, subnet):
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/{verb}_router_interface", {"subnet_id": subnet})


def hops_between(one, other):
    """None: nothing joins them."""
    here, there = CONTAINERS[one][1], CONTAINERS[other][1]
    if here == there:
        return 0
    return None if "net3" in (here, there) else 1


def check_all(places):
    wrong = []
    for one in places.values():
        for other in places.values():
            if one is not other:
                hops = hops_between(one.name, other.name)
                wrong += check_reach(one, other, hops, 3.0 if hops is not None else 0.7)
    assert not wrong, "\n".join(wrong)


@pytest.fixture
def figure(cloud, images):
    subnets, networks = {}, {}
    for name, (four, six) in NETWORKS.items():
        networks[name], v4 = cloud.make_network(name, four)
        v6 = cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": networks[name], "ip_version": 6, "cidr": six}})
        subnets[name] = [v4, v6["subnet"]["id"]]
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {"name": "router"}})["router"]["id"]
    for name in ("net1", "net2"):
        for subnet in subnets[name]:
            put_router(cloud, router, "add", subnet)
    where = {name: (region, cloud.create(region, images[region], networks[network], name)["uuid"])
             for name, (region, network) in CONTAINERS.items()}
    for region, ident in where.values():
        cloud.wait_status(region, ident, "Running")
    places = {name: place_of(cloud, *at).serve() for name, at in where.items()}
    yield {"router": router, "subnets": subnets, "networks": networks, "where": where, "places": places}
    for place in places.values():
        place.stop()


def test_figure_3_every_container_reaches_every_other_through_one_router(cloud, figure):
    places, router = figure["places"], figure["router"]
    for one in places.values():
        for other in places.values():
            if one is not other and hops_between(one.name, other.name) is not None:
                await_reach(one, other, hops_between(one.name, other.name))
    check_all(places)

    # what a router does, it does on the host where the packet starts: no host but those with ports has it
    with_router = [host for host in cloud.hosts if "cwr-" + router in cloud.inside(host, "ls", f"/proc/{cloud.hosts[host]['init']}/root/run/netns")]
    assert {cloud.hosts[host]["region"] for host in with_router} == set(cloud.regions)

    # an agent that dies takes nothing along, and finds everything again
    pids = {name: facts["pid"] for name, facts in cloud.processes().items()}
    for host in with_router:
        cloud.kill("agent-" + host)
    check_all(places)
    eventually(lambda: all(cloud.processes()[a]["pid"] not in (0, -1, pids[a]) for a in ("agent-" + h for h in with_router)), "the agents are back", 30)
    check_all(places)

    # an interface that goes cuts its network off, and comes back whole
    for subnet in figure["subnets"]["net2"]:
        put_router(cloud, router, "remove", subnet)
    for pair in (("container1", "container4"), ("container3", "container2"), ("container1", "container3"), ("container4", "container2")):
        await_reach(places[pair[0]], places[pair[1]], None)
    assert not check_reach(places["container1"], places["container2"], 0)
    assert not check_reach(places["container3"], places["container4"], 0)
    for subnet in figure["subnets"]["net2"]:
        put_router(cloud, router, "add", subnet)
    await_reach(places["container1"], places["container4"], 1)
    await_reach(places["container3"], places["container2"], 1)
    check_all(places)

    # a router that is down forwards nothing
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"admin_state_up": False}})
    await_reach(places["container1"], places["container3"], None)
    await_reach(places["container4"], places["container1"], None)
    assert not check_reach(places["container1"], places["container2"], 0)
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"admin_state_up": True}})
    await_reach(places["container1"], places["container3"], 1)
    await_reach(places["container4"], places["container1"], 1)

    for place in places.values():
        place.stop()
    for region, ident in figure["where"].values():
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for region, ident in figure["where"].values():
        cloud.wait_gone(region, ident)
    for name in ("net1", "net2"):
        for subnet in figure["subnets"][name]:
            put_router(cloud, router, "remove", subnet)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/routers/{router}")
    for network in figure["networks"].values():
        cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()
