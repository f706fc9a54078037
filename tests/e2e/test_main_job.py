"""The main job with the stock client: two regions, one network, containers on real Docker Engines that reach each other."""
import json
import os
import subprocess

from cloud import BINARY, CENTRAL, IMAGE, eventually

REGIONS = ["RegionOne", "RegionTwo"]


def names(rows, key="Name"):
    return {row[key] for row in rows}


def test_the_main_job_with_the_stock_client(cloud):
    os_ = cloud.openstack
    for region in REGIONS:
        image = os_("image", "create", "--container-format", "docker", "--disk-format", "raw", "--file", IMAGE, "busybox", region=region)
        assert image["name"] == "busybox"
        shown = os_("image", "show", image["id"], region=region)
        assert shown["status"] == "active" and shown["size"] == os.path.getsize(IMAGE)
    os_("network", "create", "net1", region=CENTRAL)
    subnet = os_("subnet", "create", "--network", "net1", "--subnet-range", "10.0.1.0/24", "subnet1", region=CENTRAL)
    assert subnet["gateway_ip"] == "10.0.1.1"

    for region, name in zip(REGIONS, ["c1", "c2"]):
        os_("appcontainer", "run", "--name", name, "--net", "network=net1", "--image-driver", "glance", "--memory", "64", "--cpu", "0.1",
            "busybox", "sh", "-c", "echo hello from $HOSTNAME; sleep 100000", region=region, fmt=None)
    shown = {}
    for region, name in zip(REGIONS, ["c1", "c2"]):
        shown[name] = cloud.wait_status(region, name, "Running")
        listed = os_("appcontainer", "list", region=region)
        assert {r["name"]: r["status"] for r in listed}[name] == "Running"
        detail = os_("appcontainer", "show", name, region=region)
        assert detail["status"] == "Running" and detail["name"] == name
    one, two = (cloud.address_of(shown[name])[0] for name in ["c1", "c2"])
    assert one != two and one.startswith("10.0.1.") and two.startswith("10.0.1.")

    # both ways, also at the largest packet that the MTU allows: 1450 - 20 (IP) - 8 (ICMP)
    for region, name, other in [("RegionOne", "c1", two), ("RegionTwo", "c2", one)]:
        out = os_("appcontainer", "exec", name, "ping", "-c", "2", "-W", "2", other, region=region, fmt=None)
        assert "0% packet loss" in out, out
        mtu = cloud.execute(region, name, "cat /sys/class/net/eth0/mtu")
        assert mtu["output"].strip() == "1450"
        assert cloud.ping(region, name, other, size=1422)

    # the log; then stop, start, delete by the client
    logs = os_("appcontainer", "logs", "c1", region="RegionOne", fmt=None)
    assert "hello from" in logs
    os_("appcontainer", "stop", "--timeout", "1", "c1", region="RegionOne", fmt=None)
    cloud.wait_status("RegionOne", "c1", "Stopped")
    os_("appcontainer", "start", "c1", region="RegionOne", fmt=None)
    cloud.wait_status("RegionOne", "c1", "Running")
    assert cloud.ping("RegionTwo", "c2", one), "the address survives a restart"

    # ports in each region and at the centre
    everywhere = {p["ID"] for p in os_("port", "list", region=CENTRAL)}
    for region, name in zip(REGIONS, ["c1", "c2"]):
        ours = os_("port", "list", region=region)
        assert len(ours) == 1 and ours[0]["ID"] in everywhere
        assert ours[0]["Status"] == "ACTIVE", ours
    assert len(everywhere) == 2

    for region, name in zip(REGIONS, ["c1", "c2"]):
        os_("appcontainer", "delete", "--stop", name, region=region, fmt=None)
        cloud.wait_gone(region, name)
    os_("subnet", "delete", "subnet1", region=CENTRAL, fmt=None)
    os_("network", "delete", "net1", region=CENTRAL, fmt=None)
    for region in REGIONS:
        os_("image", "delete", "busybox", region=region, fmt=None)
        assert "busybox" not in names(os_("image", "list", region=region))
    cloud.assert_clean()


def test_the_stock_client_manages_identity(cloud):
    os_ = cloud.openstack
    assert os_("token", "issue")["id"]
    catalog = {row["Name"] for row in os_("catalog", "list")}
    assert {"keystone", "neutron", "glance", "zun"} <= catalog
    assert {"CentralRegion", "RegionOne", "RegionTwo"} <= {r["Region"] for r in os_("region", "list")}
    project = os_("project", "create", "shop")
    user = os_("user", "create", "--password", "s3cret-words", "--project", "shop", "anna")
    os_("role", "add", "--user", "anna", "--project", "shop", "member", fmt=None)
    assert os_("token", "issue", user="anna", password="s3cret-words", project="shop")["project_id"] == project["id"]
    refused = os_("user", "list", user="anna", password="s3cret-words", project="shop", check=False)
    assert refused.returncode != 0 and "403" in refused.stderr
    wrong = os_("token", "issue", user="anna", password="wrong", project="shop", check=False)
    assert wrong.returncode != 0 and "401" in wrong.stderr
    os_("user", "set", "--disable", "anna", fmt=None)
    assert os_("token", "issue", user="anna", password="s3cret-words", project="shop", check=False).returncode != 0
    os_("user", "delete", user["id"], fmt=None)
    os_("project", "delete", "shop", fmt=None)


