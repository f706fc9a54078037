"""Routers, external networks and floating IPs as the stock client uses them, and every error that they raise."""
import json

import pytest

from cloud import CENTRAL, eventually

REGION = "RegionOne"


@pytest.fixture(autouse=True)
def everything_gone(cloud):
    yield
    cloud.assert_clean()


def refused(cloud, status, kind, method, path, body=None, token=None, region=CENTRAL):
    """The call fails with this status and this NeutronError; its message."""
    got, answer = cloud.call(region, "network", method, path, body, token=token)
    assert got == status and answer["NeutronError"]["type"] == kind, (got, answer)
    return answer["NeutronError"]["message"]


def tenant(cloud, name):
    """A project of its own: a token of a plain member."""
    token = cloud.token()
    auth = cloud.url(CENTRAL, "identity") + "/v3"
    headers = {"X-Auth-Token": token}

    def post(path, body, method="POST"):
        status, text, _ = cloud.raw(auth + path, method, body, headers)
        assert status < 300, (path, status, text)
        return json.loads(text) if text else None

    project = post("/projects", {"project": {"name": name, "domain_id": "default"}})["project"]["id"]
    user = post("/users", {"user": {"name": name, "password": "secret-" + name, "domain_id": "default"}})["user"]["id"]
    role = post("/roles?name=member", None, "GET")["roles"][0]["id"]
    post(f"/projects/{project}/users/{user}/roles/{role}", None, "PUT")
    return cloud.login(name, "secret-" + name, name)


def outside(cloud, name="ext", cidr="203.0.113.0/24", physical="outside", **extra):
    """An external network with a subnet, as the operator makes it."""
    body = {"name": name, "router:external": True, "provider:network_type": "flat", "provider:physical_network": physical, **extra}
    network = cloud.ok(CENTRAL, "network", "POST", "/v2.0/networks", {"network": body})["network"]
    subnet = cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {
        "network_id": network["id"], "ip_version": 4, "cidr": cidr, "name": name + "-subnet"}})["subnet"]
    return network["id"], subnet["id"]


def delete(cloud, *paths):
    for path in paths:
        cloud.ok(CENTRAL, "network", "DELETE", "/v2.0/" + path)


@pytest.mark.parametrize("region", [CENTRAL, REGION])
def test_a_router_with_the_stock_client(cloud, region):
    """The centre and a region's server answer the same."""
    os_ = lambda *words, **kwargs: cloud.openstack(*words, region=region, **kwargs)  # noqa: E731
    net, subnet = cloud.make_network("blue")
    made = os_("router", "create", "r1", "--description", "joins", "--tag", "first")
    assert made["name"] == "r1" and made["status"] == "ACTIVE" and made["external_gateway_info"] is None
    os_("router", "add", "subnet", "r1", subnet, fmt=None)
    shown = os_("router", "show", "r1")
    assert [i["ip_address"] for i in shown["interfaces_info"]] == ["10.20.0.1"] and shown["tags"] == ["first"]
    assert [r["Name"] for r in os_("router", "list")] == ["r1"]
    os_("router", "add", "route", "r1", "--route", "destination=192.168.7.0/24,gateway=10.20.0.9", fmt=None)
    assert os_("router", "show", "r1")["routes"] == [{"destination": "192.168.7.0/24", "nexthop": "10.20.0.9"}]
    os_("router", "remove", "route", "r1", "--route", "destination=192.168.7.0/24,gateway=10.20.0.9", fmt=None)
    os_("router", "set", "r1", "--name", "renamed", "--disable", fmt=None)
    shown = os_("router", "show", "renamed")
    assert shown["admin_state_up"] is False and shown["routes"] == []
    failed = os_("router", "delete", "renamed", check=False, fmt=None)
    assert failed.returncode != 0 and "still has ports" in failed.stderr
    os_("router", "remove", "subnet", "renamed", subnet, fmt=None)
    port = cloud.ok(CENTRAL, "network", "POST", "/v2.0/ports", {"port": {"network_id": net, "name": "leg"}})["port"]
    cloud.openstack("router", "add", "port", "renamed", port["id"], region=CENTRAL, fmt=None)  # whose port it is
    assert cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports/{port['id']}")["port"]["device_owner"] == "network:router_interface"
    cloud.openstack("router", "remove", "port", "renamed", port["id"], region=CENTRAL, fmt=None)
    os_("router", "delete", "renamed", fmt=None)
    assert os_("router", "list") == []
    delete(cloud, f"networks/{net}")


