"""`causeway project move`: what a project has becomes another's while centre and regions stand, and its containers run on."""
import os
import subprocess

import pytest

from cloud import BINARY, CENTRAL, eventually


@pytest.fixture
def people(cloud):
    """Two projects with a member each: names to (project id, token)."""
    made, undo = {}, []
    role = cloud.ok(CENTRAL, "identity", "GET", "/v3/roles?name=member")["roles"][0]["id"]
    for name in ("move-red", "move-blue"):
        project = cloud.ok(CENTRAL, "identity", "POST", "/v3/projects", {"project": {"name": name}})["project"]["id"]
        user = cloud.ok(CENTRAL, "identity", "POST", "/v3/users", {"user": {"name": name, "password": "words of a mover"}})["user"]["id"]
        cloud.ok(CENTRAL, "identity", "PUT", f"/v3/projects/{project}/users/{user}/roles/{role}")
        undo += [f"/v3/users/{user}", f"/v3/projects/{project}"]
        made[name] = (project, cloud.token(name, "words of a mover", name))
    yield made
    for path in undo:
        cloud.ok(CENTRAL, "identity", "DELETE", path)


def move(cloud, process, giver, getter, *words):
    file = os.path.join(cloud.state, "etc", "central.toml" if process == CENTRAL else f"{process}.toml")
    done = subprocess.run([BINARY, "project", "move", "--config", file, "--from", giver, "--to", getter, *words], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def test_a_projects_networks_and_containers_become_anothers_and_run_on(cloud, people):
    (red, token), (blue, other) = people["move-red"], people["move-blue"]
    regions = sorted(cloud.regions)
    network, _ = cloud.make_network("moved", "10.83.0.0/24", token=token)
    images = {region: cloud.upload_image(region, "movers-box", token=token) for region in regions}
    made = {region: cloud.create(region, images[region], network, token=token)["uuid"] for region in regions}
    for region, ident in made.items():
        cloud.wait_status(region, ident, "Running")
    # as the new owner is seen before: it has a default group of its own, in which nothing is
    assert len(cloud.ok(CENTRAL, "network", "GET", "/v2.0/security-groups", token=other)["security_groups"]) == 1
    group = cloud.ok(CENTRAL, "network", "GET", "/v2.0/security-groups", token=token)["security_groups"][0]["id"]
    hosts = {region: cloud.container(region, ident)["host"] for region, ident in made.items()}
    engine_ids = {region: cloud.docker(hosts[region], "GET", f"/containers/zun-{ident}/json")[1]["Id"] for region, ident in made.items()}

    status, _, said = move(cloud, regions[0], red, blue)
    assert status == 1 and "stop it first" in said, said
    stands = ["central", *regions]
    for process in stands:
        cloud.stop_process(process)
    try:
        status, said, _ = move(cloud, CENTRAL, red, blue, "--dry-run")
        assert status == 0 and "would move 1 network\n" in said and "would move 2 port\n" in said, said
        for process in (CENTRAL, *regions):
            status, said, wrong = move(cloud, process, red, blue)
            assert status == 0 and ("1 network\n" in said if process == CENTRAL else "1 container\n" in said), (process, said, wrong)
        assert move(cloud, CENTRAL, red, blue)[1] == f"Nothing here belongs to project {red}.\n"
    finally:
        for process in stands:
            cloud.start_process(process)
    eventually(cloud.all_back, "everything serves again", 60)

    assert [n["id"] for n in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/networks?project_id={blue}", token=other)["networks"]] == [network]
    assert [g["id"] for g in cloud.ok(CENTRAL, "network", "GET", "/v2.0/security-groups", token=other)["security_groups"]] == [group]
    ports = cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?network_id={network}")["ports"]
    assert len(ports) == 2 and {p["project_id"] for p in ports} == {blue}
    for region, ident in made.items():
        assert cloud.call(region, "container", "GET", f"/v1/containers/{ident}", token=token)[0] == 404, "it is the other's now"
        eventually(lambda: cloud.container(region, ident, token=other)["status"] == "Running", "it is seen to run")
        assert cloud.docker(hosts[region], "GET", f"/containers/zun-{ident}/json")[1]["Id"] == engine_ids[region], "the same, which went on"
        assert [n["id"] for n in cloud.ok(region, "network", "GET", f"/v2.0/networks?id={network}", token=other)["networks"]] == [network]
    here, there = regions
    peer = cloud.address_of(cloud.container(there, made[there]))
    eventually(lambda: cloud.ping(here, made[here], peer), "they reach each other", 30)
    # and it lives on as the other's: more of it can be made, and all of it goes
    more = cloud.create(here, images[here], network, token=other)["uuid"]
    cloud.wait_status(here, more, "Running")
    for region, ident in [*made.items(), (here, more)]:
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?stop=true", token=other)
    for region, ident in [*made.items(), (here, more)]:
        cloud.wait_gone(region, ident, 90)
    eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}", token=other)[0] in (204, 404), "the network goes")
    for region, image in images.items():
        assert cloud.call(region, "image", "DELETE", f"/v2/images/{image}", token=token)[0] == 404
        cloud.ok(region, "image", "DELETE", f"/v2/images/{image}", token=other)
    cloud.assert_clean()
