"""Docker, used directly on a host: networks and containers that nobody planned are networks and ports like any other."""
import json
import os

import pytest

from cloud import CENTRAL, IMAGE, UnixConnection, eventually

TAG = "cw-direct:1"


class Engine:
    """A host's dockerd, as its own users speak to it."""

    def __init__(self, socket):
        self.socket = socket

    def call(self, method, path, body=None, raw=None, timeout=90):
        connection = UnixConnection(self.socket, timeout)
        try:
            data = raw if raw is not None else None if body is None else json.dumps(body)
            connection.request(method, path, data, {"Content-Type": "application/x-tar" if raw is not None else "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            try:
                return answer.status, json.loads(text) if text else None
            except ValueError:
                return answer.status, text
        finally:
            connection.close()

    def ok(self, *args, **kwargs):
        status, body = self.call(*args, **kwargs)
        assert status < 300, (args, status, body)
        return body

    def refused(self, *args, **kwargs):
        status, body = self.call(*args, **kwargs)
        assert status >= 400, (args, status, body)
        return body["message"]

    def load_image(self):
        with open(IMAGE, "rb") as file:
            answer = self.ok("POST", "/images/load", raw=file.read())
        text = answer["stream"] if isinstance(answer, dict) else answer.decode()
        name = text.split("Loaded image", 1)[1].split(": ", 1)[1].split("\\n")[0].split('"')[0].strip()
        self.ok("POST", f"/images/{name}/tag?repo={TAG.split(':')[0]}&tag={TAG.split(':')[1]}")

    def network(self, name, ipam_options=None, config=None, ipv6=False, options=None):
        return self.call("POST", "/networks/create", {
            "Name": name, "Driver": "causeway", "EnableIPv6": ipv6, "Options": options or {},
            "IPAM": {"Driver": "causeway", "Options": ipam_options or {}, "Config": config or []}})

    def run(self, name, network, address=None, address6=None, host_config=None, dns=False, mac=None):
        endpoint = {"IPAMConfig": {k: v for k, v in (("IPv4Address", address), ("IPv6Address", address6)) if v}} if address or address6 else {}
        body = {"Image": TAG, "Cmd": ["sleep", "100000"], "HostConfig": {"NetworkMode": network, **({"Dns": ["127.0.0.12"]} if dns else {}), **(host_config or {})},
                "NetworkingConfig": {"EndpointsConfig": {network: endpoint}}}
        if mac:
            body["MacAddress"] = mac
        if host_config and "PortBindings" in host_config:
            body["ExposedPorts"] = {port: {} for port in host_config["PortBindings"]}
        self.ok("POST", f"/containers/create?name={name}", body)
        return self.call("POST", f"/containers/{name}/start")

    def shown(self, name, network):
        return self.ok("GET", f"/containers/{name}/json")["NetworkSettings"]["Networks"][network]

    def execute(self, name, *command):
        made = self.ok("POST", f"/containers/{name}/exec", {"Cmd": list(command), "AttachStdout": True, "AttachStderr": True})["Id"]
        status, output = self.call("POST", f"/exec/{made}/start", {"Detach": False, "Tty": True})
        return self.ok("GET", f"/exec/{made}/json")["ExitCode"], output

    def remove(self, *names):
        for name in names:
            self.call("DELETE", f"/containers/{name}?force=true")


def set_and_restart(cloud, process, setting, value):
    """Writes it into the configuration of a process, and starts that anew."""
    cloud.stop_process(process)
    file = os.path.join(cloud.state, "etc", process.removeprefix("agent-") + ".toml")
    with open(file) as opened:
        text = opened.read()
    if setting not in text:
        text = f"{setting} = {value}\n" + text
    with open(file, "w") as opened:
        opened.write(text)
    cloud.start_process(process)


def process_of(cloud, region):
    return next(name for name in cloud.processes() if name.endswith(region))


def configure(cloud, region, project):
    """Says for which project the region's hosts may use Docker."""
    set_and_restart(cloud, process_of(cloud, region), "network.docker_project", f'"{project}"')
    eventually(lambda: cloud.healthy(region, "network"), f"{region} is back", 60)


@pytest.fixture(scope="module")
def direct(cloud, images):
    project = next(p["id"] for p in cloud.ok(CENTRAL, "identity", "GET", "/v3/projects")["projects"] if p["name"] == "admin")
    for region in cloud.regions:
        configure(cloud, region, project)
    engines = {name: Engine(host["docker_socket"]) for name, host in cloud.hosts.items()}
    for engine in engines.values():
        engine.load_image()
    yield engines
    for engine in engines.values():
        engine.call("DELETE", f"/images/{TAG}?force=true")


def ports_of(cloud, region, network):
    return cloud.ok(region, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]


def test_an_existing_network_by_name_and_id_over_regions(cloud, images, direct):
    first, second = sorted(cloud.regions)
    here, there = direct["r1h1"], direct["r2h1"]
    network, subnet = cloud.make_network("directnet", "10.75.0.0/24")
    cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 6, "cidr": "fd75::/64"}})
    assert "no IPv4 subnet 10.99" in here.network("wrong", {"causeway.network": "directnet"}, [{"Subnet": "10.99.0.0/24"}])[1]["message"]
    assert "could not be found" in here.network("wrong", {"causeway.network": "nonesuch"})[1]["message"]
    assert "Say which network" in here.network("wrong")[1]["message"]
    assert "--ip-range" in here.network("wrong", {"causeway.network": "directnet"}, [{"Subnet": "10.75.0.0/24", "IPRange": "10.75.0.128/25"}])[1]["message"]
    status, body = here.network("d1", {"causeway.network": "directnet"}, ipv6=True)
    assert status == 201, body
    status, body = there.network("d1", {"causeway.subnet": subnet}, [{"Subnet": "10.75.0.0/24"}])  # Docker wants it for --ip
    assert status == 201, body

    status, body = here.run("one", "d1")
    assert status == 204, body
    status, body = there.run("two", "d1", address="10.75.0.77")
    assert status == 204, body
    planned = cloud.create(second, images[second], network, name="planned")["uuid"]
    planned_address = next(a for a in cloud.address_of(cloud.wait_status(second, planned, "Running")) if ":" not in a)
    one, two = here.shown("one", "d1"), there.shown("two", "d1")
    assert two["IPAddress"] == "10.75.0.77"
    assert one["GlobalIPv6Address"].startswith("fd75:")

    # ports like any other
    port = next(p for p in ports_of(cloud, first, network) if p["device_id"] == one["EndpointID"])
    assert {ip["ip_address"] for ip in port["fixed_ips"]} == {one["IPAddress"], one["GlobalIPv6Address"]}
    assert port["mac_address"] == one["MacAddress"] and port["device_owner"] == "compute:docker" and port["binding:host_id"] == "r1h1"
    eventually(lambda: next(p for p in ports_of(cloud, first, network) if p["id"] == port["id"])["status"] == "ACTIVE", "the port is active")
    eventually(lambda: {p["id"] for p in ports_of(cloud, CENTRAL, network)} >= {port["id"]}, "the centre knows it")
    eventually(lambda: here.execute("one", "ping", "-c", "1", "-W", "2", "10.75.0.77")[0] == 0, "over the regions")
    assert here.execute("one", "ping", "-c", "1", "-W", "2", planned_address)[0] == 0
    assert cloud.ping(second, planned, one["IPAddress"])

    # what is taken cannot be had twice
    assert "in use" in json.dumps(there.run("thief", "d1", address="10.75.0.77")[1])
    there.remove("thief")
    assert "Published ports" in json.dumps(here.run("open", "d1", host_config={"PortBindings": {"80/tcp": [{"HostPort": "8099"}]}})[1])
    here.remove("open")
    eventually(lambda: len(ports_of(cloud, first, network)) == 1, "refused endpoints leave no port")

    # a stop and start is a new endpoint, with a port again
    here.ok("POST", "/containers/one/stop?t=0")
    eventually(lambda: not ports_of(cloud, first, network), "the port goes with the endpoint")
    here.ok("POST", "/containers/one/start")
    eventually(lambda: here.execute("one", "ping", "-c", "1", "-W", "2", "10.75.0.77")[0] == 0, "after a start")

    # also after the agent died meanwhile
    agent = next(name for name in cloud.processes() if "r1h1" in name and "docker" not in name)
    cloud.kill(agent)
    eventually(lambda: here.execute("one", "ping", "-c", "1", "-W", "2", "10.75.0.77")[0] == 0, "traffic goes on")
    here.remove("one")
    there.remove("two")
    for region in (first, second):
        eventually(lambda r=region: not [p for p in ports_of(cloud, r, network) if p["device_owner"].startswith("compute:docker")], f"no port is left in {region}")
    here.ok("DELETE", "/networks/d1")
    there.ok("DELETE", "/networks/d1")
    assert cloud.call(CENTRAL, "network", "GET", f"/v2.0/networks/{network}")[0] == 200, "what was there before stays"
    cloud.ok(second, "container", "DELETE", f"/v1/containers/{planned}?force=true")
    cloud.wait_gone(second, planned)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()