def test_external_networks_gateways_and_floating_ips_with_the_stock_client(cloud):
    os_ = lambda *words, **kwargs: cloud.openstack(*words, region=CENTRAL, **kwargs)  # noqa: E731
    ext = os_("network", "create", "ext", "--external", "--provider-network-type", "flat", "--provider-physical-network", "outside",
              "--availability-zone-hint", REGION)
    assert ext["router:external"] is True and ext["provider:physical_network"] == "outside"
    os_("subnet", "create", "ext-v4", "--network", "ext", "--subnet-range", "203.0.113.0/24", "--no-dhcp")
    assert [n["Name"] for n in os_("network", "list", "--external")] == ["ext"]
    net, subnet = cloud.make_network("blue")
    assert [n["Name"] for n in os_("network", "list", "--internal")] == ["blue"]
    os_("router", "create", "r1", "--external-gateway", "ext")
    os_("router", "add", "subnet", "r1", subnet, fmt=None)
    info = os_("router", "show", "r1")["external_gateway_info"]
    assert info["network_id"] == ext["id"] and info["enable_snat"] is True and info["external_fixed_ips"]
    os_("router", "set", "r1", "--external-gateway", "ext", "--disable-snat", "--fixed-ip", "subnet=ext-v4,ip-address=203.0.113.77", fmt=None)
    info = os_("router", "show", "r1")["external_gateway_info"]
    assert info["enable_snat"] is False and [ip["ip_address"] for ip in info["external_fixed_ips"]] == ["203.0.113.77"]

    port = cloud.ok(CENTRAL, "network", "POST", "/v2.0/ports", {"port": {"network_id": net, "name": "server"}})["port"]
    fixed = port["fixed_ips"][0]["ip_address"]
    fip = os_("floating", "ip", "create", "ext", "--floating-ip-address", "203.0.113.100", "--description", "front", "--tag", "web")
    assert fip["floating_ip_address"] == "203.0.113.100" and fip["status"] == "DOWN" and fip["port_id"] is None
    os_("floating", "ip", "set", "--port", port["id"], "203.0.113.100", fmt=None)
    shown = os_("floating", "ip", "show", "203.0.113.100")
    assert shown["fixed_ip_address"] == fixed and shown["port_id"] == port["id"] and "server" in str(shown["port_details"])
    assert shown["router_id"] == os_("router", "show", "r1")["id"] and shown["tags"] == ["web"]
    assert [f["Fixed IP Address"] for f in os_("floating", "ip", "list", "--port", port["id"])] == [fixed]
    in_region = cloud.openstack("floating", "ip", "list", region=REGION)
    assert [f["Floating IP Address"] for f in in_region] == ["203.0.113.100"]
    failed = os_("router", "unset", "--external-gateway", "r1", check=False, fmt=None)
    assert failed.returncode != 0 and "required by one or more floating IPs" in failed.stderr
    os_("floating", "ip", "unset", "--port", "203.0.113.100", fmt=None)
    assert os_("floating", "ip", "show", "203.0.113.100")["port_id"] is None
    other = os_("floating", "ip", "create", "ext", "--port", port["id"], "--fixed-ip-address", fixed)
    assert other["port_id"] == port["id"]
    os_("port", "delete", port["id"], fmt=None)
    assert os_("floating", "ip", "show", other["id"])["port_id"] is None
    os_("floating", "ip", "delete", other["id"], "203.0.113.100", fmt=None)
    os_("router", "unset", "--external-gateway", "r1", fmt=None)
    os_("router", "remove", "subnet", "r1", subnet, fmt=None)
    os_("router", "delete", "r1", fmt=None)
    delete(cloud, f"networks/{net}", f"networks/{ext['id']}")


