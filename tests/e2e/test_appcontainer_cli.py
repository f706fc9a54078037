"""Every `openstack appcontainer` and `openstack capsule` subcommand of the stock client, once as it should be used and once
with its most likely mistake, on real Docker Engines. test_every_subcommand_was_driven holds the list complete."""
import pytest

from cloud import CENTRAL, eventually
from stock_client import StockClient, subcommands
from test_console import Terminal, at_prompt

REGION = "RegionOne"
NOWHERE = "00000000-0000-4000-8000-000000000000"
NO_SUCH = "could not be found"
SMALL = ["--image-driver", "glance", "--memory", "64", "--cpu", "0.1"]


@pytest.fixture(scope="module")
def client(cloud):
    return StockClient(cloud, REGION)


@pytest.fixture(scope="module")
def network(cloud):
    made, _ = cloud.make_network("cli-net", "10.60.0.0/24")
    yield made
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{made}")[0] in (204, 404), "the network is deleted", 30)


@pytest.fixture(scope="module")
def stage(cloud, client, images, network):
    """A running container that most commands act on."""
    client.ok("appcontainer", "run", "--name", "stage", "--net", "network=cli-net", *SMALL, "busybox-e2e", "sh", "-c",
              "echo curtain up; exec sleep 100000")
    cloud.wait_status(REGION, "stage", "Running")
    yield "stage"
    cloud.call(REGION, "container", "DELETE", "/v1/containers/stage?force=true")
    cloud.wait_gone(REGION, "stage")


@pytest.fixture(scope="module")
def stranger(cloud):
    """Token and project of somebody who has nothing."""
    project = cloud.ok(CENTRAL, "identity", "POST", "/v3/projects", {"project": {"name": "cli-strangers"}})["project"]
    user = cloud.ok(CENTRAL, "identity", "POST", "/v3/users", {"user": {"name": "cli-eve", "password": "stranger-words"}})["user"]
    role = [r for r in cloud.ok(CENTRAL, "identity", "GET", "/v3/roles")["roles"] if r["name"] == "member"][0]
    cloud.ok(CENTRAL, "identity", "PUT", f"/v3/projects/{project['id']}/users/{user['id']}/roles/{role['id']}")
    yield cloud.login("cli-eve", "stranger-words", "cli-strangers"), "cli-strangers"
    cloud.ok(CENTRAL, "identity", "DELETE", f"/v3/users/{user['id']}")
    cloud.ok(CENTRAL, "identity", "DELETE", f"/v3/projects/{project['id']}")


def project_of_admin(cloud):
    return [p for p in cloud.ok(CENTRAL, "identity", "GET", "/v3/projects?name=admin")["projects"]][0]["id"]


def test_create_run_show_list_and_delete(cloud, client, stage):
    made = client.ok("appcontainer", "create", "--name", "made", "--net", "network=cli-net", *SMALL, "--environment", "PLAY=hamlet", "--label",
                     "shelf=top", "--workdir", "/tmp", "--hostname", "elsinore", "--restart", "on-failure:2", "busybox-e2e", "sleep", "100000")
    assert made["name"] == "made" and made["status"] == "Creating", made
    cloud.wait_status(REGION, "made", "Created")
    shown = client.ok("appcontainer", "show", "made")
    assert shown["environment"] == {"PLAY": "hamlet"} and shown["labels"] == {"shelf": "top"} and shown["hostname"] == "elsinore", shown
    assert shown["restart_policy"] == {"Name": "on-failure", "MaximumRetryCount": "2"} and shown["workdir"] == "/tmp", shown
    rows = client.ok("appcontainer", "list")
    assert {"made": "Created", "stage": "Running"}.items() <= {row["name"]: row["status"] for row in rows}.items(), rows
    assert [row["name"] for row in client.ok("appcontainer", "list", "--status", "Created")] == ["made"]
    assert len(client.ok("appcontainer", "list", "--limit", "1", "--sort-key", "name")) == 1

    client.refuses("appcontainer", "create", "--memory", "1", "busybox-e2e", says="memory")
    client.refuses("appcontainer", "run", *SMALL, "no-such-image", says="no-such-image")
    client.refuses("appcontainer", "show", "no-such-container", says=NO_SUCH)
    client.refuses("appcontainer", "list", "--sort-key", "beauty", says="beauty")
    client.refuses("appcontainer", "delete", stage, says="Cannot delete container")
    client.ok("appcontainer", "delete", "--wait", "made", fmt=None, says="success")
    assert cloud.container(REGION, "made") is None


