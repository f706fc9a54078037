"""Capsules with the stock client: containers that share a network and volumes, behind init containers; and quotas when many create at once."""
import concurrent.futures
import os

from cloud import CENTRAL, eventually

TEMPLATE = """
capsuleVersion: beta
kind: capsule
metadata:
  name: pair
  labels: {{app: pair}}
spec:
  restartPolicy: Always
  nets: [{{network: capnet}}]
  volumes:
    - name: data
      emptyDir: {{}}
  initContainers:
    - image: {image}
      command: ["sh", "-c", "echo prepared > /data/file"]
      resources: {{requests: {{cpu: 0.1, memory: 64}}}}
      volumeMounts: [{{name: data, mountPath: /data}}]
  containers:
    - image: {image}
      command: ["httpd", "-f", "-p", "8080", "-h", "/srv"]
      ports: [{{containerPort: 8080}}]
      resources: {{requests: {{cpu: 0.1, memory: 64}}}}
      volumeMounts: [{{name: data, mountPath: /srv, readOnly: true}}]
    - image: {image}
      command: ["sleep", "100000"]
      resources: {{requests: {{cpu: 0.1, memory: 64}}}}
"""


def capsule(cloud, region, ident):
    status, body = cloud.call(region, "container", "GET", f"/v1/capsules/{ident}")
    return body if status == 200 else None


def wait_capsule(cloud, region, ident, wanted):
    return eventually(lambda: (lambda body: body if body["status"] == wanted else None)(capsule(cloud, region, ident)),
                      f"capsule {ident} is {wanted}", 60)


def fetch(cloud, region, container, url):
    # its own -T crashes in a statically linked busybox
    done = cloud.execute(region, container, f"timeout 3 wget -q -O - {url}")
    return done["output"].strip() if done["exit_code"] == 0 else None


def test_a_capsule_with_the_stock_client(cloud, images):
    os_ = cloud.openstack
    network, _ = cloud.make_network("capnet", "10.40.0.0/24")
    path = os.path.join(cloud.state, "pair.yaml")
    with open(path, "w") as file:
        file.write(TEMPLATE.format(image="busybox-e2e"))
    made = os_("capsule", "create", "--file", path, region="RegionOne")
    assert made["name"] == "pair" and made["status"] == "Creating"
    shown = wait_capsule(cloud, "RegionOne", "pair", "Running")
    web, idle = (member["uuid"] for member in shown["containers"])
    address = [entry["addr"] for entries in shown["addresses"].values() for entry in entries][0]
    assert shown["init_containers"][0]["status"] == "Stopped"
    assert [row["status"] for row in os_("capsule", "list", region="RegionOne")] == ["Running"]
    assert os_("capsule", "show", "pair", region="RegionOne")["uuid"] == shown["uuid"]
    assert os_("appcontainer", "list", region="RegionOne") == [], "members are not containers of their own"

    # one network, one volume: what the init container wrote is served by one container to the other over localhost
    assert fetch(cloud, "RegionOne", idle, "http://127.0.0.1:8080/file") == "prepared"
    assert cloud.execute("RegionOne", web, "touch /srv/new")["exit_code"] != 0, "it is mounted read-only"
    # and over the capsule's network to a container of the other region
    far = cloud.create("RegionTwo", images["RegionTwo"], network, name="far")
    cloud.wait_status("RegionTwo", far["uuid"], "Running")
    assert fetch(cloud, "RegionTwo", far["uuid"], f"http://{address}:8080/file") == "prepared"

    # a sandbox that is started again has a new network: its members come along
    host = shown["host"]
    status, there = cloud.docker(host, "GET", "/containers/json")
    assert status == 200 and len(there) == 3, there
    sandbox = next(c["Id"] for c in there if c["Image"].startswith("causeway/pause"))
    assert cloud.docker(host, "POST", f"/containers/{sandbox}/restart?t=0")[0] == 204
    eventually(lambda: fetch(cloud, "RegionTwo", far["uuid"], f"http://{address}:8080/file") == "prepared", "it is reached again", 60)

    os_("capsule", "delete", "pair", region="RegionOne", fmt=None)
    eventually(lambda: capsule(cloud, "RegionOne", shown["uuid"]) is None, "the capsule is gone", 60)
    cloud.wipe()
    cloud.assert_clean()
    status, volumes = cloud.docker(host, "GET", "/volumes")
    assert status == 200 and not volumes["Volumes"], volumes


def test_an_init_container_that_fails_is_told(cloud, images):
    network, _ = cloud.make_network("badnet", "10.41.0.0/24")
    small = {"requests": {"cpu": 0.1, "memory": 64}}
    template = {"kind": "capsule", "metadata": {"name": "bad"}, "spec": {
        "restartPolicy": "Never",
        "initContainers": [{"image": "busybox-e2e", "command": ["sh", "-c", "exit 3"], "resources": small}],
        "containers": [{"image": "busybox-e2e", "command": ["sleep", "100000"], "resources": small}]}}
    made = cloud.ok("RegionTwo", "container", "POST", "/v1/capsules", {"template": template, "nets": [{"network": network}]})
    shown = wait_capsule(cloud, "RegionTwo", made["uuid"], "Error")
    assert "failed with exit code 3" in shown["status_reason"], shown["status_reason"]
    assert shown["containers"][0]["status"] == "Creating"
    cloud.ok("RegionTwo", "container", "DELETE", f"/v1/capsules/{made['uuid']}")
    eventually(lambda: capsule(cloud, "RegionTwo", made["uuid"]) is None, "the capsule is gone", 60)
    cloud.wipe()
    cloud.assert_clean()


def test_a_quota_holds_when_many_create_at_once(cloud, images):
    network, _ = cloud.make_network("quotanet", "10.42.0.0/24")
    project = cloud.openstack("project", "show", "admin")["id"]
    cloud.openstack("appcontainer", "quota", "update", "--containers", "5", project, region="RegionOne")
    try:
        body = {"image": images["RegionOne"], "image_driver": "glance", "nets": [{"network": network}], "memory": "64", "cpu": "0.1",
                "command": ["sleep", "100000"]}
        with concurrent.futures.ThreadPoolExecutor(20) as crowd:
            answers = list(crowd.map(lambda _: cloud.call("RegionOne", "container", "POST", "/v1/containers", body), range(20)))
        statuses = [status for status, _ in answers]
        assert sorted(statuses) == [202] * 5 + [403] * 15, statuses
        for status, answer in answers:
            if status == 403:
                assert answer["errors"][0]["code"] == "container.over-quota"
                assert answer["errors"][0]["detail"] == "Quota exceeded for resources: ['containers']"
        assert len(cloud.ok("RegionOne", "container", "GET", "/v1/containers")["containers"]) == 5
    finally:
        cloud.openstack("appcontainer", "quota", "delete", project, region="RegionOne", fmt=None)
    cloud.wipe()
    cloud.assert_clean()
