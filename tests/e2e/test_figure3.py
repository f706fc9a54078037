"""The specification's figure 3: net1 and net2 in both regions, one router at the centre, four containers. Every pair in every direction, IPv4
and IPv6, ICMP, TCP and UDP, with the hops made: none within a network, one between networks, wherever the two containers are; and a
stranger on a network of its own, whom nobody reaches. Before and after each change of what joins and what parts them."""
import pytest

from cloud import CENTRAL, eventually
from packets import PORT, await_matrix, await_reach, check_matrix, check_reach, outside, place_of

NETWORKS = {"net1": ("10.31.0.0/24", "fd00:31::/64"), "net2": ("10.32.0.0/24", "fd00:32::/64"), "net3": ("10.33.0.0/24", "fd00:33::/64")}
CONTAINERS = {"container1": ("RegionOne", "net1"), "container2": ("RegionTwo", "net1"), "container3": ("RegionOne", "net2"),
              "container4": ("RegionTwo", "net2"), "stranger": ("RegionOne", "net3")}
EXTERNAL = "172.30.1."


def network(cloud, method, path, body=None):
    return cloud.ok(CENTRAL, "network", method, "/v2.0" + path, body)


def put_router(cloud, router, verb, subnet):
    network(cloud, "PUT", f"/routers/{router}/{verb}_router_interface", {"subnet_id": subnet})


def hops_between(one, other, *_):
    """None: nothing joins them."""
    here, there = CONTAINERS[one][1], CONTAINERS[other][1]
    if here == there:
        return 0
    return None if "net3" in (here, there) else 1


def apart(one, other, *_):
    """The router joins nothing."""
    return 0 if CONTAINERS[one][1] == CONTAINERS[other][1] else None


