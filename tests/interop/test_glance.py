"""A region whose images are in the distribution's Glance, beside one that keeps its own: whose images a user may run, data on its way to
hosts, commits, and Glance in bad days. The main job and what e2e/ shows of containers run unchanged against it too (`./dev interop`)."""
import concurrent.futures
import contextlib
import os
import threading
import urllib.parse

import pytest

from cloud import IMAGE, eventually
from reconfigure import with_settings

HERE, OTHER = "RegionOne", "RegionTwo"
AWAY = "The image service of region RegionOne cannot be reached now; try again later."


@pytest.fixture(scope="module")
def glance(external):
    if not getattr(external, "glance", None):
        pytest.skip("no Glance in this run (CAUSEWAY_EXTERNAL)")
    return external.glance


@pytest.fixture(scope="module")
def wire(glance, external):
    return external.glance_wire


@pytest.fixture(autouse=True)
def all_is_well_and_nothing_is_left(cloud, glance, wire):
    """Images of a test go with it, from Glance and from the hosts: each test sees its own transfers."""
    before = {image["id"] for image in glance.images()}
    wire.downloads.clear()
    yield
    wire.behave()
    if not wire.listener:
        wire.start()
    for image in glance.images():
        if image["id"] not in before:
            cloud.call(HERE, "image", "DELETE", f"/v2/images/{image['id']}")


@pytest.fixture
def place(cloud):
    """Places containers; all that it placed is gone after the test."""
    network, _ = cloud.make_network("glance-net", "10.77.0.0/24")
    made = []

    def create(image, region=HERE, **more):
        made.append((region, cloud.create(region, image, network, **more)["uuid"]))
        return made[-1][1]
    create.network = network
    yield create
    for region, ident in made:
        cloud.call(region, "container", "DELETE", f"/v1/containers/{ident}?force=true&all_projects=true")
    for region, ident in made:
        cloud.wait_gone(region, ident)
    cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def on_hosts(cloud, image):
    """The hosts whose Engine has it."""
    found = []
    for host in cloud.regions[HERE]["hosts"]:
        names = [name for each in cloud.docker(host["name"], "GET", "/images/json")[1] for name in each["RepoTags"] or []]
        found += [host["name"]] * any(image in name for name in names)
    return found


def reason_of_error(cloud, ident, seconds=90):
    return cloud.wait_status(HERE, ident, "Error", seconds)["status_reason"]


def try_create(cloud, image, network, token=None):
    body = {"image": image, "image_driver": "glance", "nets": [{"network": network}], "command": ["sleep", "1000"]}
    status, answer = cloud.call(HERE, "container", "POST", "/v1/containers?run=true", body, token=token)
    return status, answer["errors"][0]["detail"] if status >= 400 else answer


# -- good days ----------------------------------------------------------------------------------------------------------------
def test_an_image_that_the_stock_client_made_in_glance_runs_by_name_and_by_id(cloud, glance, wire, place):
    made = cloud.openstack("image", "create", "--container-format", "docker", "--disk-format", "raw", "--file", IMAGE, "stock:v1/box", region=HERE)
    assert made["id"] in {image["id"] for image in glance.images()} and os.path.exists(glance.data_file(made["id"]))
    by_name, by_id = place("stock:v1/box"), place(made["id"])
    for ident in (by_name, by_id):
        cloud.wait_status(HERE, ident, "Running")
    assert cloud.execute(HERE, by_name, "echo hello")["output"] == "hello\n"
    loaded = len(wire.downloads)
    assert loaded == len({cloud.container(HERE, ident)["host"] for ident in (by_name, by_id)}), "once for each host"
    host = cloud.container(HERE, by_id)["host"]
    third = place(made["id"], host=host)
    cloud.wait_status(HERE, third, "Running")
    assert len(wire.downloads) == loaded, "what a host has is not asked for again"
    found = cloud.ok(HERE, "container", "GET", "/v1/images/stock/search?image_driver=glance&exact_match=false")
    assert [image["id"] for image in found] == [made["id"]]


def test_a_region_that_keeps_its_own_images_works_beside_one_with_a_glance(cloud, glance, place, images):
    assert images[OTHER] not in {image["id"] for image in glance.images()}
    here, there = place(images[HERE]), place(images[OTHER], region=OTHER)
    cloud.wait_status(HERE, here, "Running")
    cloud.wait_status(OTHER, there, "Running")
    travelled = place(images[OTHER])  # by its id, from the other region's own image service
    cloud.wait_status(HERE, travelled, "Running", 90)
    assert cloud.ping(HERE, travelled, cloud.address_of(cloud.container(OTHER, there))[0])


