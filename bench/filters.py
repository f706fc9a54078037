"""What security groups cost: how long a change takes until packets obey it, what a group of many addresses costs, and what a neighbour's
rules do to it. Ports that only stand for addresses are made through the API, without containers."""
import contextlib
import json
import statistics
import subprocess
import threading
import time

import histograms
from box import ECHO, Box
from cloud import CENTRAL, eventually

PORT = 5353
ROUNDS = 40
PORTS = 1000  # of the group whose rules change
CHANGE_TIMES = {"elapsed": "causeway_firewall_change_seconds", "processor": "causeway_firewall_change_cpu_seconds"}
FEW, MANY = 10, 10_000  # addresses of a remote group
REFUSED, TAKEN = 51, 9  # groups of a neighbour, of 198 rules each
OTHER = {"RegionOne": "RegionTwo", "RegionTwo": "RegionOne"}

# asks every millisecond; says when answers begin, and after a quarter of a second without any when the last one came
WATCH = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], int(sys.argv[2])))
s.settimeout(0.001)
last, answering = 0, False
print("ready", flush=True)
while True:
    try:
        s.send(b"x")
        s.recv(1)
        last = time.monotonic()
        if not answering:
            answering = True
            print(last, flush=True)
    except (TimeoutError, ConnectionError):
        if answering and time.monotonic() - last > 0.25:
            answering = False
            print(last, flush=True)
