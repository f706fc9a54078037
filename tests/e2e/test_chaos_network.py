"""kill -9 of any process at random moments while interfaces of a router, a floating IP and a rule change: what was acknowledged is what the centre
says afterwards, and what the kernels do with packets."""
import os
import random
import threading
import time
import urllib.error

from cloud import CENTRAL, eventually
from packets import check_reach, outside, place_of

ONE, TWO = "RegionOne", "RegionTwo"
EXTERNAL = "172.30.1."
CHANGES = int(os.environ.get("CAUSEWAY_CHAOS_CHANGES", "40"))


class Town:
    """net1 in region one, net2 in region two, a router with its gateway in region one; `said` is what was acknowledged last, as far as that is known."""

    def __init__(self, cloud, images, dice):
        self.cloud, self.dice = cloud, dice
        self.group = self.put("POST", "/security-groups", {"security_group": {"name": "chaos"}})["security_group"]["id"]
        self.nets, self.subnets = {}, {}
        for name, cidr in (("net1", "10.91.0.0/24"), ("net2", "10.92.0.0/24")):
            self.nets[name], self.subnets[name] = cloud.make_network(name, cidr)
        self.external = self.put("POST", "/networks", {"network": {
            "name": "ext", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "external",
            "availability_zone_hints": [ONE]}})["network"]["id"]
        self.put("POST", "/subnets", {"subnet": {"network_id": self.external, "ip_version": 4, "cidr": EXTERNAL + "0/24", "gateway_ip": EXTERNAL + "1",
                 "enable_dhcp": False, "allocation_pools": [{"start": EXTERNAL + "100", "end": EXTERNAL + "199"}]}})
        self.router = self.put("POST", "/routers", {"router": {"name": "chaos", "external_gateway_info": {"network_id": self.external}}})["router"]["id"]
        self.put("PUT", f"/routers/{self.router}/add_router_interface", {"subnet_id": self.subnets["net1"]})
        self.where = {name: (region, cloud.create(region, images[region], self.nets[net], name, security_groups=["chaos"])["uuid"])
                      for name, region, net in (("one", ONE, "net1"), ("two", TWO, "net2"))}
        for at in self.where.values():
            cloud.wait_status(*at, "Running")
        self.ports = {name: eventually(lambda: self.put("GET", f"/ports?device_id={at[1]}")["ports"], "the centre knows the port")[0]["id"] for name, at in self.where.items()}
        self.floating = self.put("POST", "/floatingips", {"floatingip": {"floating_network_id": self.external}})["floatingip"]
        self.said = {"joined": False, "up": True, "open": False, "floating": None}

    def put(self, method, path, body=None):
        return self.cloud.ok(CENTRAL, "network", method, "/v2.0" + path, body)

    def attempt(self, method, path, body=None):
        try:
            return self.cloud.call(self.dice.choice([CENTRAL, ONE, TWO]), "network", method, "/v2.0" + path, body, timeout=15)
        except (OSError, urllib.error.URLError):
            return None, None

    def rules(self):
        """Of the group, besides what it was born with; none: nobody answers."""
        status, body = self.attempt("GET", f"/security-groups/{self.group}")
        return [r["id"] for r in body["security_group"]["security_group_rules"] if r["direction"] == "ingress"] if status == 200 else None

    def change(self):
        """One drawn change; whether somebody answered."""
        what = self.dice.choice(sorted(self.said.keys() | {"joined", "up", "open", "floating"}))
        if what == "joined":
            wanted = self.dice.choice([True, False])
            asked = ("PUT", f"/routers/{self.router}/{'add' if wanted else 'remove'}_router_interface", {"subnet_id": self.subnets["net2"]})
        elif what == "up":
            wanted = self.dice.choice([True, True, False])
            asked = ("PUT", f"/routers/{self.router}", {"router": {"admin_state_up": wanted}})
        elif what == "floating":
            wanted = self.dice.choice(["one", "two", None])
            asked = ("PUT", f"/floatingips/{self.floating['id']}", {"floatingip": {"port_id": self.ports.get(wanted)}})
        else:
            wanted, rules = self.dice.choice([True, False]), self.rules()
            if rules is None:
                return False
            if wanted:
                asked = ("POST", "/security-group-rules", {"security_group_rule": {"security_group_id": self.group, "direction": "ingress", "ethertype": "IPv4"}})
            elif not rules:
                return True
            else:
                asked = ("DELETE", f"/security-group-rules/{rules[0]}")
        status, body = self.attempt(*asked)
        if status is not None and status < 300:
            self.said[what] = wanted
        elif status is None or status >= 500:
            self.said.pop(what, None)  # it may have been done, or not
        else:
            assert status in (400, 404, 409), (asked, status, body)
        return status is not None and status < 500

    def is_so(self):
        router = self.put("GET", f"/routers/{self.router}")["router"]
        legs = self.put("GET", f"/ports?device_id={self.router}&device_owner=network:router_interface")["ports"]
        floating = self.put("GET", f"/floatingips/{self.floating['id']}")["floatingip"]
        rules = self.put("GET", f"/security-groups/{self.group}")["security_group"]["security_group_rules"]
        return {"joined": self.nets["net2"] in {leg["network_id"] for leg in legs}, "up": router["admin_state_up"],
                "open": any(r["direction"] == "ingress" for r in rules), "floating": {v: k for k, v in self.ports.items()}.get(floating["port_id"])}

    def open_all(self, so):
        """What is left to do until everything passes, in its order."""
        rule = {"security_group_rule": {"security_group_id": self.group, "direction": "ingress", "ethertype": "IPv4"}}
        steps = [("joined", lambda: self.put("PUT", f"/routers/{self.router}/add_router_interface", {"subnet_id": self.subnets["net2"]})),
                 ("up", lambda: self.put("PUT", f"/routers/{self.router}", {"router": {"admin_state_up": True}})),
                 ("open", lambda: self.put("POST", "/security-group-rules", rule))]
        return [*[step for step in steps if not so[step[0]]],
                ("floating", lambda: self.put("PUT", f"/floatingips/{self.floating['id']}", {"floatingip": {"port_id": self.ports["two"]}}))]

    def await_packets(self, places, so, what):
        world = outside(self.cloud)
        target = type(world)("floating", [], [self.floating["floating_ip_address"]])
        passes = so["open"] and so["up"]
        last = []

        def right():
            routed = 1 if passes and so["joined"] else None
            last[:] = [*check_reach(places["one"], places["two"], routed, 1.0), *check_reach(places["two"], places["one"], routed, 1.0),
                       *check_reach(world, target, 1 if passes and so["floating"] else None, 1.0)]
            return not last
        try:
            eventually(right, "packets", 60)
        except AssertionError:
            raise AssertionError("\n".join([f"{what}: {so}", *last])) from None

    def clear(self):
        cloud = self.cloud
        self.put("DELETE", f"/floatingips/{self.floating['id']}")
        for region, ident in self.where.values():
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        for at in self.where.values():
            cloud.wait_gone(*at, 120)
        cloud.wipe_routers()
        for net in (*self.nets.values(), self.external):
            eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{net}")[0] in (204, 404), "the network can be deleted", 60)
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{self.group}")[0] == 204, "the group is unused", 30)
        cloud.assert_clean(120)


