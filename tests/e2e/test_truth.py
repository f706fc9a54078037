"""Every status is a fact: what happens behind our back, on a host that dies, and while dockerd, the agent or the region restarts."""
import json
import os

import pytest

from cloud import eventually

REGION = "RegionOne"
# ends at once when it is asked to, so that a dockerd that stops its containers need not wait
IDLE = ["sh", "-c", "trap 'exit 0' TERM; sleep 100000 & wait"]


@pytest.fixture(scope="module")
def network(cloud, images):
    ident, _ = cloud.make_network("truth", "10.70.0.0/20")
    yield ident
    for container in cloud.ok(REGION, "container", "GET", "/v1/containers?all_projects=1")["containers"]:
        cloud.call(REGION, "container", "DELETE", f"/v1/containers/{container['uuid']}?force=true")
    eventually(lambda: cloud.call("CentralRegion", "network", "DELETE", f"/v2.0/networks/{ident}")[0] in (204, 404), "the network can be deleted", 60)
    cloud.assert_clean(120)


def delete(cloud, *idents):
    for ident in idents:
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in idents:
        cloud.wait_gone(REGION, ident)


def engine(cloud, host, method, target):
    status, body = cloud.docker(host, method, target)
    assert status < 300, (method, target, status, body)
    return body


def services(cloud):
    return {s["host"]: s for s in cloud.ok(REGION, "container", "GET", "/v1/services")["services"]}


def statuses(cloud, idents):
    listed = {c["uuid"]: c["status"] for c in cloud.ok(REGION, "container", "GET", "/v1/containers")["containers"]}
    return [listed[ident] for ident in idents]


def test_what_plain_docker_does_is_seen_at_once(cloud, images, network):
    ident = cloud.create(REGION, images[REGION], network, host="r1h1", command=IDLE)["uuid"]
    cloud.wait_status(REGION, ident, "Running")
    docker = f"/containers/zun-{ident}"
    for what, status in (("stop?t=0", "Stopped"), ("start", "Running"), ("pause", "Paused"), ("unpause", "Running"), ("kill", "Stopped"), ("start", "Running")):
        engine(cloud, "r1h1", "POST", f"{docker}/{what}")
        cloud.wait_status(REGION, ident, status, 10)
    # renamed it is still ours
    engine(cloud, "r1h1", "POST", f"{docker}/rename?name=somebody-elses-idea")
    assert cloud.execute(REGION, ident, "echo here")["output"] == "here\n"
    cloud.kill("agent-r1h1")  # and a new agent, which has nothing in memory, finds it too
    cloud.wait_status(REGION, ident, "Running")
    eventually(lambda: cloud.call(REGION, "container", "POST", f"/v1/containers/{ident}/stop?timeout=1")[0] == 202, "stop is taken", 20)
    cloud.wait_status(REGION, ident, "Stopped", 20)
    assert len(engine(cloud, "r1h1", "GET", "/containers/json?all=1")) == 1, "it was not made a second time"
    # removed it is an Error, or made anew where the user asked for that
    healed = cloud.create(REGION, images[REGION], network, host="r1h1", command=IDLE, auto_heal=True)["uuid"]
    cloud.wait_status(REGION, healed, "Running")
    before = engine(cloud, "r1h1", "GET", f"/containers/zun-{healed}/json")["Id"]
    engine(cloud, "r1h1", "DELETE", "/containers/somebody-elses-idea?force=1")
    engine(cloud, "r1h1", "DELETE", f"/containers/zun-{healed}?force=1")
    eventually(lambda: cloud.container(REGION, ident)["status"] == "Error", "the loss is shown", 10)
    assert cloud.container(REGION, ident)["status_reason"]
    eventually(lambda: cloud.docker("r1h1", "GET", f"/containers/zun-{healed}/json")[0] == 200, "it is made again", 20)
    cloud.wait_status(REGION, healed, "Running", 20)
    assert engine(cloud, "r1h1", "GET", f"/containers/zun-{healed}/json")["Id"] != before
    delete(cloud, ident, healed)


