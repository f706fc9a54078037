"""Figure 3 with everything that hangs on it, deleted in orders drawn by a seed, through the centre's and the regions' servers: whatever the API
refuses (409) is asked again later, everything goes in the end, and nothing is left anywhere.

CAUSEWAY_E2E_SEED draws the same orders again; CAUSEWAY_E2E_ORDERS says how many are drawn;
with CAUSEWAY_E2E_KILL_AGENTS=1 agents die as well."""
import http.client
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from cloud import CENTRAL, eventually

ORDERS = int(os.environ.get("CAUSEWAY_E2E_ORDERS", "2"))
SEED = int(os.environ.get("CAUSEWAY_E2E_SEED", random.randrange(1 << 30)))
AGENTS = bool(os.environ.get("CAUSEWAY_E2E_KILL_AGENTS"))
ONE, TWO = "RegionOne", "RegionTwo"
EXTERNAL = "172.30.1."
# what the sweep has to see of all this, so that it can be believed when it sees nothing
SWEPT = ("container ['/zun-", "docker network", "link cwb", "link cwx", "link cwi", "network namespace cwr-", "leg cw", ": map bridge causeway", ": map ip causeway", ": map ip6 causeway",
         ": chain ", "forwarding entry", "neighbour", "qdisc", *(f"{CENTRAL}: {kind} " for kind in (
             "network", "subnet", "port", "trunk", "router", "floatingip", "security_group", "qos_policy", "subnetpool", "address_scope", "rbac_policy", "lease", "interest", "port_claim",
             "host_routing")), f"{ONE}: port_claim", f"{ONE}: trunk ", f"{TWO}: trunk ", f"{ONE}: container ", "r1h1: port ", "r1h1: container ")


