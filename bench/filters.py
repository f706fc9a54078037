"""How long a change of a security group takes until packets obey it: on a host of each region, from the centre."""
import statistics
import subprocess
import time

from box import ECHO, Box
from cloud import CENTRAL

PORT = 5353
ROUNDS = 12

# asks every millisecond; says when answers begin, and after half a second without any when the last one came
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
        if answering and time.monotonic() - last > 0.5:
            answering = False
            print(last, flush=True)
"""


def rule_changes(cloud, images, network):
    """{what: median milliseconds}: the server's host in each region, the client in the other one."""
    group = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": "bench"}})["security_group"]["id"]
    other = {"RegionOne": "RegionTwo", "RegionTwo": "RegionOne"}
    idents = {region: cloud.create(region, images[region], network, security_groups=["bench"])["uuid"] for region in other}
    boxes = {}
    out = {}
    try:
        for region, ident in idents.items():
            cloud.wait_status(region, ident, "Running")
            boxes[region] = Box(cloud, region, ident)
            boxes[region].start(ECHO, PORT)
        opened, closed = [], []
        watchers = [boxes[other[region]].start(WATCH, boxes[region].v4, PORT) for region in other]
        for _ in range(ROUNDS):
            start = time.monotonic()
            rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
                "security_group_id": group, "direction": "ingress", "protocol": "udp", "port_range_min": PORT, "port_range_max": PORT}})["security_group_rule"]["id"]
            opened += [(float(watcher.stdout.readline()) - start) * 1000 for watcher in watchers]
            start = time.monotonic()
            cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
            closed += [(float(watcher.stdout.readline()) - start) * 1000 for watcher in watchers]
        out = {"rule added, first packet": statistics.median(opened), "rule removed, last packet of the flow": statistics.median(closed)}
    finally:
        for box in boxes.values():
            box.close()
        for region, ident in idents.items():
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        for region, ident in idents.items():
            cloud.wait_gone(region, ident)
        cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")
    return out