def test_a_new_network_comes_and_goes_with_docker(cloud, images, direct):
    engine, other = direct["r1h1"], direct["r1h2"]
    status, body = engine.network("fresh", config=[{"Subnet": "10.76.0.0/24", "Gateway": "10.76.0.254"}, {"Subnet": "fd76::/64"}], ipv6=True,
                                  options={"causeway.name": "fresh-net"})
    assert status == 201, body
    made = next(n for n in cloud.ok(CENTRAL, "network", "GET", "/v2.0/networks?name=fresh-net")["networks"])
    subnets = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/subnets?network_id={made['id']}")["subnets"]
    assert {s["cidr"] for s in subnets} == {"10.76.0.0/24", "fd76::/64"}
    assert next(s["gateway_ip"] for s in subnets if s["ip_version"] == 4) == "10.76.0.254"
    status, body = other.network("fresh", {"causeway.network": "fresh-net"}, [{"Subnet": "10.76.0.0/24"}])
    assert status == 201, body
    assert engine.run("aa", "fresh", mac="02:00:00:00:76:01")[0] == 204
    assert other.run("bb", "fresh", address="10.76.0.9")[0] == 204
    assert engine.shown("aa", "fresh")["MacAddress"] == "02:00:00:00:76:01"
    eventually(lambda: engine.execute("aa", "ping", "-c", "1", "-W", "2", "10.76.0.9")[0] == 0, "from host to host")
    engine.remove("aa")
    other.remove("bb")
    other.ok("DELETE", "/networks/fresh")
    eventually(lambda: engine.call("DELETE", "/networks/fresh")[0] == 204, "the network goes with Docker's")
    eventually(lambda: not cloud.ok(CENTRAL, "network", "GET", "/v2.0/networks?name=fresh-net")["networks"], "and so does ours")
    cloud.assert_clean()