"""



def make_group(cloud, name, *rules):
    group = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": name}})["security_group"]["id"]
    for rule in rules:
        cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {"security_group_id": group, "direction": "ingress", **rule}})
    return group


def add_ports(cloud, region, network, group, count):
    out = []
    while count > 0:
        some = min(count, 100)
        body = {"ports": [{"network_id": network, "security_groups": [group]}] * some}
        out += [port["id"] for port in cloud.ok(region, "network", "POST", "/v2.0/ports", body)["ports"]]
        count -= some
    return out


@contextlib.contextmanager
def containers(cloud, images, network, wanted):
    """{name: Box} of containers in `wanted` {name: (region, host, groups)}."""
    boxes, made = {}, {}
    try:
        for name, (region, host, groups) in wanted.items():
            made[name] = (region, cloud.create(region, images[region], network, host=host, security_groups=groups)["uuid"])
        for name, at in made.items():
            cloud.wait_status(*at, "Running")
            boxes[name] = Box(cloud, *at)
        yield boxes
    finally:
        for box in boxes.values():
            box.close()
        for region, ident in made.values():
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        for region, ident in made.values():
            cloud.wait_gone(region, ident)


def remove_groups(cloud, *groups):
    for group in groups:
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")[0] in (204, 404), "the group can be deleted")


def measure_changes(cloud, group, boxes, rounds):
    """([ms until the first packet], [ms until the last]) of a rule that comes and goes, seen on a host of each region."""
    watchers = [boxes[OTHER[region]].start(WATCH, boxes[region].v4, PORT) for region in OTHER]
    opened, closed = [], []
    for _ in range(rounds):
        start = time.monotonic()
        rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
            "security_group_id": group, "direction": "ingress", "protocol": "udp", "port_range_min": PORT, "port_range_max": PORT}})["security_group_rule"]["id"]
        opened += [(float(watcher.stdout.readline()) - start) * 1000 for watcher in watchers]
        start = time.monotonic()
        cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
        closed += [(float(watcher.stdout.readline()) - start) * 1000 for watcher in watchers]
    return opened, closed


def make_large_groups(cloud, name, count):
    """Names of groups with as many rules as a group may have."""
    made = {}
    for number in range(count):
        made[f"{name}-{number}"] = group = make_group(cloud, f"{name}-{number}")
        cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rules": [
            {"security_group_id": group, "direction": "ingress", "protocol": "tcp", "port_range_min": number * 200 + port, "port_range_max": number * 200 + port}
            for port in range(1, 197)]})
    return made


@contextlib.contextmanager
def busy_neighbour(cloud, images, network, hosts):
    """On each of the hosts two ports that ask for 5,000 rules each, more than a host enforces for one, and a port with nearly as many as it
    does, of which one comes and goes all the time."""
    quota = f"/v2.0/quotas/{cloud.project_id()}"
    cloud.ok(CENTRAL, "network", "PUT", quota, {"quota": {"security_group_rule": -1, "security_group": -1}})
    groups, made, end = {}, [], threading.Event()

    def change(group):
        while not end.is_set():
            rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
                "security_group_id": group, "direction": "ingress", "protocol": "udp", "port_range_min": 1, "port_range_max": 1}})["security_group_rule"]["id"]
            cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
            end.wait(0.05)

    try:
        refused, taken = make_large_groups(cloud, "bench-refused", REFUSED), make_large_groups(cloud, "bench-taken", TAKEN)
        groups = {**refused, **taken}
        for region, host in hosts.items():
            for some in (list(refused)[::2], list(refused)[1::2], list(taken)):
                made.append((region, cloud.create(region, images[region], network, host=host, security_groups=some)["uuid"]))
            cloud.wait_status(*made[-1], "Running")  # the others never run: they only have to be there
        worker = threading.Thread(target=change, args=(next(iter(taken.values())),))
        worker.start()
        try:
            yield
        finally:
            end.set()
            worker.join()
    finally:
        for region, ident in made:
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        for region, ident in made:
            cloud.wait_gone(region, ident)
        remove_groups(cloud, *groups.values())
        cloud.ok(CENTRAL, "network", "DELETE", quota)


def rule_changes(cloud, images, network):
    """{case: ([ms until opened], [ms until closed])}: alone, among PORTS ports of the group, and beside a busy neighbour."""
    group = make_group(cloud, "bench")
    hosts = {region: cloud.regions[region]["hosts"][0]["name"] for region in OTHER}
    out = {}
    try:
        with containers(cloud, images, network, {region: (region, hosts[region], ["bench"]) for region in OTHER}) as boxes:
            for region, box in boxes.items():
                box.start(ECHO, PORT)
            out["two ports in the group"] = measure_changes(cloud, group, boxes, ROUNDS)
            ports = {region: add_ports(cloud, region, network, group, PORTS // 2) for region in OTHER}
            out[f"{PORTS:,} ports in the group"] = measure_changes(cloud, group, boxes, ROUNDS)
            for region, idents in ports.items():
                for ident in idents:
                    cloud.ok(region, "network", "DELETE", f"/v2.0/ports/{ident}")
            with busy_neighbour(cloud, images, network, hosts):
                out["beside a neighbour of 10,000 rules"] = measure_changes(cloud, group, boxes, ROUNDS)
    finally:
        remove_groups(cloud, group)
    return out


def change_times(cloud, host):
    """{one of CHANGE_TIMES: how long changes of elements took on the host, as histograms.buckets}."""
    return {what: histograms.buckets(cloud, host, metric, 'of="elements"') for what, metric in CHANGE_TIMES.items()}


def remote_groups(cloud, images, network, bench, rounds=9, seconds="1"):
    """{"ratio": throughput of a flow let in by MANY addresses to that by FEW, "changes", "<one of CHANGE_TIMES>, <half or 99 %> within ms"}:
    of adding single ports to the large group, in the kernel of a host that filters by it."""
    few, many = make_group(cloud, "bench-few"), make_group(cloud, "bench-many")
    to_few, to_many = make_group(cloud, "bench-to-few", {"remote_group_id": few}), make_group(cloud, "bench-to-many", {"remote_group_id": many})
    hosts = {region: cloud.regions[region]["hosts"][0]["name"] for region in OTHER}
    ports = {"RegionOne": [], "RegionTwo": []}
    servers = []
    try:
        ports["RegionOne"] = add_ports(cloud, "RegionOne", network, few, FEW - 1) + add_ports(cloud, "RegionOne", network, many, MANY - 1)
        with containers(cloud, images, network, {"client": ("RegionOne", hosts["RegionOne"], ["bench-few", "bench-many"]),
                                                 "few": ("RegionTwo", hosts["RegionTwo"], ["bench-to-few"]),
                                                 "many": ("RegionTwo", hosts["RegionTwo"], ["bench-to-many"])}) as boxes:
            run = lambda *words: subprocess.run([*boxes["client"].enter, bench, *words], capture_output=True, text=True, timeout=60)
            servers = [subprocess.Popen([*boxes[name].enter, bench, "serve", str(PORT)]) for name in ("few", "many")]
            for name in ("few", "many"):
                eventually(lambda: run("ask", boxes[name].v4, str(PORT), "1").returncode == 0, f"the server of {name} answers")
            ratios = []
            for _ in range(rounds):
                speeds = [json.loads(run("send", boxes[name].v4, str(PORT), seconds).stdout)["gbit_per_second"] for name in ("few", "many")]
                ratios.append(speeds[1] / speeds[0])
            before = change_times(cloud, hosts["RegionTwo"])
            for _ in range(100):
                ports["RegionOne"] += add_ports(cloud, "RegionOne", network, many, 1)
                time.sleep(0.02)
            time.sleep(1)
            after = change_times(cloud, hosts["RegionTwo"])
            for server in servers:
                server.kill()
                server.wait()
            servers = []
    finally:
        for server in servers:
            server.kill()
            server.wait()
        for region, idents in ports.items():
            for ident in idents:
                cloud.call(region, "network", "DELETE", f"/v2.0/ports/{ident}")
        remove_groups(cloud, to_few, to_many, few, many)
    out = {"ratio": statistics.median(ratios)}
    for what in CHANGE_TIMES:
        counts = histograms.since(before[what], after[what])
        out["changes"] = histograms.total(counts)
        for name, share in (("half", 0.5), ("99 %", 0.99)):
            out[f"{what}, {name} within ms"] = histograms.within(counts, share)
    return out