def test_every_error_of_routers(cloud):
    net, subnet = cloud.make_network("blue")
    other, overlapping = cloud.make_network("green", "10.20.0.128/25")
    ext, ext_subnet = outside(cloud)
    post = lambda body: cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": body})["router"]["id"]  # noqa: E731
    router, local = post({"name": "r"}), post({"name": "local", "availability_zone_hints": [REGION]})
    add, remove = f"/v2.0/routers/{router}/add_router_interface", f"/v2.0/routers/{router}/remove_router_interface"
    added = cloud.ok(CENTRAL, "network", "PUT", add, {"subnet_id": subnet})
    assert added["subnet_ids"] == [subnet] and added["network_id"] == net and added["id"] == router

    assert "already has a port on subnet" in refused(cloud, 400, "BadRequest", "PUT", add, {"subnet_id": subnet})
    assert "overlaps with cidr" in refused(cloud, 400, "BadRequest", "PUT", add, {"subnet_id": overlapping})
    assert "is external" in refused(cloud, 400, "BadRequest", "PUT", add, {"subnet_id": ext_subnet})
    refused(cloud, 400, "BadRequest", "PUT", add, {})
    refused(cloud, 400, "BadRequest", "PUT", add, {"subnet_id": subnet, "port_id": "x"})
    refused(cloud, 404, "SubnetNotFound", "PUT", add, {"subnet_id": "none"})
    refused(cloud, 404, "PortNotFound", "PUT", add, {"port_id": "none"})
    refused(cloud, 404, "RouterNotFound", "PUT", "/v2.0/routers/none/add_router_interface", {"subnet_id": subnet})
    refused(cloud, 404, "RouterNotFound", "GET", "/v2.0/routers/none")
    refused(cloud, 404, "RouterInterfaceNotFoundForSubnet", "PUT", remove, {"subnet_id": overlapping})
    refused(cloud, 404, "RouterInterfaceNotFound", "PUT", remove, {"port_id": "none"})
    refused(cloud, 400, "BadRequest", "PUT", remove, {"port_id": added["port_id"], "subnet_id": overlapping})
    refused(cloud, 409, "NetAttachedToNonLocalRouter", "PUT", f"/v2.0/routers/{local}/add_router_interface", {"subnet_id": subnet})
    second = post({"name": "second"})
    refused(cloud, 409, "IpAddressAlreadyAllocated", "PUT", f"/v2.0/routers/{second}/add_router_interface", {"subnet_id": subnet})
    refused(cloud, 409, "RouterInUse", "DELETE", f"/v2.0/routers/{router}")
    refused(cloud, 409, "SubnetInUse", "DELETE", f"/v2.0/subnets/{subnet}")
    refused(cloud, 409, "NetworkInUse", "DELETE", f"/v2.0/networks/{net}")
    refused(cloud, 409, "GatewayIpInUse", "PUT", f"/v2.0/subnets/{subnet}", {"subnet": {"gateway_ip": None}})
    assert "device owner network:router_interface" in refused(cloud, 409, "ServicePortInUse", "DELETE", f"/v2.0/ports/{added['port_id']}")
    refused(cloud, 409, "ServicePortInUse", "PUT", f"/v2.0/ports/{added['port_id']}", {"port": {"device_id": ""}})
    refused(cloud, 404, "AvailabilityZoneNotFound", "POST", "/v2.0/routers", {"router": {"name": "x", "availability_zone_hints": ["nowhere"]}})

    in_two = cloud.ok(CENTRAL, "network", "POST", "/v2.0/networks", {"network": {"name": "two", "availability_zone_hints": ["RegionTwo"]}})["network"]["id"]
    far = cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": in_two, "ip_version": 4, "cidr": "10.22.0.0/24"}})["subnet"]["id"]
    refused(cloud, 400, "RouterNetworkLocationMismatch", "PUT", f"/v2.0/routers/{local}/add_router_interface", {"subnet_id": far})
    refused(cloud, 404, "NetworkNotFound", "GET", f"/v2.0/networks/{in_two}", region=REGION)

    route = {"destination": "192.168.0.0/16", "nexthop": "10.20.0.9"}
    refused(cloud, 400, "InvalidRoutes", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": [{**route, "nexthop": "10.99.0.1"}]}})
    refused(cloud, 400, "RoutesExhausted", "PUT", f"/v2.0/routers/{router}",
            {"router": {"routes": [{"destination": f"192.168.{i}.0/24", "nexthop": "10.20.0.9"} for i in range(31)]}})
    refused(cloud, 400, "HTTPBadRequest", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": [{"destination": "x", "nexthop": "y"}]}})
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": [route]}})
    refused(cloud, 409, "RouterInterfaceInUseByRoute", "PUT", remove, {"subnet_id": subnet})
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"routes": []}})
    status, answer, _ = cloud.raw(cloud.url(CENTRAL, "network") + f"/v2.0/routers/{router}", "PUT", {"router": {"name": "y"}},
                                  {"X-Auth-Token": cloud.token(), "If-Match": "revision_number=1000"})
    assert status == 412, answer
    refused(cloud, 400, "BadRequest", "PUT", f"/v2.0/routers/{router}", {"router": {"external_gateway_info": {"network_id": net}}})
    refused(cloud, 404, "NetworkNotFound", "PUT", f"/v2.0/routers/{router}", {"router": {"external_gateway_info": {"network_id": "none"}}})

    mallory = tenant(cloud, "mallory")
    refused(cloud, 404, "RouterNotFound", "GET", f"/v2.0/routers/{router}", token=mallory)
    refused(cloud, 404, "RouterNotFound", "DELETE", f"/v2.0/routers/{router}", token=mallory)
    refused(cloud, 403, "PolicyNotAuthorized", "POST", "/v2.0/routers",
            {"router": {"external_gateway_info": {"network_id": ext, "enable_snat": False}}}, token=mallory)
    for _ in range(10):
        cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {}}, token=mallory)
    refused(cloud, 409, "OverQuota", "POST", "/v2.0/routers", {"router": {}}, token=mallory)
    for one in cloud.ok(CENTRAL, "network", "GET", "/v2.0/routers", token=mallory)["routers"]:
        delete(cloud, f"routers/{one['id']}")
    cloud.ok(CENTRAL, "network", "PUT", remove, {"port_id": added["port_id"]})
    delete(cloud, *[f"routers/{one}" for one in (router, local, second)], *[f"networks/{one}" for one in (net, other, in_two, ext)])


