"""The whole way from the embedded identity and image services to an existing OpenStack, as docs/operator/existing-openstack.md tells it."""
import contextlib
import os
import subprocess

import pytest

from cloud import BINARY, CENTRAL, eventually
from services import ADMIN_PASSWORD

STANDS = ("central", "RegionOne", "RegionTwo")
MOVER = {"user": "mover", "password": "words of a mover", "project": "mover"}
EXTERNAL = ("identity.source", "keystone.", "images.source", "glance.")


def config(cloud, process):
    return os.path.join(cloud.state, "etc", f"{process}.toml")


def write(file, text):
    with open(file, "w") as changed:
        changed.write(text)


def embedded(process, text):
    """The configuration without what it takes from others."""
    kept = [line for line in text.splitlines() if not line.startswith(EXTERNAL)]
    if process == "central":
        kept = ['roles = ["identity", "central-network"]' if line.startswith("roles") else line for line in kept]
    return "\n".join(kept) + "\n"


def causeway(*words):
    done = subprocess.run([BINARY, *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def stop(cloud):
    for process in STANDS:
        cloud.stop_process(process)


def start(cloud):
    for process in STANDS:
        cloud.start_process(process)
    eventually(cloud.all_back, "everything serves", 60)
    cloud.forget_logins()


def openstack_is_there(external):
    external.keystone.serve()
    external.keystone.forget_login()
    external.glance_wire.start()


@contextlib.contextmanager
def before_it_moved(cloud, external):
    """The cloud as it is with services of its own only; afterwards as it was."""
    own = {}
    for process in STANDS:
        with open(config(cloud, process)) as file:
            own[process] = file.read()
    stop(cloud)
    external.keystone.stop()
    external.glance_wire.stop()
    for process, text in own.items():
        write(config(cloud, process), embedded(process, text))
    places = [word for region, facts in cloud.regions.items() for word in ("--region", f"{region}={facts['address']}")]
    try:
        causeway("bootstrap", "--config", config(cloud, "central"), "--central", "127.0.0.1", *places, "--admin-password", ADMIN_PASSWORD)
        start(cloud)
        yield own
    finally:
        if external.keystone.process.process.poll() is not None:
            stop(cloud)
            openstack_is_there(external)
            for process, text in own.items():
                write(config(cloud, process), text)
            start(cloud)


def make_mover(cloud):
    """A project with a member, in the embedded identity service; its id."""
    role = cloud.ok(CENTRAL, "identity", "GET", "/v3/roles?name=member")["roles"][0]["id"]
    project = cloud.ok(CENTRAL, "identity", "POST", "/v3/projects", {"project": {"name": MOVER["project"]}})["project"]["id"]
    user = cloud.ok(CENTRAL, "identity", "POST", "/v3/users", {"user": {"name": MOVER["user"], "password": MOVER["password"]}})["user"]["id"]
    cloud.ok(CENTRAL, "identity", "PUT", f"/v3/projects/{project}/users/{user}/roles/{role}")
    return project


def test_a_cloud_with_services_of_its_own_moves_into_an_openstack_and_its_containers_run_on(cloud, external, tmp_path):
    if not getattr(external, "glance", None):
        pytest.skip("no Glance in this run (CAUSEWAY_EXTERNAL)")
    keystone, regions = external.keystone, sorted(cloud.regions)
    with before_it_moved(cloud, external) as own:
        old = make_mover(cloud)
        old_token = cloud.token(**MOVER)
        network, _ = cloud.make_network("moving-in", "10.91.0.0/24", token=old_token)
        images = {region: cloud.upload_image(region, "box", token=old_token) for region in regions}
        made = {region: cloud.create(region, images[region], network, token=old_token)["uuid"] for region in regions}
        for region, ident in made.items():
            cloud.wait_status(region, ident, "Running")
        place = {region: cloud.container(region, ident) for region, ident in made.items()}
        engine = {region: cloud.docker(place[region]["host"], "GET", f"/containers/zun-{ident}/json")[1]["Id"] for region, ident in made.items()}
        # an image that is to stay, for the Glance of this region
        saved = str(tmp_path / "box.tar")
        cloud.openstack("image", "save", "--file", saved, images["RegionOne"], region="RegionOne", fmt=None, **MOVER)

        stop(cloud)
        openstack_is_there(external)
        _, new = keystone.make_user(MOVER["user"], MOVER["password"], MOVER["project"])
        for process, text in own.items():
            write(config(cloud, process), text)
        for process in STANDS:
            words = ("project", "move", "--config", config(cloud, process), "--from", old, "--to", new)
            assert "would move 1 network\n" in causeway(*words, "--dry-run")
            assert "1 network\n" in causeway(*words)
        start(cloud)

    token = cloud.token(**MOVER)
    for region in (CENTRAL, *regions):
        assert cloud.call(region, "network", "GET", "/v2.0/networks", token=old_token)[0] == 401, "tokens of before are nothing to Keystone"
        assert network in [n["id"] for n in cloud.ok(region, "network", "GET", "/v2.0/networks", token=token)["networks"]]
    for region, ident in made.items():
        eventually(lambda: cloud.container(region, ident, token=token)["status"] == "Running", "it is seen to run")
        assert cloud.docker(place[region]["host"], "GET", f"/containers/zun-{ident}/json")[1]["Id"] == engine[region], "the same, which went on"
    assert cloud.ping(regions[0], made[regions[0]], cloud.address_of(place[regions[1]])[0]), "and they reach each other"

    # the image keeps its id in Glance, and more is made of it; that of the other region is where it was
    image = cloud.openstack("image", "create", "--id", images["RegionOne"], "--container-format", "docker", "--disk-format", "raw", "--file", saved, "box",
                            region="RegionOne", **MOVER)
    assert image["id"] == images["RegionOne"] and image["id"] in {i["id"] for i in external.glance.images()}
    more = {region: cloud.create(region, images[region], network, token=token)["uuid"] for region in regions}
    for region, ident in more.items():
        cloud.wait_status(region, ident, "Running", 90)
    cloud.ok("RegionOne", "container", "POST", f"/v1/containers/{made['RegionOne']}/rebuild", token=token)
    eventually(lambda: cloud.docker(place["RegionOne"]["host"], "GET", f"/containers/zun-{made['RegionOne']}/json")[1].get("Id") not in (None, engine["RegionOne"]),
               "it was made anew", 60)
    cloud.wait_status("RegionOne", made["RegionOne"], "Running")

    for ids in (made, more):
        for region, ident in ids.items():
            cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?stop=true", token=token)
    for ids in (made, more):
        for region, ident in ids.items():
            cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}", token=token)
    for region in regions:
        cloud.ok(region, "image", "DELETE", f"/v2/images/{images[region]}", token=token)
    cloud.assert_clean()