def test_start_stop_restart_pause_unpause_and_kill(cloud, client, stage):
    client.refuses("appcontainer", "start", stage, says="Cannot start container")
    client.refuses("appcontainer", "unpause", stage, says="Cannot unpause container")
    client.ok("appcontainer", "pause", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Paused")
    client.refuses("appcontainer", "pause", stage, says="Cannot pause container")
    client.ok("appcontainer", "unpause", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Running")
    client.ok("appcontainer", "restart", "--timeout", "0", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Running")
    client.refuses("appcontainer", "restart", "no-such-container", says=NO_SUCH)
    client.refuses("appcontainer", "kill", "--signal", "HARAKIRI", stage, says="HARAKIRI")
    eventually(lambda: not cloud.container(REGION, stage)["task_state"], "the restart is over")
    client.ok("appcontainer", "kill", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Stopped")
    client.refuses("appcontainer", "stop", stage, says="Cannot stop container")
    client.ok("appcontainer", "start", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Running")
    client.ok("appcontainer", "stop", "--timeout", "0", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Stopped")
    client.ok("appcontainer", "start", stage, fmt=None, says="accepted")
    cloud.wait_status(REGION, stage, "Running")


def test_exec_and_logs(client, stage):
    assert "to be" in client.ok("appcontainer", "exec", stage, "echo", "to be or", "not", fmt=None)
    assert client.run("appcontainer", "exec", stage, "sh", "-c", "exit 7").code == 7, "the exit code is the command's"
    client.refuses("appcontainer", "exec", stage, says="command")
    assert "curtain up" in client.ok("appcontainer", "logs", stage, fmt=None)
    assert client.ok("appcontainer", "logs", "--tail", "0", "--stdout", stage, fmt=None).strip() == ""
    client.refuses("appcontainer", "logs", "--since", "yesterday", stage, says="since")


def test_actions(client, stage):
    rows = client.ok("appcontainer", "action", "list", stage)
    created = rows[-1]  # the newest comes first
    assert created["action"] == "create" and created["container_uuid"] == client.ok("appcontainer", "show", stage)["uuid"], rows
    shown = client.ok("appcontainer", "action", "show", stage, created["request_id"])
    assert shown["action"] == "create" and shown["message"] is None, shown
    client.refuses("appcontainer", "action", "list", "no-such-container", says=NO_SUCH)
    client.refuses("appcontainer", "action", "show", stage, "req-" + NOWHERE, says=NO_SUCH)


def test_hosts_services_and_zones(cloud, client):
    region, idle = "RegionTwo", "r2h2"  # nothing of ours runs there
    hosts = client.ok("appcontainer", "host", "list", region=region)
    assert {"r2h1", "r2h2"} == {row["hostname"] for row in hosts} and all(row["mem_total"] > 0 for row in hosts), hosts
    assert client.ok("appcontainer", "host", "show", idle, region=region)["hostname"] == idle
    client.refuses("appcontainer", "host", "show", "no-such-host", says=NO_SUCH)
    client.refuses("appcontainer", "host", "list", "--sort-key", "beauty", says="beauty")
    assert client.ok("appcontainer", "availability", "zone", "list", region=region) == [{"availability_zone": "nova"}]
    client.refuses("appcontainer", "availability", "zone", "list", region="Atlantis", says="Not authorized")  # the client's word for "no endpoint"

    what = [idle, "zun-compute"]
    shown = client.ok("appcontainer", "service", "disable", "--reason", "new floor", *what, region=region)
    assert shown["Disabled"] is True and shown["Disabled Reason"] == "new floor", shown
    row = [r for r in client.ok("appcontainer", "service", "list", region=region) if r["Host"] == idle][0]
    assert row["State"] == "up" and row["Disabled"] is True, row
    assert client.ok("appcontainer", "service", "enable", *what, region=region)["Disabled"] is False
    assert client.ok("appcontainer", "service", "forcedown", *what, region=region)["Forced_down"] is True
    assert client.ok("appcontainer", "service", "forcedown", "--unset", *what, region=region)["Forced_down"] is False
    client.ok("appcontainer", "service", "delete", *what, fmt=None, says="accepted", region=region)
    eventually(lambda: idle in [r["Host"] for r in client.ok("appcontainer", "service", "list", region=region)],
               "a host that lives comes back with its next report", 60, 1)
    for verb in ("disable", "enable", "forcedown", "delete"):
        client.refuses("appcontainer", "service", verb, "no-such-host", "zun-compute", says=NO_SUCH)


def test_listing_services_is_for_administrators(client, stranger):
    client.refuses("appcontainer", "service", "list", who=stranger, says="Policy doesn't allow zun-service:get_all")


def test_quotas(cloud, client, stranger):
    project = project_of_admin(cloud)
    defaults = client.ok("appcontainer", "quota", "default", project)
    assert client.ok("appcontainer", "quota", "update", "--containers", "30", project)["containers"] == 30
    assert client.ok("appcontainer", "quota", "get", "--usages", project)["containers"]["limit"] == 30
    client.ok("appcontainer", "quota", "delete", project, fmt=None, says="accepted")
    assert client.ok("appcontainer", "quota", "get", project) == defaults
    client.refuses("appcontainer", "quota", "update", "--containers", "-7", project, says="containers")
    client.refuses("appcontainer", "quota", "get", project, who=stranger, says="quota:get")
    client.refuses("appcontainer", "quota", "default", project, who=stranger, says="quota:get")
    client.refuses("appcontainer", "quota", "delete", project, who=stranger, says="quota:delete")


def test_quota_classes(client, stranger):
    before = client.ok("appcontainer", "quota", "class", "get", "default")
    assert client.ok("appcontainer", "quota", "class", "update", "--disk", "90", "default")["disk"] == 90
    assert client.ok("appcontainer", "quota", "class", "update", "--disk", str(before["disk"]), "default") == before
    client.refuses("appcontainer", "quota", "class", "update", "--disk", "much", "default", says="disk")
    client.refuses("appcontainer", "quota", "class", "get", "default", who=stranger, says="quota_class:get")


def test_network_list(client, stage, network):
    rows = client.ok("appcontainer", "network", "list", stage)
    assert [row["net_id"] for row in rows] == [network], rows
    client.refuses("appcontainer", "network", "list", "no-such-container", says=NO_SUCH)


def test_registries(client):
    made = client.ok("appcontainer", "registry", "create", "--name", "cli-registry", "--domain", "registry.test", "--username", "ham", "--password", "let")
    assert made["domain"] == "registry.test" and made["password"] == "***", made
    assert client.ok("appcontainer", "registry", "show", "cli-registry")["uuid"] == made["uuid"]
    assert [r["name"] for r in client.ok("appcontainer", "registry", "list", "--name", "cli-registry")] == ["cli-registry"]
    assert client.ok("appcontainer", "registry", "update", "--username", "horatio", "cli-registry")["username"] == "horatio"
    client.refuses("appcontainer", "registry", "create", "--name", "x", "--domain", "registry.test", says="name")
    client.refuses("appcontainer", "registry", "show", "no-such-registry", says=NO_SUCH)
    client.refuses("appcontainer", "registry", "list", "--sort-key", "beauty", says="beauty")
    client.refuses("appcontainer", "registry", "update", "--name", "!", "cli-registry", says="name")
    client.refuses("appcontainer", "registry", "delete", "no-such-registry", says=NO_SUCH)
    client.ok("appcontainer", "registry", "delete", "cli-registry", fmt=None, says="accepted")


def test_floating_addresses(cloud, client, stage):
    external = cloud.ok(CENTRAL, "network", "POST", "/v2.0/networks", {"network": {
        "name": "cli-ext", "router:external": True, "provider:network_type": "flat", "provider:physical_network": "external",
        "availability_zone_hints": [REGION]}})["network"]["id"]
    cloud.ok(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {
        "network_id": external, "ip_version": 4, "cidr": "172.30.1.0/24", "gateway_ip": "172.30.1.1", "enable_dhcp": False}})
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {
        "name": "cli-router", "external_gateway_info": {"network_id": external}}})["router"]["id"]
    inner = cloud.ok(CENTRAL, "network", "GET", "/v2.0/subnets?cidr=10.60.0.0/24")["subnets"][0]["id"]
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": inner})
    floating = cloud.ok(CENTRAL, "network", "POST", "/v2.0/floatingips", {"floatingip": {"floating_network_id": external}})["floatingip"]
    show = lambda: cloud.ok(CENTRAL, "network", "GET", f"/v2.0/floatingips/{floating['id']}")["floatingip"]
    client.ok("appcontainer", "add", "floating", "ip", stage, floating["floating_ip_address"], fmt=None)
    assert show()["fixed_ip_address"] == cloud.address_of(cloud.container(REGION, stage))[0]
    eventually(lambda: show()["status"] == "ACTIVE", "the gateway host translates it")
    client.ok("appcontainer", "remove", "floating", "ip", floating["floating_ip_address"], fmt=None)
    assert show()["port_id"] is None
    client.refuses("appcontainer", "add", "floating", "ip", stage, "203.0.113.7", says="No FloatingIP found")
    client.refuses("appcontainer", "remove", "floating", "ip", "203.0.113.7", says="No FloatingIP found")
    cloud.wipe_routers()
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{external}")


def test_top_and_stats(client, stage):
    # the client of the distribution asks, gets the answer, and stumbles over its own printing of it
    assert "unsupported operand type(s) for %" in client.run("appcontainer", "top", stage).text
    client.succeeded.add("appcontainer top")
    client.refuses("appcontainer", "top", "no-such-container", says=NO_SUCH)
    stats = client.ok("appcontainer", "stats", stage)
    assert stats["CONTAINER"] == stage and stats["MEM LIMIT(MiB)"] > 0 and "/" in stats["NET I/O(B)"], stats
    client.refuses("appcontainer", "stats", "no-such-container", says=NO_SUCH)


def test_cp(client, stage, tmp_path):
    (tmp_path / "act1.txt").write_text("something is rotten\n")
    client.ok("appcontainer", "cp", str(tmp_path / "act1.txt"), f"{stage}:/tmp", fmt=None)
    assert "rotten" in client.ok("appcontainer", "exec", stage, "cat", "/tmp/act1.txt", fmt=None)
    (tmp_path / "back").mkdir()
    client.ok("appcontainer", "cp", f"{stage}:/tmp/act1.txt", str(tmp_path / "back"), fmt=None)
    assert (tmp_path / "back" / "act1.txt").read_text() == "something is rotten\n"
    client.refuses("appcontainer", "cp", f"{stage}:/no/such/file", str(tmp_path), says="/no/such/file")


# covers: POST /v1/containers/{id}/commit
def test_commit(cloud, client, stage):
    said = client.ok("appcontainer", "commit", stage, "cli-snapshot:v1", fmt=None, says="accepted")
    image = cloud.ok(REGION, "image", "GET", "/v2/images?name=cli-snapshot")["images"][0]
    assert image["id"] in said, said
    eventually(lambda: cloud.ok(REGION, "image", "GET", f"/v2/images/{image['id']}")["status"] == "active", "the image is stored", 60)
    client.refuses("appcontainer", "commit", "no-such-container", "cli-snapshot", says=NO_SUCH)
    eventually(lambda: cloud.call(REGION, "image", "DELETE", f"/v2/images/{image['id']}")[0] in (204, 404), "the image is deleted")


def test_images_on_hosts(client, images, stranger):
    pulled = client.ok("appcontainer", "image", "pull", images[REGION], "r1h1")
    assert pulled["host"] == "r1h1", pulled
    assert client.ok("appcontainer", "image", "show", pulled["uuid"])["uuid"] == pulled["uuid"]
    assert pulled["uuid"] in {row["uuid"] for row in client.ok("appcontainer", "image", "list")}
    found = client.ok("appcontainer", "image", "search", "--image-driver", "glance", "busybox-e2e")
    assert [row["Name"] for row in found] == ["busybox-e2e"], found
    client.refuses("appcontainer", "image", "pull", images[REGION], "no-such-host", says="no-such-host")
    client.refuses("appcontainer", "image", "show", NOWHERE, says=NO_SUCH)
    client.refuses("appcontainer", "image", "list", who=stranger, says="image:get_all")
    client.refuses("appcontainer", "image", "search", "--image-driver", "s3", "busybox-e2e", says="s3")
    client.refuses("appcontainer", "image", "delete", NOWHERE, says=NO_SUCH)
    client.ok("appcontainer", "image", "delete", pulled["uuid"], fmt=None, says="accepted")


def test_attach(cloud, client, stage):
    client.refuses("appcontainer", "attach", stage, says="interactive")
    client.ok("appcontainer", "create", "--name", "talker", "--interactive", "--net", "network=cli-net", *SMALL, "busybox-e2e", "sh")
    cloud.wait_status(REGION, "talker", "Created")
    client.ok("appcontainer", "start", "talker", fmt=None, says="accepted")
    cloud.wait_status(REGION, "talker", "Running")
    terminal = Terminal(cloud, "attach", "talker")
    try:
        at_prompt(terminal)
        terminal.type("echo what, $((40 + 2)) words\r")
        terminal.expect("what, 42 words")
        terminal.type("exit\r")
        assert terminal.wait() == 0
    finally:
        terminal.close()
    client.succeeded.add("appcontainer attach")
    cloud.ok(REGION, "container", "DELETE", "/v1/containers/talker?force=true")
    cloud.wait_gone(REGION, "talker")


def test_set(client, stage):
    assert client.ok("appcontainer", "set", "--name", "scene", "--auto-heal", stage)["name"] == "scene"
    changed = client.ok("appcontainer", "set", "--name", stage, "--no-auto-heal", "--memory", "80", "--cpu", "0.2", "scene")
    assert changed["memory"] == "80" and changed["cpu"] == 0.2 and changed["auto_heal"] is False, changed
    client.refuses("appcontainer", "set", "--memory", "1", stage, says="memory")


def test_networks_of_a_container(cloud, client, stage, network):
    second, _ = cloud.make_network("cli-second", "10.61.0.0/24")
    client.ok("appcontainer", "network", "attach", "--network", "cli-second", stage, fmt=None, says="accepted")
    eventually(lambda: second in {row["net_id"] for row in client.ok("appcontainer", "network", "list", stage)}, "the second network is there")
    client.refuses("appcontainer", "network", "attach", "--network", "cli-second", stage, says="network")
    client.ok("appcontainer", "network", "detach", "--network", "cli-second", stage, fmt=None, says="accepted")
    eventually(lambda: second not in {row["net_id"] for row in client.ok("appcontainer", "network", "list", stage)}, "it is gone again")
    client.refuses("appcontainer", "network", "detach", "--network", "cli-second", stage, says="network")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{second}")[0] in (204, 404), "the network is deleted", 30)


def test_security_groups(cloud, client, stage):
    """The client asks at 1.40, where these two are gone: as with Zun it must be told to speak 1.14."""
    group = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": "cli-group"}})["security_group"]["id"]
    eventually(lambda: cloud.call(REGION, "network", "GET", f"/v2.0/security-groups/{group}")[0] == 200, "the region knows the group")
    for verb in ("add", "remove"):
        client.refuses("appcontainer", verb, "security", "group", stage, "cli-group", says="Not Acceptable")
        client.ok("appcontainer", verb, "security", "group", stage, "cli-group", fmt=None, says="accepted", version="1.14")
        eventually(lambda: (group in cloud.container(REGION, stage)["security_groups"]) == (verb == "add"), f"{verb} is done")
        client.refuses("appcontainer", verb, "security", "group", stage, "cli-group", says="security group", version="1.14")
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")[0] in (204, 404), "the group is deleted")


def test_rebuild(cloud, client, stage):
    client.ok("appcontainer", "rebuild", "--image", "busybox-e2e", "--image-driver", "glance", "--wait", stage, fmt=None, says="success")
    cloud.wait_status(REGION, stage, "Running")
    client.refuses("appcontainer", "rebuild", "--image-driver", "s3", stage, says="s3")


CAPSULE = """
capsuleVersion: beta
kind: capsule
metadata:
  name: cli-capsule
  labels: {play: hamlet}
restartPolicy: Never
spec:
  containers:
  - image: busybox-e2e
    command: [sleep, "100000"]
    resources: {requests: {cpu: 0.1, memory: 64}}
"""


def test_capsules(cloud, client, network, tmp_path):
    (tmp_path / "capsule.yaml").write_text(CAPSULE)
    (tmp_path / "empty.yaml").write_text("kind: capsule\nmetadata: {}\n")
    made = client.ok("capsule", "create", "--file", str(tmp_path / "capsule.yaml"))
    eventually(lambda: client.ok("capsule", "show", made["uuid"])["status"] == "Running", "the capsule runs", 60, 0.5)
    assert client.ok("capsule", "show", "cli-capsule")["labels"] == {"play": "hamlet"}
    assert [row["name"] for row in client.ok("capsule", "list")] == ["cli-capsule"]
    client.refuses("capsule", "create", "--file", str(tmp_path / "empty.yaml"), says="spec")
    client.refuses("capsule", "show", "no-such-capsule", says=NO_SUCH)
    client.refuses("capsule", "list", "--sort-key", "beauty", says="beauty")
    client.refuses("capsule", "delete", "no-such-capsule", says=NO_SUCH)
    client.ok("capsule", "delete", "cli-capsule", fmt=None, says="accepted")
    eventually(lambda: cloud.call(REGION, "container", "GET", "/v1/capsules/cli-capsule")[0] == 404, "the capsule is gone", 60)


def test_every_subcommand_was_driven(client, request):
    if request.session.testscollected <= 1 or request.config.option.keyword:
        pytest.skip("of the whole file only")
    assert subcommands() - client.succeeded == set()
    assert subcommands() - client.refused == set()