class Everything:
    """Makes one of each, joined as they can be joined, and remembers how each is taken away."""

    def __init__(self, cloud, images, project):
        self.cloud, self.images, self.project = cloud, images, project
        self.steps = {}  # what -> [(method, path, body)], each done once; where the path is a container's, with its region

    def make(self, collection, envelope, where=CENTRAL, **body):
        made = self.cloud.ok(where, "network", "POST", f"/v2.0/{collection}", {envelope: body})[envelope]
        self.steps[f"{envelope} {body.get('name') or made['id']}"] = ("network", "DELETE", f"/v2.0/{collection}/{made['id']}", None)
        return made["id"]

    def tag(self, collection, ident):
        self.cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/{collection}/{ident}/tags", {"tags": ["any", "order"]})

    def build(self):
        scope = self.make("address-scopes", "address_scope", name="scope", ip_version=4)
        pool = self.make("subnetpools", "subnetpool", name="pool", prefixes=["10.81.0.0/16"], default_prefixlen=24, address_scope_id=scope)
        policy = self.make("qos/policies", "policy", name="slow")
        limit = self.cloud.ok(CENTRAL, "network", "POST", f"/v2.0/qos/policies/{policy}/bandwidth_limit_rules",
                              {"bandwidth_limit_rule": {"direction": "egress", "max_kbps": 100000}})["bandwidth_limit_rule"]["id"]
        self.steps["limit"] = ("network", "DELETE", f"/v2.0/qos/policies/{policy}/bandwidth_limit_rules/{limit}", None)
        self.networks = {"net1": self.make("networks", "network", name="net1"), "net2": self.make("networks", "network", name="net2", qos_policy_id=policy),
                         "local": self.make("networks", "network", name="local", availability_zone_hints=[ONE]),
                         "ext": self.make("networks", "network", name="ext", **{"router:external": True, "provider:network_type": "flat",
                                          "provider:physical_network": "external", "availability_zone_hints": [ONE]})}
        nets = self.networks
        subnets = [self.make("subnets", "subnet", name="net1-4", network_id=nets["net1"], ip_version=4, cidr="10.80.0.0/24"),
                   self.make("subnets", "subnet", name="net1-6", network_id=nets["net1"], ip_version=6, cidr="fd00:80::/64"),
                   self.make("subnets", "subnet", name="net2-4", network_id=nets["net2"], ip_version=4, subnetpool_id=pool),
                   self.make("subnets", "subnet", name="net2-6", network_id=nets["net2"], ip_version=6, cidr="fd00:81::/64")]
        self.make("subnets", "subnet", name="local-4", network_id=nets["local"], ip_version=4, cidr="10.82.0.0/24")
        self.make("subnets", "subnet", name="ext-4", network_id=nets["ext"], ip_version=4, cidr=EXTERNAL + "0/24", gateway_ip=EXTERNAL + "1", enable_dhcp=False,
                  allocation_pools=[{"start": EXTERNAL + "100", "end": EXTERNAL + "199"}])
        self.make("rbac-policies", "rbac_policy", object_type="network", object_id=nets["net1"], action="access_as_shared", target_tenant=self.project)
        router = self.make("routers", "router", name="router", external_gateway_info={"network_id": nets["ext"]})
        for subnet in subnets:
            self.cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": subnet})
            self.steps[f"interface {subnet}"] = ("network", "PUT", f"/v2.0/routers/{router}/remove_router_interface", {"subnet_id": subnet})
        self.cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": [{"destination": "192.168.80.0/24", "nexthop": "10.80.0.9"}]}})
        self.steps["routes"] = ("network", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": []}})
        self.steps["gateway"] = ("network", "PUT", f"/v2.0/routers/{router}", {"router": {"external_gateway_info": None}})
        groups = {name: self.make("security-groups", "security_group", name=name) for name in ("left", "right")}
        for group, remote in (("left", "right"), ("right", "left")):
            self.make("security-group-rules", "security_group_rule", security_group_id=groups[group], direction="ingress", ethertype="IPv4",
                      remote_group_id=groups[remote])
        before = self.make("ports", "port", name="before", network_id=nets["net1"], security_groups=[groups["left"]], qos_policy_id=policy,
                           allowed_address_pairs=[{"ip_address": "10.80.0.200"}])
        self.make("ports", "port", name="unused", network_id=nets["net2"], security_groups=[groups["right"]])
        self.make("ports", "port", where=TWO, name="regional", network_id=nets["net1"], security_groups=list(groups.values()))
        for collection, ident in (("networks", nets["net1"]), ("subnets", subnets[0]), ("routers", router), ("security-groups", groups["left"]),
                                  ("subnetpools", pool), ("ports", before)):
            self.tag(collection, ident)
        self.trunk()
        self.containers(before)
        self.floating_ips(before, router)

    def trunk(self):
        """Whose parent a container has, with subports in both networks, of which one may be taken out before the rest goes."""
        ports = {name: self.make("ports", "port", name=name, network_id=self.networks[network]) for name, network in (("parent", "net1"), ("sub-1", "net2"), ("sub-2", "local"))}
        sub_ports = [{"port_id": ports[f"sub-{number}"], "segmentation_type": "vlan", "segmentation_id": 100 + number} for number in (1, 2)]
        trunk = self.make("trunks", "trunk", name="nest", port_id=ports["parent"], sub_ports=sub_ports)
        self.tag("trunks", trunk)
        self.steps["subport"] = ("network", "PUT", f"/v2.0/trunks/{trunk}/remove_subports", {"sub_ports": [{"port_id": ports["sub-2"]}]})
        self.parent, self.nest = ports["parent"], trunk

    def containers(self, before):
        nets = self.networks
        wishes = {"container1": (ONE, [{"port": before}], None), "container2": (TWO, [{"network": nets["net1"]}], ["right"]),
                  "container3": (ONE, [{"network": nets["net2"]}], ["left"]), "container4": (TWO, [{"network": nets["net2"]}], ["left", "right"]),
                  "both": (ONE, [{"network": nets["net1"]}, {"network": nets["net2"]}], ["right"]), "alone": (ONE, [{"network": nets["local"]}], None),
                  "nesting": (ONE, [{"port": self.parent}], None)}
        self.where = {}
        for name, (region, wanted, groups) in wishes.items():
            extra = {"security_groups": groups} if groups else {}
            ident = self.cloud.create(region, self.images[region], None, name, nets=wanted, **extra)["uuid"]
            self.where[name] = (region, ident)
            self.steps[name] = (region, "DELETE", f"/v1/containers/{ident}?force=true", None)
        for region, ident in self.where.values():
            self.cloud.wait_status(region, ident, "Running")
        eventually(lambda: self.cloud.ok(CENTRAL, "network", "GET", f"/v2.0/trunks/{self.nest}")["trunk"]["status"] == "ACTIVE", "the subports are spliced", 30)

    def floating_ips(self, before, router):
        far = self.cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?device_id={self.where['container4'][1]}")["ports"]
        far = far or eventually(lambda: self.cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?device_id={self.where['container4'][1]}")["ports"], "the centre knows the port")
        made = [self.make("floatingips", "floatingip", floating_network_id=self.networks["ext"], port_id=port) for port in (before, far[0]["id"])]
        self.make("floatingips", "floatingip", floating_network_id=self.networks["ext"])
        for ident in made:
            eventually(lambda: self.cloud.ok(CENTRAL, "network", "GET", f"/v2.0/floatingips/{ident}")["floatingip"]["status"] == "ACTIVE", "the kernel holds it", 30)

    def take_away(self, dice, killing=False):
        """Every step in a drawn order, some at the same time; the refusals that were met. `killing`: nobody need answer."""
        todo, refusals = sorted(self.steps), {}
        deadline = time.monotonic() + 180
        while todo:
            assert time.monotonic() < deadline, "\n".join(f"{what}: {refusals.get(what)}" for what in todo)
            dice.shuffle(todo)
            servers = [dice.choice([CENTRAL, ONE, TWO]) for _ in todo]
            with ThreadPoolExecutor(dice.choice((1, 4))) as pool:
                answers = list(pool.map(lambda what, server: self.one(server, *self.steps[what]), todo, servers))
            left = []
            for what, server, (status, body) in zip(todo, servers, answers):
                away = killing and (status is None or status >= 500)
                assert away or status < 300 or status in (404, 409), (what, server, status, body)
                if away or status == 409:
                    refusals[what] = (server, body)
                    left.append(what)
            todo = left
        return refusals

    def one(self, server, service, method, path, body):
        try:
            if service != "network":
                return self.cloud.call(service, "container", method, path, body)
            answer = self.cloud.call(server, "network", method, path, body)
            # a region knows its own ports only
            return self.cloud.call(CENTRAL, "network", method, path, body) if answer[0] == 404 and server != CENTRAL else answer
        except (OSError, http.client.HTTPException) as error:
            return None, str(error)


@pytest.fixture(scope="module")
def project(cloud):
    made = cloud.ok(CENTRAL, "identity", "POST", "/v3/projects", {"project": {"name": "any-order"}})["project"]["id"]
    yield made
    cloud.ok(CENTRAL, "identity", "DELETE", f"/v3/projects/{made}")


@pytest.mark.parametrize("order", range(ORDERS))
def test_everything_is_deleted_in_any_order_that_the_api_allows(cloud, images, project, order):
    print(f"CAUSEWAY_E2E_SEED={SEED} order {order}")
    everything = Everything(cloud, images, project)
    everything.build()
    there = "\n".join(cloud.leftovers())
    assert [word for word in SWEPT if word not in there] == [], "the sweep does not see it"
    refusals = everything.take_away(random.Random(SEED * 1000 + order))
    print(f"refused at first: {sorted(refusals)}")
    for region, ident in everything.where.values():
        cloud.wait_gone(region, ident)
    cloud.assert_clean()


def test_everything_is_deleted_while_processes_die(cloud, images, project):
    """What was deleted stays deleted, and what was half done is finished, whoever is killed meanwhile."""
    print(f"CAUSEWAY_E2E_SEED={SEED}")
    everything = Everything(cloud, images, project)
    everything.build()
    dice, stop, victims = random.Random(SEED), threading.Event(), []

    # what an agent leaves half done waits a minute for its successor's sweep: test_chaos.py has the time for that
    names = [name for name in sorted(cloud.processes()) if AGENTS or not name.startswith("agent-")]

    def reaper():
        while not stop.wait(dice.uniform(0.2, 1.0)):
            victims.append(dice.choice(names))
            cloud.kill(victims[-1])

    killer = threading.Thread(target=reaper)
    killer.start()
    try:
        refusals = everything.take_away(random.Random(SEED), killing=True)
    finally:
        stop.set()
        killer.join()
    print(f"killed: {victims}; not at once: {sorted(refusals)}")
    eventually(cloud.all_back, "every process is back", 60)
    for region, ident in everything.where.values():
        cloud.wait_gone(region, ident, 120)
    cloud.assert_clean(120)