def test_a_port_that_was_made_before_is_taken_and_given_back(cloud, images, direct):
    region = sorted(cloud.regions)[0]
    engine = direct["r1h2"]
    network, subnet = cloud.make_network("prepared", "10.77.0.0/24")
    assert engine.network("prepared", {"causeway.network": network}, [{"Subnet": "10.77.0.0/24"}])[0] == 201
    port = cloud.ok(region, "network", "POST", "/v2.0/ports", {"port": {"network_id": network, "fixed_ips": [{"subnet_id": subnet, "ip_address": "10.77.0.50"}]}})["port"]
    status, body = engine.run("holder", "prepared", address="10.77.0.50")
    assert status == 204, body
    assert engine.shown("holder", "prepared")["MacAddress"] == port["mac_address"]
    assert [p["id"] for p in ports_of(cloud, region, network)] == [port["id"]]
    engine.remove("holder")
    eventually(lambda: [(p["id"], p["device_owner"], p["device_id"]) for p in ports_of(cloud, region, network)] == [(port["id"], "", "")], "the port is free again")
    cloud.ok(region, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    engine.ok("DELETE", "/networks/prepared")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()


def subnets_of(cloud, name):
    made = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/networks?name={name}")["networks"]
    return {s["ip_version"]: s for s in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/subnets?network_id={made[0]['id']}")["subnets"]} if made else {}


def test_new_networks_come_out_of_subnet_pools(cloud, images, direct):
    engine, other = direct["r1h1"], direct["r2h1"]

    def pool(name, prefix, length, default=False):
        return cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnetpools", {"subnetpool": {
            "name": name, "prefixes": [prefix], "default_prefixlen": length, "is_default": default, "shared": default}})["subnetpool"]["id"]

    def refusal(ipam, config=None, **kwargs):
        status, body = engine.network("refused", ipam, config, **kwargs)
        assert status >= 400, body
        return body["message"]

    assert "There is no default IPv4 subnet pool. Say which network" in refusal({})
    corp, corp6 = pool("corp", "10.78.0.0/22", 24), pool("corp6", "fd78::/48", 64)
    assert "Subnet pool nonesuch could not be found" in refusal({"causeway.subnetpool": "nonesuch"})
    assert "causeway.prefixlen is a number from 1 to 32, not wide" in refusal({"causeway.subnetpool": "corp", "causeway.prefixlen": "wide"})
    assert "Insufficient prefix space" in refusal({"causeway.subnetpool": "corp", "causeway.prefixlen": "20"})
    assert "Cannot allocate requested subnet" in refusal({"causeway.subnetpool": "corp"}, [{"Subnet": "10.99.0.0/24"}])
    assert "There is no default IPv6 subnet pool" in refusal({"causeway.subnetpool": "corp"}, ipv6=True)

    # of the pool's default length, of a chosen one in both IP versions, and a chosen prefix
    for name, ipam, config, ipv6, wanted in (
            ("plain", {"causeway.subnetpool": corp}, None, False, {"10.78.0.0/24": corp}),
            ("dual", {"causeway.subnetpool": "corp", "causeway.prefixlen": "26", "causeway.subnetpool6": "corp6"}, None, True, {"10.78.1.0/26": corp, "fd78::/64": corp6}),
            ("chosen", {"causeway.subnetpool": "corp"}, [{"Subnet": "10.78.3.0/24", "Gateway": "10.78.3.254"}], False, {"10.78.3.0/24": corp})):
        status, body = engine.network(name, ipam, config, ipv6=ipv6, options={"causeway.name": f"pool-{name}"})
        assert status == 201, (name, body)
        assert {s["cidr"]: s["subnetpool_id"] for s in subnets_of(cloud, f"pool-{name}").values()} == wanted
        assert {c["Subnet"] for c in engine.ok("GET", f"/networks/{name}")["IPAM"]["Config"]} == set(wanted)
    assert subnets_of(cloud, "pool-chosen")[4]["gateway_ip"] == "10.78.3.254"

    # it is a network as any other: joined from another region's host
    assert other.network("dual", {"causeway.network": "pool-dual"}, ipv6=True)[0] == 201
    for host, name in ((engine, "near"), (other, "far")):
        status, body = host.run(name, "dual")
        assert status == 204, body
    far = other.shown("far", "dual")
    for address in (far["IPAddress"], far["GlobalIPv6Address"]):
        eventually(lambda a=address: engine.execute("near", "ping", "-c", "1", "-W", "2", a)[0] == 0, f"{address} answers")
    engine.remove("near")
    other.remove("far")
    other.ok("DELETE", "/networks/dual")

    # one whose network cannot be made leaves its prefix to the next
    project = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/subnetpools/{corp}")["subnetpool"]["project_id"]
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/quotas/{project}", {"quota": {"network": 1}})
    assert "Quota exceeded" in refusal({"causeway.subnetpool": "corp"})
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/quotas/{project}")
    cloud.kill(next(name for name in cloud.processes() if "r1h1" in name and "docker" not in name))
    # Docker may ask the successor again, without content
    eventually(lambda: engine.network("next", {"causeway.subnetpool": "corp"}, options={"causeway.name": "pool-next"})[0] == 201, "while the agent comes back")
    assert subnets_of(cloud, "pool-next")[4]["cidr"] == "10.78.2.0/24"

    # without a word: the default pool
    usual = pool("usual", "10.79.0.0/16", 24, default=True)
    assert engine.network("usual", options={"causeway.name": "pool-usual"})[0] == 201
    assert subnets_of(cloud, "pool-usual")[4]["subnetpool_id"] == usual

    for name in ("plain", "dual", "chosen", "next", "usual"):
        eventually(lambda n=name: engine.call("DELETE", f"/networks/{n}")[0] in (204, 404), f"{name} goes")
        assert not subnets_of(cloud, f"pool-{name}")
    for ident in (corp, corp6, usual):
        cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/subnetpools/{ident}")
    cloud.assert_clean()


