"""Containers find each other by name inside their networks, over regions; names leave with the containers."""
import re
import subprocess
import urllib.parse

from cloud import CENTRAL, eventually


def lookup(cloud, region, container, name):
    """The addresses that the container's resolver gives for the name; none when there is no such name."""
    query = urllib.parse.urlencode({"command": f"nslookup {name}"})
    status, done = cloud.call(region, "container", "POST", f"/v1/containers/{container}/execute?{query}")
    if status == 503:
        return None  # its host is on its way back
    assert status == 200, done
    text = done["output"]
    if done["exit_code"] != 0 or "NXDOMAIN" in text or "can't resolve" in text:
        return set()
    answer = text.split("\n", 2)[2] if text.startswith("Server") else text
    return set(re.findall(r"Address(?: \d+)?:\s*([0-9a-f.:]+)", answer)) - {"127.0.0.11"}


def test_names_over_regions(cloud, images):
    first, second = sorted(cloud.regions)
    network, subnet = cloud.make_network("nametown", "10.72.0.0/24")
    six = cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 6, "cidr": "fd72::/64"}})["subnet"]["id"]
    other, _ = cloud.make_network("elsewhere", "10.73.0.0/24")
    here = cloud.create(first, images[first], network, name="alpha")["uuid"]
    near = cloud.create(first, images[first], network, name="near")["uuid"]
    far = cloud.create(second, images[second], network, name="Beta_2", hostname="beta")["uuid"]
    apart = cloud.create(second, images[second], other, name="gamma")["uuid"]
    for region, container in ((first, here), (first, near), (second, far), (second, apart)):
        cloud.wait_status(region, container, "Running")
    addresses = {name: set(cloud.address_of(cloud.container(region, ident))) for name, region, ident in
                 (("alpha", first, here), ("near", first, near), ("beta", second, far), ("gamma", second, apart))}
    assert len(addresses["beta"]) == 2, addresses

    eventually(lambda: lookup(cloud, first, here, "beta") == addresses["beta"], "a name of the other region")
    assert lookup(cloud, second, far, "alpha") == addresses["alpha"]
    assert lookup(cloud, first, here, "near") == addresses["near"]
    assert lookup(cloud, first, here, "beta.nametown") == addresses["beta"]
    assert lookup(cloud, first, here, "BETA") == addresses["beta"]
    # nobody hears of networks that he is not on
    assert lookup(cloud, first, here, "gamma") == set()
    assert lookup(cloud, second, apart, "alpha") == set()
    # the other way round
    four = next(a for a in addresses["beta"] if ":" not in a)
    reverse = cloud.execute(first, here, f"nslookup {four}")
    assert "beta.nametown" in reverse["output"], reverse
    # and it is of use
    assert cloud.execute(first, here, "ping -c 1 -W 2 beta")["exit_code"] == 0

    # a new agent serves the containers that it finds
    agents = [name for name in cloud.processes() if any(host in name for host in cloud.hosts) and "docker" not in name]
    for agent in agents:
        cloud.kill(agent)
    eventually(lambda: lookup(cloud, first, here, "beta") == addresses["beta"], "a name after the agents died", 60)

    # names leave with their containers
    cloud.ok(second, "container", "DELETE", f"/v1/containers/{far}?force=true")
    cloud.wait_gone(second, far)
    eventually(lambda: lookup(cloud, first, here, "beta") == set(), "the name is gone")
    for region, container in ((first, here), (first, near), (second, apart)):
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{container}?force=true")
        cloud.wait_gone(region, container)
    for each in (network, other):
        eventually(lambda n=each: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{n}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()


RESPONDER = r"""
import socket, struct, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((sys.argv[1], 53))
print("ready", flush=True)
while True:
    data, peer = s.recvfrom(4096)
    end = data.index(b"\0", 12) + 5
    kind = struct.unpack("!H", data[end - 4:end - 2])[0]
    answer = data[:2] + b"\x81\x80\0\1" + (b"\0\1" if kind == 1 else b"\0\0") + b"\0\0\0\0" + data[12:end]
    if kind == 1:
        answer += b"\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4" + socket.inet_aton(sys.argv[2])
    s.sendto(answer, peer)
"""


def test_names_of_the_outside(cloud, images):
    """A name that is nobody's here goes to the subnet's name server, from inside the container's network."""
    region = sorted(cloud.regions)[0]
    network, subnet = cloud.make_network("outside", "10.74.0.0/24")
    # the name server is a container of the network: whoever asks from anywhere else cannot reach it
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/subnets/{subnet}", {"subnet": {"dns_nameservers": ["10.74.0.200"]}})
    server = cloud.create(region, images[region], network, name="resolver", nets=[{"network": network, "v4-fixed-ip": "10.74.0.200"}])["uuid"]
    asker = cloud.create(region, images[region], network, name="asker")["uuid"]
    for container in (server, asker):
        cloud.wait_status(region, container, "Running")
    host = cloud.container(region, server)["host"]
    status, seen = cloud.docker(host, "GET", f"/containers/zun-{server}/json")
    assert status == 200
    responder = subprocess.Popen(["nsenter", "-t", str(cloud.hosts[host]["init"]), "-m", "nsenter", "--net=" + seen["NetworkSettings"]["SandboxKey"], "/usr/bin/python3", "-c", RESPONDER, "10.74.0.200", "198.51.100.7"],
                                 stdout=subprocess.PIPE, text=True)
    try:
        assert responder.stdout.readline() == "ready\n"
        eventually(lambda: lookup(cloud, region, asker, "www.example.org") == {"198.51.100.7"}, "the outside's name")
        assert lookup(cloud, region, asker, "resolver") == {"10.74.0.200"}
        assert lookup(cloud, region, asker, "nobody") == set(), "a single label is not asked outside"
    finally:
        responder.kill()
        responder.wait()
    for container in (server, asker):
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{container}?force=true")
        cloud.wait_gone(region, container)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()
