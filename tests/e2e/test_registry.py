"""Images of a real registry with passwords: credentials, policies, one pull for many, images that an administrator puts on a host."""
import os

import pytest

from cloud import eventually
from registry import PASSWORD, USER, Registry, engine

REGION = "RegionOne"
HOSTS = ["r1h1", "r1h2"]


@pytest.fixture(scope="module")
def registry(cloud):
    made = Registry(cloud)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def network(cloud):
    made, _ = cloud.make_network("registry-net")
    yield made
    for container in cloud.ok(REGION, "container", "GET", "/v1/containers")["containers"]:
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{container['uuid']}?force=true")
        cloud.wait_gone(REGION, container["uuid"])
    for each in cloud.ok(REGION, "container", "GET", "/v1/registries")["registries"]:
        cloud.ok(REGION, "container", "DELETE", f"/v1/registries/{each['uuid']}")
    for host in HOSTS:
        drop_images(cloud, host)
    subnets = cloud.ok("CentralRegion", "network", "GET", f"/v2.0/subnets?network_id={made}")["subnets"]
    for subnet in subnets:
        cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/subnets/{subnet['id']}")
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{made}")
    cloud.assert_clean()


def drop_images(cloud, host):
    """What was pulled stays on a host (the operator decides); the next test shall find none of it."""
    _, images = cloud.docker(host, "GET", "/images/json")
    for image in images:
        for name in image["RepoTags"] or []:
            if ":5000/" in name:
                engine(cloud.hosts[host]["docker_socket"], "DELETE", f"/images/{name}")


def has_image(cloud, host, name):
    return cloud.docker(host, "GET", f"/images/{name}/json")[0] == 200


def test_credentials_of_a_registry_decide_what_is_pulled(cloud, registry, network):
    registry.push("r1h1", "team/box")
    for name, password in [("good", PASSWORD), ("bad", "wrong-password")]:
        cloud.openstack("appcontainer", "registry", "create", "--name", name, "--username", USER, "--password", password,
                        "--domain", registry.domain, region=REGION)
    listed = cloud.openstack("appcontainer", "registry", "list", region=REGION)
    assert {row["name"] for row in listed} == {"good", "bad"} and {row["password"] for row in listed} == {"***"}

    def make(name, image, **extra):
        return cloud.create(REGION, image, network, name, image_driver="docker", **extra)["uuid"]

    good = make("good", "team/box", registry="good", host="r1h1")
    bad = make("bad", "team/box", registry="bad", host="r1h2")
    none = make("none", f"{registry.domain}/team/box", host="r1h2")
    unknown = make("unknown", "team/nothing", registry="good", host="r1h2")
    running = cloud.wait_status(REGION, good, "Running")
    assert running["image"] == "team/box" and running["registry_id"] and running["task_state"] is None and "Pulling" not in (running["status_detail"] or "")
    assert cloud.execute(REGION, good, "echo hello")["output"].strip() == "hello"
    for ident, words in [(bad, ("denied", "unauthorized", "authentication", "credentials")), (none, ("denied", "unauthorized", "authentication", "credentials")),
                         (unknown, ("unknown", "not found"))]:
        refused = cloud.wait_status(REGION, ident, "Error")
        assert any(word in refused["status_reason"] for word in words), refused["status_reason"]
        assert PASSWORD not in refused["status_reason"]

    # who names a registry in use, a bad reference, or a registry that there is not
    assert cloud.call(REGION, "container", "DELETE", "/v1/registries/good")[0] == 409
    base = {"image_driver": "docker", "nets": [{"network": network}]}
    assert cloud.call(REGION, "container", "POST", "/v1/containers", {**base, "image": "No/Such:Reference:"})[0] == 400
    assert cloud.call(REGION, "container", "POST", "/v1/containers", {**base, "image": "team/box", "registry": "nobodys"})[0] == 404

    # the password is nowhere but under the key: in no log, no database, no configuration
    for folder, folders, files in os.walk(cloud.state):
        folders[:] = [f for f in folders if not f.endswith(".docker") and not f.startswith("registry-")]
        for path in (os.path.join(folder, file) for file in files):
            if os.path.isfile(path):
                with open(path, "rb") as content:
                    assert PASSWORD.encode() not in content.read(), path


def test_policies_and_one_pull_for_many(cloud, registry, network):
    registry.push("r1h1", "team/many")
    cloud.ok(REGION, "container", "POST", "/v1/registries",
             {"registry": {"name": "many", "domain": registry.domain, "username": USER, "password": PASSWORD}})
    image = f"{registry.domain}/team/many:latest"

    def make(name, policy, host="r1h1"):
        return cloud.create(REGION, "team/many", network, name, image_driver="docker", registry="many", host=host, image_pull_policy=policy)["uuid"]

    never = make("never", "never")
    assert "not present with pull policy of Never" in cloud.wait_status(REGION, never, "Error")["status_reason"]
    before = registry.pulls_of("team/many")
    for ident in [make(f"many-{i}", "ifnotpresent") for i in range(4)]:
        cloud.wait_status(REGION, ident, "Running")
    assert registry.pulls_of("team/many") - before <= 2, "one pull: its manifest list or manifest, and what that names"
    assert has_image(cloud, "r1h1", image) and not has_image(cloud, "r1h2", image)
    once = registry.pulls_of("team/many")
    cloud.wait_status(REGION, make("again", "Never"), "Running")
    cloud.wait_status(REGION, make("still", "IfNotPresent"), "Running")
    assert registry.pulls_of("team/many") == once


def test_an_administrator_puts_images_on_hosts(cloud, registry, network):
    image = cloud.upload_image(REGION, "prefetched")
    for repo in (image, f"{registry.domain}/team/nothing"):
        cloud.openstack("appcontainer", "image", "pull", repo, "r1h2", region=REGION)
    assert cloud.call(REGION, "container", "POST", "/v1/images/", {"repo": image, "host": "r1h2"})[0] == 409
    assert cloud.call(REGION, "container", "POST", "/v1/images/", {"repo": image, "host": "nowhere"})[0] == 400

    def states():
        listed = cloud.ok(REGION, "container", "GET", "/v1/images/")["images"]
        return {row["repo"]: row for row in listed if row["status"] != "pulling"}
    there = eventually(lambda: states() if len(states()) == 2 else None, "both pulls are over", 60)
    assert there[image]["status"] == "present" and int(there[image]["size"]) > 100_000 and there[image]["host"] == "r1h2"
    assert there[f"{registry.domain}/team/nothing"]["status"] == "error"
    assert len(cloud.openstack("appcontainer", "image", "list", region=REGION)) == 2
    assert cloud.docker("r1h2", "GET", f"/images/causeway.local/image:{image}/json")[0] == 200

    found = cloud.ok(REGION, "container", "GET", "/v1/images/prefetched/search?image_driver=glance&exact_match=True")
    assert [row["id"] for row in found] == [image]

    for row in there.values():
        cloud.openstack("appcontainer", "image", "delete", row["uuid"], region=REGION, fmt=None)
    assert cloud.ok(REGION, "container", "GET", "/v1/images/")["images"] == []
    eventually(lambda: cloud.docker("r1h2", "GET", f"/images/causeway.local/image:{image}/json")[0] == 404, "the image is off the host", 30)
    cloud.ok(REGION, "image", "DELETE", f"/v2/images/{image}")