def test_kill_9_of_any_process_while_routers_floating_ips_and_rules_change(cloud, images):
    seed = int(os.environ.get("CAUSEWAY_E2E_SEED", random.randrange(1 << 30)))
    print(f"seed {seed}")
    town = Town(cloud, images, random.Random(seed))
    reaper_dice, stop, victims = random.Random(seed + 1), threading.Event(), []

    def reaper():
        names = sorted(cloud.processes())
        while not stop.wait(reaper_dice.uniform(0.1, 1.0)):
            victims.append(reaper_dice.choice(names))
            try:
                cloud.kill(victims[-1])
            except (AssertionError, OSError):
                pass

    killer = threading.Thread(target=reaper)
    killer.start()
    answered, deadline = 0, time.monotonic() + 120
    try:
        while answered < CHANGES and time.monotonic() < deadline:
            answered += town.change()
            time.sleep(town.dice.uniform(0, 0.4))
    finally:
        stop.set()
        killer.join()
    print(f"{answered} answered, {len(victims)} killed: {victims}; acknowledged: {town.said}")
    assert answered >= CHANGES, f"only {answered} in time (seed {seed})"

    eventually(cloud.all_back, "every process is back", 60)
    so = eventually(lambda: town.is_so(), "the centre answers", 30)
    assert {k: v for k, v in so.items() if k in town.said} == town.said, f"what was acknowledged is not so: {so} (seed {seed})"

    # and the kernels do what the centre says; also after changes that nobody disturbs
    places = {name: place_of(cloud, *at).serve() for name, at in town.where.items()}
    try:
        town.await_packets(places, so, f"seed {seed}")
        for name, ask in town.open_all(so):
            ask()
            so = town.is_so()
            town.await_packets(places, so, f"seed {seed}, {name} afterwards")
        assert so == {"joined": True, "up": True, "open": True, "floating": "two"}
    finally:
        for place in places.values():
            place.stop()
    town.clear()
