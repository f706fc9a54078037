"""The Admin API: which regions take part, what is where, and which changes have reached whom."""
import pytest

from cloud import CENTRAL, eventually

NET = "10.71.0.0/24"


@pytest.fixture
def admin(cloud):
    def call(method, path, body=None, token=None):
        return cloud.call(CENTRAL, "tricircle", method, "/v1.0" + path, body, token=token)
    return call


def pods_by_region(admin):
    status, body = admin("GET", "/pods")
    assert status == 200, body
    return {p["region_name"]: p["pod_id"] for p in body["pods"]}


def jobs(admin, query=""):
    status, body = admin("GET", "/jobs" + query)
    assert status == 200, body
    return body["jobs"]


@pytest.fixture
def network(cloud, images):
    """A network with a container in each region."""
    network, subnet = cloud.make_network("admin-api", NET)
    made = {region: cloud.create(region, images[region], network, name=f"admin-{region}")["uuid"] for region in cloud.regions}
    for region, container in made.items():
        cloud.wait_status(region, container, "Running")
    yield network, subnet, made
    for region, container in made.items():
        cloud.call(region, "container", "DELETE", f"/v1/containers/{container}?force=true")
    for region, container in made.items():
        cloud.wait_gone(region, container)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] in (204, 404), "the network is deleted")
    cloud.assert_clean()


def test_a_change_is_a_job_until_every_host_holds_it(cloud, admin, network):
    network, subnet, made = network
    pods = pods_by_region(admin)
    first, second = sorted(cloud.regions)

    # what is where
    status, body = admin("GET", f"/routings?top_id={network}")
    assert status == 200
    assert {r["pod_id"] for r in body["routings"]} == {pods[first], pods[second]}
    row = body["routings"][0]
    assert row["bottom_id"] == row["top_id"] == network and row["resource_type"] == "network"
    assert admin("GET", f"/routings/{row['id']}")[1]["routing"] == row
    ports = [r for r in admin("GET", "/routings?resource_type=port")[1]["routings"]]
    assert {p["pod_id"] for p in ports} >= {pods[first], pods[second]}
    one = admin("GET", "/routings?limit=1")[1]
    assert len(one["routings"]) == 1 and one["routings_links"][0]["rel"] == "next"
    after = admin("GET", one["routings_links"][0]["href"].removeprefix("/v1.0"))[1]["routings"]
    assert after and after[0]["id"] < one["routings"][0]["id"]
    assert admin("GET", "/routings?colour=red")[0] == 400
    assert admin("GET", "/routings/1")[0] == 404
    assert admin("DELETE", f"/routings/{row['id']}")[0] == 403

    # the ports of each region were news to the other one
    for region in (first, second):
        eventually(lambda r=region: any(j["status"] == "SUCCESS" and j["resource"] == {"pod_id": pods[r], "network_id": network}
                                        for j in jobs(admin, "?type=shadow_port_setup")), f"the ports are known in {region}")

    def of(kind, region, resource):
        resource = {"pod_id": pods[region], **resource}
        found = [j for j in jobs(admin, f"?type={kind}") if j["resource"] == resource]
        return found[0] if found else None

    # a change while a region is away
    cloud.stop_process(second)
    try:
        cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/subnets/{subnet}", {"subnet": {"description": "changed"}})
        job = eventually(lambda: next((j for j in jobs(admin, "?type=subnet_update") if j["status"] in ("NEW", "RUNNING")
                                       and j["resource"] == {"pod_id": pods[second], "subnet_id": subnet}), None), "the change is a job")
        eventually(lambda: (of("subnet_update", first, {"subnet_id": subnet}) or {}).get("status") == "SUCCESS", "the region that is here has it")
        seen = admin("GET", f"/jobs/{job['id']}")[1]["job"]
        assert seen["status"] in ("NEW", "RUNNING") and second in seen["reason"], seen
    finally:
        cloud.start_process(second)
    eventually(lambda: admin("GET", f"/jobs/{job['id']}")[1]["job"]["status"] == "SUCCESS", "the region that came back has it", 60)
    assert job["id"] in {j["id"] for j in jobs(admin, "?status=success")}

    # finished jobs are a record
    assert admin("PUT", f"/jobs/{job['id']}")[0] == 400
    assert admin("DELETE", f"/jobs/{job['id']}")[0] == 400
    assert admin("GET", "/jobs/none")[0] == 404

    # asked for by hand
    project = job["project_id"]
    status, body = admin("POST", "/jobs", {"job": {"type": "update_network", "project_id": project,
                                                   "resource": {"pod_id": pods[first], "network_id": network}}})
    assert status == 200, body
    eventually(lambda: admin("GET", f"/jobs/{body['job']['id']}")[1]["job"]["status"] == "SUCCESS", "a job by hand")
    assert admin("POST", "/jobs", {"job": {"type": "update_network", "project_id": project, "resource": {"pod_id": pods[first]}}})[0] == 400
    assert admin("POST", "/jobs", {"job": {"type": "update_network", "project_id": "other",
                                           "resource": {"pod_id": pods[first], "network_id": network}}})[0] == 400


def test_a_job_waits_for_the_hosts_that_it_touches(cloud, admin, network):
    network, subnet, made = network
    pods = pods_by_region(admin)
    region = sorted(cloud.regions)[0]
    host = cloud.container(region, made[region])["host"]
    agent = next(name for name in cloud.processes() if host in name and "docker" not in name)
    cloud.stop_process(agent)
    try:
        cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/networks/{network}", {"network": {"description": "changed"}})
        job = eventually(lambda: next((j for j in jobs(admin, "?type=update_network") if j["status"] != "SUCCESS"
                                       and j["resource"] == {"pod_id": pods[region], "network_id": network} and host in (j["reason"] or "")), None),
                         "the job waits for the host")
        assert job["status"] == "RUNNING", job
        assert admin("PUT", f"/jobs/{job['id']}")[0] == 400
        assert admin("DELETE", f"/jobs/{job['id']}")[0] == 400
    finally:
        cloud.start_process(agent)
    eventually(lambda: admin("GET", f"/jobs/{job['id']}")[1]["job"]["status"] == "SUCCESS", "the host came back", 60)


def test_only_administrators(cloud, admin):
    status, body = admin("GET", "/jobs/schemas")
    assert status == 200
    schemas = {s["type"]: s["resource"] for s in body["schemas"]}
    assert schemas["router_setup"] == ["pod_id", "router_id", "network_id"] and schemas["seg_rule_setup"] == ["project_id"]
    for path in ("/jobs", "/routings", "/jobs/schemas"):
        assert cloud.raw(cloud.url(CENTRAL, "tricircle") + "/v1.0" + path)[0] == 401