def test_who_may_run_an_image_is_what_glance_says(cloud, external, glance):
    external.keystone.make_user("glance-ann", "words", "glance-red")
    _, blue = external.keystone.make_user("glance-bea", "words", "glance-blue")
    ann, bea = (external.keystone.login(*who) for who in (("glance-ann", "words", "glance-red"), ("glance-bea", "words", "glance-blue")))
    network, _ = cloud.make_network("glance-bea-net", "10.78.0.0/24", token=bea)
    image = cloud.upload_image(HERE, "ours", token=ann)

    def visible(how):
        change = [{"op": "replace", "path": "/visibility", "value": how}]
        cloud.ok(HERE, "image", "PATCH", f"/v2/images/{image}", change, headers={"Content-Type": "application/openstack-images-v2.1-json-patch"})

    def runs(words):
        """As bea; the container goes again."""
        status, answer = try_create(cloud, words, network, token=bea)
        if status < 300:
            cloud.ok(HERE, "container", "DELETE", f"/v1/containers/{answer['uuid']}?force=true&all_projects=true")
            cloud.wait_gone(HERE, answer["uuid"])
        return status
    try:
        assert (runs("ours"), runs(image)) == (404, 404), "shared, with nobody"
        cloud.ok(HERE, "image", "POST", f"/v2/images/{image}/members", {"member": blue}, token=ann)
        assert (runs("ours"), runs(image)) == (404, 202), "a pending member may use it, and does not find it by its name"
        cloud.ok(HERE, "image", "PUT", f"/v2/images/{image}/members/{blue}", {"status": "accepted"}, token=bea)
        assert (runs("ours"), runs(image)) == (202, 202)
        visible("private")
        assert (runs("ours"), runs(image)) == (404, 404)
        visible("community")
        assert (runs("ours"), runs(image)) == (404, 202)
        visible("public")
        assert (runs("ours"), runs(image)) == (202, 202)
        own = cloud.upload_image(HERE, "ours", token=bea)
        assert runs("ours") == 409 and runs(own) == 202
        cloud.ok(HERE, "image", "POST", f"/v2/images/{image}/actions/deactivate")
        assert runs(image) == 400
        empty = cloud.ok(HERE, "image", "POST", "/v2/images", {"name": "empty", "container_format": "docker", "disk_format": "raw"}, token=bea)["id"]
        bare = cloud.ok(HERE, "image", "POST", "/v2/images", {"name": "bare", "container_format": "bare", "disk_format": "raw"}, token=bea)["id"]
        assert (runs(empty), runs("bare"), runs("nothing-is-called-so")) == (400, 400, 404)
        for each in (own, empty, bare):
            cloud.ok(HERE, "image", "DELETE", f"/v2/images/{each}")
    finally:
        cloud.ok("CentralRegion", "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_a_commit_makes_an_image_of_the_users_project_and_one_that_fails_leaves_none(cloud, external, glance, place, images):
    ident = place(images[HERE], name="origin")
    cloud.wait_status(HERE, ident, "Running")
    cloud.execute(HERE, ident, "sh -c 'echo kept > /root-note'")
    cloud.openstack("appcontainer", "commit", "origin", "shop/web:v2", region=HERE, fmt=None)
    made = next(image for image in glance.images() if image["name"] == "shop/web")
    assert made["owner"] == cloud.project_id() and made["tags"] == ["v2"] and made["container_format"] == "docker"
    eventually(lambda: cloud.ok(HERE, "image", "GET", f"/v2/images/{made['id']}")["status"] == "active", "the image has its data", 60)
    copy = place("shop/web")
    cloud.wait_status(HERE, copy, "Running")
    assert cloud.execute(HERE, copy, "cat /root-note")["output"] == "kept\n"
    before = {image["id"] for image in glance.images()}
    host = cloud.container(HERE, ident)["host"]
    agent = next(name for name in cloud.processes() if host in name and "docker" not in name)
    cloud.stop_process(agent)
    try:
        assert cloud.call(HERE, "container", "POST", f"/v1/containers/{ident}/commit?" + urllib.parse.urlencode({"repository": "never", "tag": "x"}))[0] < 300
        assert {image["id"] for image in glance.images()} > before
        cloud.ok(HERE, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        eventually(lambda: {image["id"] for image in glance.images()} == before, "the image of the commit is gone", 30)
    finally:
        cloud.start_process(agent)


def test_a_capsule_runs_of_an_image_in_glance_and_a_container_is_healed_while_glance_is_away(cloud, glance, wire, place):
    image = cloud.upload_image(HERE, "healed")
    resources = {"requests": {"cpu": 0.1, "memory": 64}}
    each = {"image": image, "command": ["sleep", "1000"], "resources": resources}
    template = {"capsuleVersion": "beta", "kind": "capsule", "metadata": {"name": "of-glance"},
                "spec": {"nets": [{"network": place.network}], "initContainers": [{**each, "command": ["true"]}], "containers": [each, each]}}
    made = cloud.ok(HERE, "container", "POST", "/v1/capsules", {"template": template})
    capsule = f"/v1/capsules/{made['uuid']}"
    eventually(lambda: cloud.ok(HERE, "container", "GET", capsule)["status"] == "Running", "the capsule runs", 90)
    assert len(wire.downloads) == 1, "once for all of it"
    ident = place(image, host=cloud.ok(HERE, "container", "GET", capsule)["host"], auto_heal=True)
    before = cloud.address_of(cloud.wait_status(HERE, ident, "Running"))
    host = cloud.container(HERE, ident)["host"]
    wire.stop()
    engine_id = cloud.docker(host, "GET", f"/containers/zun-{ident}/json")[1]["Id"]
    assert cloud.docker(host, "DELETE", f"/containers/{engine_id}?force=1")[0] == 204
    eventually(lambda: cloud.docker(host, "GET", f"/containers/zun-{ident}/json")[1].get("Id") not in (engine_id, None), "it is made again of what the host has")
    assert cloud.address_of(cloud.wait_status(HERE, ident, "Running")) == before
    wire.start()
    cloud.ok(HERE, "container", "DELETE", capsule)
    eventually(lambda: cloud.call(HERE, "container", "GET", capsule)[0] == 404, "the capsule is gone", 60)


def test_a_container_is_healed_of_an_image_that_its_host_has_lost_when_its_users_token_is_gone(cloud, external, glance, wire, place):
    """Such data is asked for as the service user: whoever made the container need not be there."""
    image = cloud.upload_image(HERE, "lost")
    token = external.keystone.login()
    ident = place(image, auto_heal=True, token=token)
    host = cloud.wait_status(HERE, ident, "Running")["host"]
    external.keystone.call("DELETE", "/auth/tokens", headers={"X-Subject-Token": token})
    wire.downloads.clear()
    engine_id = cloud.docker(host, "GET", f"/containers/zun-{ident}/json")[1]["Id"]
    for name in [name for found in cloud.docker(host, "GET", "/images/json")[1] for name in found["RepoTags"] or [] if image in name]:
        assert cloud.docker(host, "DELETE", f"/images/{name}?force=1")[0] == 200
    assert on_hosts(cloud, image) == []
    assert cloud.docker(host, "DELETE", f"/containers/{engine_id}?force=1")[0] == 204
    eventually(lambda: len(wire.downloads) == 1, "it is asked for again", 60)
    eventually(lambda: cloud.docker(host, "GET", f"/containers/zun-{ident}/json")[1].get("Id") not in (engine_id, None), "it is made again", 60)
    cloud.wait_status(HERE, ident, "Running", 60)


# -- bad days -----------------------------------------------------------------------------------------------------------------
def test_glance_away_or_failing_at_a_create_is_503_and_makes_nothing(cloud, glance, wire, place, images):
    known = place(images[HERE])
    cloud.wait_status(HERE, known, "Running")
    containers = len(cloud.ok(HERE, "container", "GET", "/v1/containers")["containers"])
    wire.status = 500
    assert try_create(cloud, images[HERE], place.network) == (503, "The image service of region RegionOne answered 500; try again later.")
    wire.behave()
    wire.stop()
    for words in (images[HERE], "busybox-e2e"):
        assert try_create(cloud, words, place.network) == (503, AWAY)
    assert cloud.call(HERE, "container", "POST", f"/v1/containers/{known}/rebuild")[0] == 503
    assert cloud.call(HERE, "container", "POST", f"/v1/containers/{known}/commit?repository=a&tag=b")[0] == 503
    assert len(cloud.ok(HERE, "container", "GET", "/v1/containers")["containers"]) == containers
    assert cloud.container(HERE, known)["status"] == "Running"
    # what is there does not need it
    cloud.ok(HERE, "container", "POST", f"/v1/containers/{known}/reboot?timeout=1")
    cloud.wait_status(HERE, known, "Running")
    wire.start()
    again = place(images[HERE])
    cloud.wait_status(HERE, again, "Running")


def test_data_that_breaks_off_goes_on_where_it_was(cloud, glance, wire, place):
    image = cloud.upload_image(HERE, "cut")
    wire.cut_after, wire.cuts_left = 500_000, 2
    ident = place(image)
    cloud.wait_status(HERE, ident, "Running", 90)
    begins = [next((line.split("bytes=")[1] for line in head.splitlines() if line.startswith("range:")), "0-") for head in wire.downloads]
    assert len(begins) == 3 and begins[0] == "0-" and [int(b.rstrip("-")) for b in begins] == sorted({int(b.rstrip("-")) for b in begins}), begins


def test_a_glance_that_is_killed_in_the_middle_of_a_download_is_waited_for(cloud, glance, wire, place):
    image = cloud.upload_image(HERE, "killed")
    wire.cut_after, wire.cuts_left, wire.held = 700_000, 1, threading.Event()
    ident = place(image)
    assert wire.reached.wait(60), "it loads"
    glance.kill()
    wire.held.set()
    with contextlib.ExitStack() as stack:
        stack.callback(lambda: glance.process.process.poll() is not None and glance.serve())
        waits = eventually(lambda: (lambda c: c if "image service" in (c["status_detail"] or "") else None)(cloud.container(HERE, ident)), "it says what it waits for", 30)
        assert waits["status"] == "Creating"
    cloud.wait_status(HERE, ident, "Running", 90)
    assert len(wire.downloads) >= 2 and "range: bytes=" in wire.downloads[-1]


def test_a_truncated_image_and_one_with_a_wrong_checksum_are_the_containers_error_and_leave_nothing(cloud, glance, wire, place):
    short, wrong = cloud.upload_image(HERE, "short"), cloud.upload_image(HERE, "wrong")
    size = os.path.getsize(glance.data_file(short))
    os.truncate(glance.data_file(short), size // 2)
    with open(glance.data_file(wrong), "r+b") as data:
        data.seek(size // 2)
        byte = data.read(1)
        data.seek(size // 2)
        data.write(bytes([byte[0] ^ 1]))
    # all attempts of the one take half a minute: the other goes on meanwhile
    of_short, of_wrong = place(short), place(wrong)
    assert reason_of_error(cloud, of_wrong).startswith("The image's data has the checksum ")
    assert reason_of_error(cloud, of_short) == (
        f"Image {short} could not be loaded: The image service broke off the data of image {short} after {size // 2} of {size} bytes.")
    assert on_hosts(cloud, short) == [] and on_hosts(cloud, wrong) == []


def test_a_glance_that_hangs_holds_up_who_needs_it_and_nobody_else(cloud, glance, wire, place, images):
    known = place(images[HERE])
    cloud.wait_status(HERE, known, "Running")
    image = cloud.upload_image(HERE, "hangs")
    wire.cut_after, wire.cuts_left, wire.held = 400_000, 1, threading.Event()
    with with_settings(cloud, HERE, {"glance.timeout_seconds": 2}), contextlib.ExitStack() as stack:
        loading = place(image)
        assert wire.reached.wait(60), "it loads"
        glance.freeze()
        stack.callback(glance.thaw)
        wire.held.set()
        slow = "The image service of region RegionOne does not answer in time; try again later."
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            creates = [pool.submit(try_create, cloud, images[HERE], place.network) for _ in range(12)]
            # more than the listener has threads: what needs no image is answered all the while
            while not all(each.done() for each in creates):
                assert cloud.call(HERE, "container", "GET", f"/v1/containers/{known}", timeout=10)[0] == 200
            answers = [each.result() for each in creates]
        assert {status for status, _ in answers} == {503} and (503, slow) in answers, answers
        cloud.ok(HERE, "container", "POST", f"/v1/containers/{known}/reboot?timeout=1")
        cloud.wait_status(HERE, known, "Running")
        assert cloud.container(HERE, loading)["status"] == "Creating"
        glance.thaw()
        cloud.wait_status(HERE, loading, "Running", 90)
        again = place(images[HERE])
        cloud.wait_status(HERE, again, "Running")


def test_an_image_that_is_deleted_before_it_is_loaded_is_the_containers_error(cloud, glance, wire, place):
    image = cloud.upload_image(HERE, "gone")
    wire.cut_after, wire.cuts_left, wire.held = 300_000, 1, threading.Event()
    ident = place(image)
    assert wire.reached.wait(60), "it loads"
    cloud.ok(HERE, "image", "DELETE", f"/v2/images/{image}")
    wire.held.set()
    assert f"has no image {image}" in reason_of_error(cloud, ident)
    assert on_hosts(cloud, image) == []