def test_networks_with_the_same_cidr_never_meet_and_hosts_of_one_region_do(cloud, images):
    red, red_subnet = cloud.make_network("red", "10.7.0.0/24")
    blue, blue_subnet = cloud.make_network("blue", "10.7.0.0/24")
    placed = []
    for region, network, name in [("RegionOne", red, "red1"), ("RegionOne", red, "red2"), ("RegionTwo", red, "red3"), ("RegionOne", blue, "blue1"),
                                  ("RegionTwo", blue, "blue2")]:
        made = cloud.create(region, images[region], network, name)
        placed.append((region, made["uuid"], name))
    up = {name: cloud.wait_status(region, ident, "Running") for region, ident, name in placed}
    where = {name: (region, ident) for region, ident, name in placed}
    address = {name: cloud.address_of(up[name])[0] for name in up}

    assert up["red1"]["host"] != up["red2"]["host"], "the scheduler spreads over the hosts"
    for source, target in [("red1", "red2"), ("red2", "red1"), ("red1", "red3"), ("red3", "red2")]:
        assert cloud.ping(*where[source], address[target]), (source, target)
    assert cloud.ping(*where["blue1"], address["blue2"])

    # the same addresses exist on the other network: what answers must be one's own network's container, by its MAC
    def mac_seen(source, target_address):
        cloud.ping(*where[source], target_address, count=1)
        return cloud.execute(*where[source], "cat /proc/net/arp")["output"]

    ports = {p["device_id"]: p for p in cloud.ok(CENTRAL, "network", "GET", "/v2.0/ports")["ports"]}
    red_macs = {ports[where[n][1]]["mac_address"] for n in ("red1", "red2", "red3")}
    blue_macs = {ports[where[n][1]]["mac_address"] for n in ("blue1", "blue2")}
    assert not red_macs & blue_macs
    for name in ("red1", "red2", "red3"):
        assert not any(mac in mac_seen("blue1", address[name]) for mac in red_macs)
    only_red = set(address[n] for n in ("red1", "red2", "red3")) - {address["blue1"], address["blue2"]}
    for target in only_red:
        assert not cloud.ping(*where["blue1"], target, count=1), "a container of another network was reached"

    for region, ident, _ in placed:
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?stop=true")
    for region, ident, _ in placed:
        cloud.wait_gone(region, ident)
    for network in (red, blue):
        cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_dual_stack_containers_reach_each_other_over_ipv6(cloud, images):
    network, _ = cloud.make_network("dual", "10.9.0.0/24")
    cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 6, "cidr": "fd00:9::/64"}})
    placed = [(region, cloud.create(region, images[region], network, name)["uuid"]) for region, name in [("RegionOne", "six1"), ("RegionTwo", "six2")]]
    up = [cloud.wait_status(region, ident, "Running") for region, ident in placed]
    six = [[a for a in cloud.address_of(c) if ":" in a][0] for c in up]
    assert eventually(lambda: cloud.execute(*placed[0], f"ping -6 -c 2 -W 2 {six[1]}")["exit_code"] == 0, "IPv6 between regions", 10)
    assert cloud.execute(*placed[1], f"ping -6 -c 2 -W 2 {six[0]}")["exit_code"] == 0
    for region, ident in placed:
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_every_action_of_a_container(cloud, images):
    region = "RegionOne"
    network, _ = cloud.make_network("actions")
    ident = cloud.create(region, images[region], network, "actor", run=False)["uuid"]
    cloud.wait_status(region, ident, "Created")
    act = lambda verb, query="": cloud.ok(region, "container", "POST", f"/v1/containers/{ident}/{verb}{query}")
    act("start"); cloud.wait_status(region, ident, "Running")
    act("pause"); cloud.wait_status(region, ident, "Paused")
    act("unpause"); cloud.wait_status(region, ident, "Running")
    before = cloud.execute(region, ident, "cat /proc/1/stat")["output"].split()[21]
    act("reboot", "?timeout=1")
    eventually(lambda: cloud.container(region, ident)["status"] == "Running"
               and cloud.call(region, "container", "POST", f"/v1/containers/{ident}/execute?command=cat+/proc/1/stat")[1].get("output", before).split()[21] != before,
               "it was started anew", 30)
    act("kill", "?signal=SIGKILL"); cloud.wait_status(region, ident, "Stopped")
    status, body = cloud.call(region, "container", "POST", f"/v1/containers/{ident}/pause")
    assert status == 409 and "Cannot pause" in body["errors"][0]["title"]
    act("start"); cloud.wait_status(region, ident, "Running")
    outcome = cloud.execute(region, ident, "sh -c 'echo out; echo err >&2; exit 7'")
    assert outcome["exit_code"] == 7 and "out" in outcome["output"] and "err" in outcome["output"]
    hosts = cloud.ok(region, "container", "GET", "/v1/hosts")["hosts"]
    assert {h["hostname"] for h in hosts} == {h["name"] for h in cloud.regions[region]["hosts"]}
    services = cloud.ok(region, "container", "GET", "/v1/services")["services"]
    assert all(s["state"] == "up" for s in services) and len(services) == 2
    cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?stop=true")
    cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()
