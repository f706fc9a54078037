"""Flows between containers of two regions, against a VXLAN made by hand between the same two network namespaces."""
import json
import os
import statistics
import subprocess

from cloud import CENTRAL, eventually

ROUNDS = 5
SECONDS = 2
TRIPS = 4000
PORT = 5201
HAND = {"vni": 4_000_000, "port": 4790, "cidr": "192.168.255"}


class Inside:
    """A container's network namespace, and its host's."""

    def __init__(self, cloud, host, ident):
        self.cloud, self.host = cloud, host
        status, seen = cloud.docker(host, "GET", f"/containers/zun-{ident}/json")
        assert status == 200, seen
        # the sandbox is a file in the host's mount namespace
        self.sandbox = f"/proc/{cloud.hosts[host]['init']}/root{os.path.realpath(seen['NetworkSettings']['SandboxKey']).replace('/var/run', '/run')}"

    def command(self, *words):
        return ["nsenter", f"--net={self.sandbox}", *words]

    def run(self, *words):
        return subprocess.run(self.command(*words), capture_output=True, text=True, check=True, timeout=60).stdout

    def on_host(self, *words):
        return self.cloud.inside(self.host, *words)


def vtep(cloud, host):
    links = json.loads(cloud.inside(host, "ip", "-j", "-4", "addr", "show", "dev", "eth0"))
    return links[0]["addr_info"][0]["local"]


def make_by_hand(here, there):
    """veth, bridge and a point-to-point VXLAN, as one would type them; the underlay and the containers' namespaces are the same."""
    ends = [vtep(here.cloud, here.host), vtep(there.cloud, there.host)]
    for index, side in enumerate((here, there), 1):
        init = side.cloud.hosts[side.host]["init"]
        inner = f"hand{index}"
        side.on_host("ip", "link", "add", "handbr", "type", "bridge")
        side.on_host("ip", "link", "add", "handvx", "type", "vxlan", "id", str(HAND["vni"]), "dstport", str(HAND["port"]), "local", ends[index - 1], "remote", ends[2 - index])
        # the new end is made in the host's namespace and given to the container's by a file descriptor that both know
        side.on_host("ip", "link", "add", "handv", "mtu", "1450", "type", "veth", "peer", "name", inner, "mtu", "1450")
        with open(side.sandbox) as sandbox:
            subprocess.run(["nsenter", "-t", str(init), "-n", "ip", "link", "set", inner, "netns", f"/proc/{os.getpid()}/fd/{sandbox.fileno()}"], check=True)
        for link in ("handvx", "handv"):
            side.on_host("ip", "link", "set", link, "master", "handbr", "up")
        side.on_host("ip", "link", "set", "handbr", "up")
        side.run("ip", "addr", "add", f"{HAND['cidr']}.{index}/24", "dev", inner)
        side.run("ip", "link", "set", inner, "up")
    return f"{HAND['cidr']}.2"


def remove_by_hand(*sides):
    for side in sides:
        for link in ("handv", "handvx", "handbr"):
            side.cloud.inside(side.host, "ip", "link", "del", link, check=False)


def compare(here, paths, bench):
    """{name: (median Gbit/s, median of p50 in microseconds)}, the paths taken in turns."""
    speeds, trips = {name: [] for name in paths}, {name: [] for name in paths}
    for _ in range(ROUNDS):
        for name, address in paths.items():
            speeds[name].append(json.loads(here.run(bench, "send", address, str(PORT), str(SECONDS)))["gbit_per_second"])
            trips[name].append(json.loads(here.run(bench, "ask", address, str(PORT), str(TRIPS)))["p50_us"])
    return {name: (statistics.median(speeds[name]), statistics.median(trips[name])) for name in paths}


def join_by_router(cloud, network, cidr):
    """Another network, and a router that joins it to the first: (network, router, subnets)."""
    other, subnet = cloud.make_network("bench-routed", cidr)
    first = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/subnets?network_id={network}")["subnets"][0]["id"]
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {"name": "bench"}})["router"]["id"]
    for each in (first, subnet):
        cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": each})
    return other, router, (first, subnet)


def part(cloud, other, router, subnets):
    for each in subnets:
        cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/remove_router_interface", {"subnet_id": each})
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/routers/{router}")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{other}")[0] in (204, 404), "the network can be deleted")


def cross_region(cloud, images, network, bench):
    other, router, subnets = join_by_router(cloud, network, "10.62.0.0/24")
    wanted = {"here": ("RegionOne", "r1h1", network), "there": ("RegionTwo", "r2h1", network), "beyond": ("RegionTwo", "r2h1", other)}
    made = {name: (region, cloud.create(region, images[region], on, host=host)["uuid"]) for name, (region, host, on) in wanted.items()}
    for at in made.values():
        cloud.wait_status(*at, "Running")
    inside = {name: Inside(cloud, wanted[name][1], ident) for name, (_, ident) in made.items()}
    address = {name: cloud.address_of(cloud.container(*at))[0] for name, at in made.items()}
    servers = []
    try:
        by_hand = make_by_hand(inside["here"], inside["there"])
        servers = [subprocess.Popen(inside[name].command(bench, "serve", str(PORT))) for name in ("there", "beyond")]
        for name in ("there", "beyond"):
            eventually(lambda: subprocess.run(inside["here"].command(bench, "ask", address[name], str(PORT), "1"), capture_output=True).returncode == 0, f"{name} answers")
        return compare(inside["here"], {"made by hand": by_hand, "switched (one network)": address["there"],
                                        "routed (two networks)": address["beyond"]}, bench)
    finally:
        for server in servers:
            server.kill()
            server.wait()
        remove_by_hand(inside["here"], inside["there"])
        for region, ident in made.values():
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
            cloud.wait_gone(region, ident)
        part(cloud, other, router, subnets)
