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


def configure(cloud, region, project):
    """Says for which project the region's hosts may use Docker, and starts the region anew."""
    process = next(name for name in cloud.processes() if name.endswith(region))
    cloud.stop_process(process)
    file = os.path.join(cloud.state, "etc", f"{region}.toml")
    with open(file) as opened:
        text = opened.read()
    if "network.docker_project" not in text:
        text = f'network.docker_project = "{project}"\n' + text
    with open(file, "w") as opened:
        opened.write(text)
    cloud.start_process(process)
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