class Figure:
    def __init__(self, cloud, images):
        self.cloud, self.images = cloud, images
        self.networks, self.subnets, self.where, self.places = {}, {}, {}, {}
        for name, (four, six) in NETWORKS.items():
            self.networks[name], v4 = cloud.make_network(name, four)
            v6 = network(cloud, "POST", "/subnets", {"subnet": {"network_id": self.networks[name], "ip_version": 6, "cidr": six}})["subnet"]["id"]
            self.subnets[name] = [v4, v6]
        self.router = network(cloud, "POST", "/routers", {"router": {"name": "router"}})["router"]["id"]
        self.join("add", "net1", "net2")
        # a port that is there before its container, and stays when that is gone
        self.port = network(cloud, "POST", "/ports", {"port": {"network_id": self.networks["net2"], "name": "container4"}})["port"]["id"]
        for name, (region, net) in CONTAINERS.items():
            self.start(name, region, {"port": self.port} if name == "container4" else {"network": self.networks[net]})
        for name in CONTAINERS:
            self.serve(name)

    def join(self, verb, *names):
        for name in names:
            for subnet in self.subnets[name]:
                put_router(self.cloud, self.router, verb, subnet)

    def start(self, name, region, net):
        self.where[name] = (region, self.cloud.create(region, self.images[region], None, name, nets=[net])["uuid"])

    def serve(self, name):
        self.cloud.wait_status(*self.where[name], "Running")
        self.places[name] = place_of(self.cloud, *self.where[name]).serve()

    def remove(self, name):
        self.places.pop(name).stop()
        region, ident = self.where.pop(name)
        self.cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        self.cloud.wait_gone(region, ident)

    def all_reach(self, hops, what):
        await_matrix(list(self.places.values()), hops, what)

    def port_of(self, name):
        return network(self.cloud, "GET", f"/ports?device_id={self.where[name][1]}")["ports"][0]["id"]

    def clear(self):
        for name in list(self.places):
            self.remove(name)
        self.join("remove", "net1", "net2")
        network(self.cloud, "DELETE", f"/routers/{self.router}")
        eventually(lambda: self.cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/ports/{self.port}")[0] == 204, "the port is home, and deleted")
        for ident in self.networks.values():
            network(self.cloud, "DELETE", f"/networks/{ident}")
        self.cloud.assert_clean()


@pytest.fixture(scope="module")
def figure(cloud, images):
    made = Figure(cloud, images)
    made.all_reach(hops_between, "figure 3 as it was built")
    yield made
    made.clear()


@pytest.fixture(autouse=True)
def as_it_was(figure):
    yield
    figure.all_reach(hops_between, "figure 3 as before the test")


def test_figure_3_is_routed_where_packets_start_and_outlives_its_agents(cloud, figure):
    # what a router does, it does on the host where the packet starts: no host but those with ports has it
    with_router = [host for host in cloud.hosts if "cwr-" + figure.router in cloud.inside(host, "ls", f"/proc/{cloud.hosts[host]['init']}/root/run/netns")]
    assert {cloud.hosts[host]["region"] for host in with_router} == set(cloud.regions)
    # an agent that dies takes nothing along, and finds everything again
    pids = {name: facts["pid"] for name, facts in cloud.processes().items()}
    for host in with_router:
        cloud.kill("agent-" + host)
    wrong = check_matrix(list(figure.places.values()), hops_between, 3.0)
    assert not wrong, "\n".join(wrong)
    eventually(lambda: all(cloud.processes()[a]["pid"] not in (0, -1, pids[a]) for a in ("agent-" + h for h in with_router)), "the agents are back", 30)


def test_figure_3_interfaces_and_routers_that_go_part_the_networks_and_come_back_whole(cloud, figure):
    figure.join("remove", "net2")
    figure.all_reach(apart, "net2 is off the router")
    figure.join("add", "net2")
    figure.all_reach(hops_between, "net2 is back")
    network(cloud, "PUT", f"/routers/{figure.router}", {"router": {"admin_state_up": False}})
    figure.all_reach(apart, "a router that is down forwards nothing")
    network(cloud, "PUT", f"/routers/{figure.router}", {"router": {"admin_state_up": True}})


def test_figure_3_rules_of_groups_open_and_close_every_pair(cloud, figure):
    group = cloud.default_group()

    def rule(**attributes):
        body = {"security_group_id": group, "direction": "ingress", "ethertype": "IPv4", **attributes}
        return network(cloud, "POST", "/security-group-rules", {"security_group_rule": body})["security_group_rule"]["id"]

    listed = network(cloud, "GET", f"/security-group-rules?security_group_id={group}&direction=ingress&ethertype=IPv4")["security_group_rules"]
    own, = [r["id"] for r in listed if r["remote_group_id"] == group]
    network(cloud, "DELETE", f"/security-group-rules/{own}")
    try:
        figure.all_reach(lambda a, b, protocol, six: hops_between(a, b) if six else None, "nothing lets IPv4 in")
        made = rule(protocol="tcp", port_range_min=PORT, port_range_max=PORT, remote_ip_prefix=NETWORKS["net1"][0])
        figure.all_reach(lambda a, b, protocol, six: hops_between(a, b) if six or (protocol == "tcp" and CONTAINERS[a][1] == "net1") else None,
                         "one port is open, to net1")
        network(cloud, "DELETE", f"/security-group-rules/{made}")
        figure.all_reach(lambda a, b, protocol, six: hops_between(a, b) if six else None, "nothing lets IPv4 in again")
    finally:
        rule(remote_group_id=group)


def test_figure_3_a_container_moves_to_the_other_region_with_its_port(cloud, figure):
    before = figure.places["container4"].addresses
    for region in ("RegionOne", "RegionTwo"):
        figure.remove("container4")
        figure.start("container4", region, {"port": figure.port})
        figure.serve("container4")
        assert sorted(figure.places["container4"].addresses) == sorted(before)
        figure.all_reach(hops_between, f"container4 is in {region}")


def test_figure_3_a_floating_ip_moves_between_containers_and_changes_nothing_else(cloud, figure):
    external = network(cloud, "POST", "/networks", {"network": {
        "name": "ext", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "external",
        "availability_zone_hints": ["RegionOne"]}})["network"]["id"]
    network(cloud, "POST", "/subnets", {"subnet": {
        "network_id": external, "ip_version": 4, "cidr": EXTERNAL + "0/24", "gateway_ip": EXTERNAL + "1", "enable_dhcp": False,
        "allocation_pools": [{"start": EXTERNAL + "100", "end": EXTERNAL + "199"}]}})
    network(cloud, "PUT", f"/routers/{figure.router}", {"router": {"external_gateway_info": {"network_id": external}}})
    group = cloud.default_group()
    rule = network(cloud, "POST", "/security-group-rules", {"security_group_rule": {
        "security_group_id": group, "direction": "ingress", "ethertype": "IPv4", "remote_ip_prefix": EXTERNAL + "0/24"}})["security_group_rule"]["id"]
    world = outside(cloud)
    floating = network(cloud, "POST", "/floatingips", {"floatingip": {"floating_network_id": external, "port_id": figure.port_of("container1")}})["floatingip"]
    target = type(world)("floating", [], [floating["floating_ip_address"]])
    for name in ("container1", "container4", "container2"):
        network(cloud, "PUT", f"/floatingips/{floating['id']}", {"floatingip": {"port_id": figure.port_of(name)}})
        for other in set(CONTAINERS) - {name}:
            figure.places[other].stop()  # so that it can only be this one which answers
        await_reach(world, target, 1)
        for other in set(CONTAINERS) - {name}:
            figure.places[other].serve()
        figure.all_reach(hops_between, f"the floating IP is of {name}")
        assert check_reach(world, figure.places[name], None, 0.7) == [], "its own address is not known outside"
    network(cloud, "DELETE", f"/floatingips/{floating['id']}")
    await_reach(world, target, None)
    network(cloud, "PUT", f"/routers/{figure.router}", {"router": {"external_gateway_info": None}})
    network(cloud, "DELETE", f"/networks/{external}")
    network(cloud, "DELETE", f"/security-group-rules/{rule}")
