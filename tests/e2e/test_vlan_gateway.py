"""An external network that is one VLAN of a physical network: what is outside sees tagged frames, the router and the containers never do."""
import json
import subprocess

from cloud import CENTRAL, eventually
from packets import outside
from tagged import ping

ONE, TWO = "RegionOne", "RegionTwo"


def test_a_gateway_on_a_vlan_serves_containers_of_another_region(cloud, images):
    def openstack(*words, **more):
        return cloud.openstack(*words, region=CENTRAL, **more)

    external = openstack("network", "create", "--external", "--provider-network-type", "vlan", "--provider-physical-network", "external",
                         "--provider-segment", "300", "--availability-zone-hint", ONE, "vlan-ext")
    assert external["provider:segmentation_id"] == 300
    openstack("subnet", "create", "--network", "vlan-ext", "--subnet-range", "172.30.77.0/24", "--gateway", "172.30.77.1", "--no-dhcp",
              "--allocation-pool", "start=172.30.77.100,end=172.30.77.120", "vlan-ext-subnet")
    inner, _ = cloud.make_network("vlan-inner", "10.94.0.0/24")
    openstack("router", "create", "vlan-router")
    openstack("router", "set", "--external-gateway", "vlan-ext", "vlan-router", fmt=None)
    openstack("router", "add", "subnet", "vlan-router", "vlan-inner-subnet", fmt=None)
    rule = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": cloud.default_group(), "direction": "ingress", "protocol": "icmp"}})["security_group_rule"]["id"]
    far = cloud.create(TWO, images[TWO], inner, "vlan-far")["uuid"]
    cloud.wait_status(TWO, far, "Running")
    port = cloud.ok(TWO, "network", "GET", f"/v2.0/ports?device_id={far}")["ports"][0]["id"]
    eventually(lambda: cloud.call(CENTRAL, "network", "GET", f"/v2.0/ports/{port}")[0] == 200, "the centre knows the port")
    floating = openstack("floating", "ip", "create", "--port", port, "vlan-ext")["floating_ip_address"]
    eventually(lambda: openstack("floating", "ip", "show", floating)["status"] == "ACTIVE", "the floating IP is active")

    world = outside(cloud)
    link = json.loads(subprocess.run([*world.enter, "ip", "-j", "link", "show", "ex1"], capture_output=True, text=True, check=True).stdout)[0]
    at = {"mac": link["address"], "address": "172.30.77.9", "link": "ex1"}  # a bridge takes in what is sent to itself
    # the answer is routed twice: where it starts, and on the gateway host
    eventually(lambda: ping(world, 300, target=floating, **at) == 62, "from the VLAN to a container of another region, and back")
    assert ping(world, 301, target=floating, **at) is None, "another VLAN"
    assert ping(world, 0, target=floating, **at) is None, "no VLAN"
    gateway = openstack("router", "show", "vlan-router")["external_gateway_info"]["external_fixed_ips"][0]["ip_address"]
    assert ping(world, 300, target=gateway, **at) == 64, "the gateway itself"

    cloud.ok(TWO, "container", "DELETE", f"/v1/containers/{far}?force=true")
    cloud.wait_gone(TWO, far)
    cloud.wipe_routers()
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/security-group-rules/{rule}")
    for network in (inner, external["id"]):
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "networks are deleted")
    cloud.assert_clean()
