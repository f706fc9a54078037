"""Files and volumes in containers: what is inside is what was given, it survives a restart, and it goes with the last that uses it."""
import base64
import os

from cloud import CENTRAL, eventually

REGION = "RegionOne"


def volumes(cloud):
    found = set()
    for host in ("r1h1", "r1h2"):
        found |= {(host, v["Name"]) for v in cloud.docker(host, "GET", "/volumes")[1]["Volumes"] or [] if v["Name"].startswith("causeway-")}
    return found


def test_files_and_volumes_are_what_they_say(cloud, images):
    network, subnet = cloud.make_network("mounts-net")
    content = base64.b64encode(b"key = value\n").decode()
    mounts = [{"type": "bind", "source": content, "destination": "/etc/app.conf"},
              {"source": "shared", "destination": "/shared"}, {"size": "1", "destination": "/own"}]
    one = cloud.create(REGION, images[REGION], network, "one", mounts=mounts, exposed_ports={"8080": {}, "53/udp": {}})["uuid"]
    shown = cloud.wait_status(REGION, one, "Running")
    assert shown["ports"] == [53, 8080]
    assert cloud.execute(REGION, one, "cat /etc/app.conf")["output"] == "key = value\n"
    assert cloud.execute(REGION, one, "sh -c 'echo from one > /shared/f; echo mine > /own/f'")["exit_code"] == 0

    # the other host has fewer containers; the volume decides
    two = cloud.create(REGION, images[REGION], network, "two", mounts=[{"source": "shared", "destination": "/data"}])["uuid"]
    assert cloud.wait_status(REGION, two, "Running")["host"] == shown["host"]
    assert cloud.execute(REGION, two, "cat /data/f")["output"] == "from one\n"
    assert len(volumes(cloud)) == 2

    cloud.ok(REGION, "container", "POST", f"/v1/containers/{one}/reboot?timeout=0")
    eventually(lambda: cloud.container(REGION, one)["task_state"] is None, "the reboot is done", 60)
    cloud.wait_status(REGION, one, "Running")
    assert cloud.execute(REGION, one, "cat /etc/app.conf /shared/f /own/f")["output"] == "key = value\nfrom one\nmine\n"

    cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{one}?force=true")
    cloud.wait_gone(REGION, one)
    eventually(lambda: {name for _, name in volumes(cloud) if name.endswith("-shared")} == {name for _, name in volumes(cloud)},
               "what was the first one's alone is gone", 30)
    assert cloud.execute(REGION, two, "cat /data/f")["output"] == "from one\n"
    files = os.path.join(cloud.state, shown["host"], "files")
    assert os.listdir(files) == []
    cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{two}?force=true")
    cloud.wait_gone(REGION, two)
    eventually(lambda: not volumes(cloud), "the volume went with its last user", 30)

    # what is refused is refused with the field's name
    for bad in ({"source": "11111111-2222-4333-8444-555555555555", "destination": "/d"}, {"source": "../x", "destination": "/d"}):
        status, body = cloud.call(REGION, "container", "POST", "/v1/containers",
                                  {"image": images[REGION], "nets": [{"network": network}], "mounts": [bad]})
        assert status == 400 and "mounts" in body["errors"][0]["title"], body
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/subnets/{subnet}")
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()