def test_what_docker_forgot_is_let_go(cloud, images, direct):
    """The end of an endpoint that the region did not hear of, and a network that a dockerd lost with its own store."""
    region = sorted(cloud.regions)[0]
    engine = direct["r1h1"]
    set_and_restart(cloud, "agent-r1h1", "agent.forgotten_after_seconds", 5)
    network, _ = cloud.make_network("forgetful", "10.83.0.0/24")
    planned = cloud.create(region, images[region], network, name="planned", host="r1h1")["uuid"]
    cloud.wait_status(region, planned, "Running")
    assert engine.network("kept", {"causeway.network": network})[0] == 201
    for name in ("stays", "goes"):
        status, body = engine.run(name, "kept")
        assert status == 204, body
    endpoint = {name: engine.shown(name, "kept")["EndpointID"] for name in ("stays", "goes")}

    cloud.stop_process(process_of(cloud, region))
    engine.remove("goes")
    assert engine.call("GET", "/containers/goes/json")[0] == 404, "Docker only logs that nobody heard it"
    assert endpoint["goes"] in {p["device_id"] for p in ports_of(cloud, CENTRAL, network)}
    cloud.start_process(process_of(cloud, region))
    eventually(lambda: cloud.healthy(region, "network"), "the region is back", 60)
    eventually(lambda: endpoint["goes"] not in {p["device_id"] for p in ports_of(cloud, region, network)}, "the port is released", 30)
    assert {p["device_id"] for p in ports_of(cloud, region, network)} == {endpoint["stays"], planned}, "nobody else's is"
    assert engine.execute("stays", "true")[0] == 0

    # a network of its own making, and then the store is lost
    assert engine.network("made", config=[{"Subnet": "10.84.0.0/24"}], options={"causeway.name": "made-net"})[0] == 201
    cloud.ok(region, "container", "DELETE", f"/v1/containers/{planned}?force=true")
    cloud.wait_gone(region, planned)
    engine.remove("stays")
    eventually(lambda: not ports_of(cloud, region, network), "no port is left")
    cloud.stop_process("dockerd-r1h1")
    os.unlink(os.path.join(cloud.state, "r1h1.docker", "network", "files", "local-kv.db"))
    cloud.start_process("dockerd-r1h1")
    eventually(cloud.all_back, "dockerd is back", 60)
    assert engine.call("GET", "/networks/kept")[0] == 404
    eventually(lambda: not cloud.ok(CENTRAL, "network", "GET", "/v2.0/networks?name=made-net")["networks"], "the network that Docker made goes", 40)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()