def test_every_error_of_external_networks_and_floating_ips(cloud):
    mallory = tenant(cloud, "mallet")
    body = {"name": "ext", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "outside"}
    create = lambda status, kind, token=None, **change: refused(  # noqa: E731
        cloud, status, kind, "POST", "/v2.0/networks", {"network": {**body, **change}}, token=token)
    create(403, "PolicyNotAuthorized", token=mallory)
    ext, ext_subnet = outside(cloud, cidr="203.0.113.0/29")
    create(409, "FlatNetworkInUse")
    vlan = {"provider:network_type": "vlan", "provider:segmentation_id": 101}
    tagged = cloud.ok(CENTRAL, "network", "POST", "/v2.0/networks", {"network": {**body, **vlan}})["network"]
    assert tagged["provider:segmentation_id"] == 101
    create(409, "VlanIdInUse", **vlan)
    create(400, "InvalidInput", **{**vlan, "provider:segmentation_id": 5000})
    create(400, "InvalidInput", **{"provider:physical_network": ""})
    create(400, "InvalidInput", **{"router:external": False, "provider:physical_network": "other"})
    create(400, "HTTPBadRequest", **{"provider:network_type": "gre"})
    refused(cloud, 400, "InvalidInput", "PUT", f"/v2.0/networks/{ext}", {"network": {"router:external": False}})
    # everybody sees it, nobody has a port or a container on it
    assert cloud.ok(REGION, "network", "GET", f"/v2.0/networks/{ext}", token=mallory)["network"]["router:external"] is True
    for region in (CENTRAL, REGION):
        refused(cloud, 403, "PolicyNotAuthorized", "POST", "/v2.0/ports", {"port": {"network_id": ext}}, token=mallory, region=region)
    status, answer = cloud.call(REGION, "container", "POST", "/v1/containers", {"image": "x", "image_driver": "glance", "nets": [{"network": ext}]})
    assert status in (400, 403), answer

    net, subnet = cloud.make_network("blue")
    for region in (CENTRAL, REGION):
        refused(cloud, 400, "HTTPBadRequest", "POST", "/v2.0/ports", {"port": {"network_id": net, "device_owner": "network:floatingip"}}, region=region)
    port = cloud.ok(CENTRAL, "network", "POST", "/v2.0/ports", {"port": {"network_id": net}})["port"]["id"]
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {"name": "r"}})["router"]["id"]
    fip = lambda status, kind, token=None, **extra: refused(  # noqa: E731
        cloud, status, kind, "POST", "/v2.0/floatingips", {"floatingip": {"floating_network_id": ext, **extra}}, token=token)
    fip(404, "ExternalGatewayForFloatingIPNotFound", port_id=port)
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": subnet})
    fip(404, "ExternalGatewayForFloatingIPNotFound", port_id=port)
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}", {"router": {"external_gateway_info": {"network_id": ext}}})
    one = cloud.ok(CENTRAL, "network", "POST", "/v2.0/floatingips", {"floatingip": {"floating_network_id": ext, "port_id": port}})["floatingip"]
    fip(409, "FloatingIPPortAlreadyAssociated", port_id=port)
    fip(404, "PortNotFound", port_id="none")
    fip(400, "BadRequest", port_id=port, fixed_ip_address="10.20.0.250")
    fip(400, "BadRequest", fixed_ip_address="10.20.0.250")
    fip(400, "BadRequest", floating_network_id=net)
    fip(404, "NetworkNotFound", floating_network_id="none")
    fip(409, "IpAddressAlreadyAllocated", floating_ip_address=one["floating_ip_address"])
    fip(400, "InvalidIpForNetwork", floating_ip_address="198.51.100.1")
    fip(403, "PolicyNotAuthorized", token=mallory, floating_ip_address="203.0.113.6")
    refused(cloud, 400, "HTTPBadRequest", "POST", "/v2.0/floatingips", {"floatingip": {}})
    refused(cloud, 404, "FloatingIPNotFound", "GET", f"/v2.0/floatingips/{one['id']}", token=mallory)
    refused(cloud, 409, "ServicePortInUse", "DELETE", "/v2.0/ports/" + next(
        p["id"] for p in cloud.ok(CENTRAL, "network", "GET", "/v2.0/ports")["ports"] if p["device_owner"] == "network:floatingip"))
    refused(cloud, 409, "RouterInterfaceInUseByFloatingIP", "PUT", f"/v2.0/routers/{router}/remove_router_interface", {"subnet_id": subnet})
    refused(cloud, 409, "RouterExternalGatewayInUseByFloatingIp", "PUT", f"/v2.0/routers/{router}", {"router": {"external_gateway_info": {}}})
    refused(cloud, 409, "NetworkInUse", "DELETE", f"/v2.0/networks/{ext}")
    # a /29 has five addresses for ports: the router has one, and four are left
    made = [one["id"]] + [cloud.ok(CENTRAL, "network", "POST", "/v2.0/floatingips", {"floatingip": {"floating_network_id": ext}})["floatingip"]["id"]
                          for _ in range(3)]
    fip(400, "ExternalIpAddressExhausted")
    delete(cloud, *[f"floatingips/{f}" for f in made])
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/remove_router_interface", {"subnet_id": subnet})
    delete(cloud, f"routers/{router}", f"ports/{port}", f"networks/{net}", f"networks/{ext}", f"networks/{tagged['id']}")


def test_a_floating_ip_leaves_a_port_of_a_region_that_is_deleted(cloud):
    ext, _ = outside(cloud)
    net, subnet = cloud.make_network("blue")
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {"external_gateway_info": {"network_id": ext}}})["router"]["id"]
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": subnet})
    port = cloud.ok(REGION, "network", "POST", "/v2.0/ports", {"port": {"network_id": net}})["port"]["id"]
    eventually(lambda: cloud.call(CENTRAL, "network", "GET", f"/v2.0/ports/{port}")[0] == 200, "the centre knows the port")
    fip = cloud.ok(REGION, "network", "POST", "/v2.0/floatingips", {"floatingip": {"floating_network_id": ext, "port_id": port}})["floatingip"]
    cloud.ok(REGION, "network", "DELETE", f"/v2.0/ports/{port}")
    eventually(lambda: cloud.ok(CENTRAL, "network", "GET", f"/v2.0/floatingips/{fip['id']}")["floatingip"]["port_id"] is None, "it stands for nobody")
    delete(cloud, f"floatingips/{fip['id']}")
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/remove_router_interface", {"subnet_id": subnet})
    delete(cloud, f"routers/{router}", f"networks/{net}", f"networks/{ext}")