def test_a_host_that_dies_is_seen_and_deletes_do_not_wait_for_it(cloud, images, network):
    kept, doomed = (cloud.create(REGION, images[REGION], network, host="r1h2", command=IDLE) for _ in range(2))
    kept, doomed = kept["uuid"], doomed["uuid"]
    for ident in (kept, doomed):
        cloud.wait_status(REGION, ident, "Running")
    address = cloud.address_of(cloud.container(REGION, doomed))[0]
    assert services(cloud)["r1h2"]["state"] == "up"
    cloud.stop_process("agent-r1h2")
    lost = cloud.wait_status(REGION, kept, "Unknown", 30)
    assert lost["status_reason"].startswith("Host r1h2 has not been heard of since 20")
    assert services(cloud)["r1h2"]["state"] == "down"
    # nothing hangs, and everything says why
    for method, path in (("POST", "start"), ("POST", "stop?timeout=1"), ("GET", "logs"), ("POST", "execute?command=ls")):
        status, body = cloud.call(REGION, "container", method, f"/v1/containers/{kept}/{path}", timeout=5)
        assert (status, body["errors"][0]["code"]) == (503, "container.container-host-not-up"), (path, status, body)
        assert "has not been heard of since" in body["errors"][0]["title"]
    # no new container goes there
    refused = cloud.create(REGION, images[REGION], network, host="r1h2")
    assert refused["status"] == "Error" and refused["status_reason"].startswith("There are not enough hosts available."), refused
    assert "down 1" in refused["status_reason"]
    # the delete is done for the user; the address is not given to anybody
    cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{refused['uuid']}")
    cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{doomed}")
    assert cloud.container(REGION, doomed) is None
    assert doomed not in str(cloud.ok(REGION, "container", "GET", "/v1/containers?all_projects=1"))
    ports = cloud.ok(REGION, "network", "GET", f"/v2.0/ports?device_id={doomed}")["ports"]
    assert [(p["status"], p["fixed_ips"][0]["ip_address"]) for p in ports] == [("DOWN", address)]
    assert cloud.docker("r1h2", "GET", f"/containers/zun-{doomed}/json")[0] == 200, "it runs on"
    # a host that holds containers is not forgotten by accident
    status, body = cloud.call(REGION, "container", "DELETE", "/v1/services?host=r1h2&binary=zun-compute")
    assert status == 409 and "1 containers" in str(body), (status, body)
    cloud.start_process("agent-r1h2")
    cloud.wait_status(REGION, kept, "Running", 20)
    eventually(lambda: cloud.docker("r1h2", "GET", f"/containers/zun-{doomed}/json")[0] == 404, "it is removed", 20)
    eventually(lambda: not cloud.ok(REGION, "network", "GET", f"/v2.0/ports?device_id={doomed}")["ports"], "its address is free", 20)
    assert services(cloud)["r1h2"]["state"] == "up"
    delete(cloud, kept)


def set_live_restore(cloud, host, wanted):
    path = os.path.join(cloud.state, "etc", f"dockerd-{host}.json")
    with open(path) as file:
        config = json.load(file)
    config["live-restore"] = wanted
    with open(path, "w") as file:
        json.dump(config, file)


def restart_dockerd(cloud, host):
    cloud.stop_process(f"dockerd-{host}")
    cloud.start_process(f"dockerd-{host}")

    def answers():
        try:
            return cloud.docker(host, "GET", "/_ping")[0] == 200
        except OSError:
            return False
    eventually(answers, f"dockerd of {host} answers", 60)


def test_restarts_of_everything_under_twenty_containers(cloud, images, network):
    peer = cloud.create(REGION, images[REGION], network, host="r1h2", command=IDLE)["uuid"]
    idents = [cloud.create(REGION, images[REGION], network, host="r1h1", command=IDLE,
                           **({"restart_policy": {"Name": "always"}} if i == 0 else {}))["uuid"] for i in range(20)]
    for ident in [peer, *idents]:
        cloud.wait_status(REGION, ident, "Running", 120)
    always, *others = idents

    def address(ident):
        return cloud.address_of(cloud.container(REGION, ident))[0]

    def settled(expected, what):
        last = []

        def fine():
            last[:] = statuses(cloud, idents)
            return last == expected
        try:
            eventually(fine, what, 120)
        except AssertionError:
            odd = [cloud.container(REGION, i) for i, is_, should in zip(idents, last, expected) if is_ != should]
            raise AssertionError((what, last, [(c["status"], c["status_reason"]) for c in odd]))

    def network_works(*some):
        for ident in some:
            eventually(lambda: cloud.ping(REGION, ident, address(peer), count=1), f"{ident} reaches another host", 30, 0.5)

    def started():
        return {i: engine(cloud, "r1h1", "GET", f"/containers/zun-{i}/json")["State"]["StartedAt"] for i in idents}

    running = ["Running"] * 20
    born = started()
    for victim in (REGION, "agent-r1h1"):  # what happens meanwhile is known afterwards
        cloud.kill(victim)
        engine(cloud, "r1h1", "POST", f"/containers/zun-{others[0]}/stop?t=0")
        eventually(lambda: cloud.healthy(REGION, "container"), f"{REGION} answers", 30)
        settled(["Running", "Stopped", *running[2:]], f"statuses after {victim} was killed")
        engine(cloud, "r1h1", "POST", f"/containers/zun-{others[0]}/start")
        settled(running, "the start is seen")
        network_works(others[0], others[1])
    restart_dockerd(cloud, "r1h1")
    settled(running, "live-restore: all run on")
    now = started()
    assert {i: now[i] for i in idents if i != others[0]} == {i: born[i] for i in idents if i != others[0]}, "none was stopped"
    network_works(others[0], others[2], always)

    set_live_restore(cloud, "r1h1", False)
    for _ in range(2):  # the first ends without stopping them, and the next one stops what runs on when it starts; then both do
        before = cloud.docker("r1h1", "GET", f"/containers/zun-{always}/json")[1]["State"]["StartedAt"]
        restart_dockerd(cloud, "r1h1")
        assert cloud.docker("r1h1", "GET", f"/containers/zun-{always}/json")[1]["State"]["StartedAt"] != before, "Docker started it again"
        settled(["Running", *["Stopped"] * 19], "Docker stopped them, and started what its policy says")
        network_works(always)
    for ident in others[:3]:
        cloud.ok(REGION, "container", "POST", f"/v1/containers/{ident}/start")
    settled([*running[:4], *["Stopped"] * 16], "they can be started")
    network_works(*others[:3])
    set_live_restore(cloud, "r1h1", True)
    restart_dockerd(cloud, "r1h1")
    delete(cloud, peer, *idents)
