"""Where containers go and how they fare there, on real hosts: affinity, CPUs of their own, health, memory that runs out."""
from cloud import eventually

REGION = "RegionOne"


def make(cloud, images, network, **extra):
    return cloud.create(REGION, images[REGION], network, **extra)["uuid"]


def delete(cloud, network, *idents):
    for ident in idents:
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in idents:
        cloud.wait_gone(REGION, ident)
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_hints_put_containers_together_and_apart(cloud, images):
    network, _ = cloud.make_network("affinity", "10.81.0.0/24")
    first = make(cloud, images, network, name="first")
    cloud.wait_status(REGION, first, "Running")
    host = cloud.container(REGION, first)["host"]
    together = make(cloud, images, network, hints={"same_host": first})
    apart = make(cloud, images, network, hints={"different_host": "first"})
    cloud.wait_status(REGION, together, "Running")
    cloud.wait_status(REGION, apart, "Running")
    assert cloud.container(REGION, together)["host"] == host
    assert cloud.container(REGION, apart)["host"] != host
    nowhere = make(cloud, images, network, hints={"different_host": f"{first},{apart}"})
    refused = cloud.wait_status(REGION, nowhere, "Error")
    assert refused["status_reason"].startswith("There are not enough hosts available."), refused["status_reason"]
    status, body = cloud.call(REGION, "container", "POST", "/v1/containers", {"image": images[REGION], "hints": {"same_host": "nobody"}})
    assert status == 400 and "nobody" in str(body), (status, body)
    delete(cloud, network, first, together, apart, nowhere)


def test_a_container_says_how_its_health_is_and_why_it_died(cloud, images):
    network, _ = cloud.make_network("health", "10.82.0.0/24")
    check = {"cmd": "test -e /tmp/well", "interval": 1, "retries": 1, "timeout": 5}
    ident = make(cloud, images, network, healthcheck=check)
    cloud.wait_status(REGION, ident, "Running")
    eventually(lambda: cloud.container(REGION, ident)["health"] == "unhealthy", "it is unhealthy")
    cloud.execute(REGION, ident, "touch /tmp/well")
    eventually(lambda: cloud.container(REGION, ident)["health"] == "healthy", "it is healthy")
    # fills a file system in memory beyond what it may use
    hungry = make(cloud, images, network, memory="16", command=["sh", "-c", "head -c 200000000 /dev/zero | tail"])
    died = cloud.wait_status(REGION, hungry, "Stopped")
    assert "memory" in (died["status_reason"] or "").lower(), died
    delete(cloud, network, ident, hungry)


def test_the_service_of_a_dead_host_goes_and_comes_back(cloud):
    services = lambda: {s["host"]: s for s in cloud.ok(REGION, "container", "GET", "/v1/services")["services"]}
    assert services()["r1h2"]["state"] == "up"
    cloud.stop_process("agent-r1h2")
    eventually(lambda: services()["r1h2"]["state"] == "down", "it is seen")
    cloud.ok(REGION, "container", "DELETE", "/v1/services?host=r1h2&binary=zun-compute")
    assert "r1h2" not in services()
    cloud.start_process("agent-r1h2")
    eventually(lambda: services().get("r1h2", {}).get("state") == "up", "a host that comes back is known again")
