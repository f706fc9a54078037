"""What moves bytes out of and into containers: logs, statistics, processes, archives; images made of containers and of other regions."""
import base64
import contextlib
import http.client
import io
import os
import sqlite3
import tarfile

import pytest

from cloud import CENTRAL, PORTS, eventually

REGION = "RegionOne"


def tar_of(**files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def files_in(tar):
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        return {member.name: archive.extractfile(member).read() for member in archive.getmembers() if member.isfile()}


@pytest.fixture
def place(cloud, images):
    """A network, and containers on it that go with the test."""
    network, _ = cloud.make_network("data")
    made = []

    def run(name, region=REGION, image=None, command="sleep 100000"):
        body = {"name": name, "image": image or images[region], "image_driver": "glance", "nets": [{"network": network}],
                "command": ["sh", "-c", command], "memory": "64", "cpu": "0.1"}

        def create():
            status, answer = cloud.call(region, "container", "POST", "/v1/containers?run=true", body)
            return answer["uuid"] if status == 202 else None

        # a region hears of another's image by the feed, a moment later
        ident = eventually(create, f"{region} makes {name} of image {image}", 20)
        made.append((region, ident))
        return ident

    yield run
    for region, ident in made:
        cloud.ok(region, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for region, ident in made:
        cloud.wait_gone(region, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def call(cloud, verb, path, body=None, **kwargs):
    return cloud.call(REGION, "container", verb, f"/v1/containers/{path}", body, **kwargs)


def test_logs_stats_top_and_files_with_the_stock_client(cloud, place, tmp_path):
    ident = place("talker", command="echo hello; echo sorrow >&2; sleep 100000")
    cloud.wait_status(REGION, ident, "Running")
    os_ = cloud.openstack
    logs = eventually(lambda: (lambda text: text if "hello" in text and "sorrow" in text else None)(
        os_("appcontainer", "logs", "talker", region=REGION, fmt=None)), "both lines are in the log", 20)
    assert "hello" in logs

    stats = os_("appcontainer", "stats", "talker", region=REGION)
    assert stats["CONTAINER"] == "talker" and 0 < stats["MEM USAGE(MiB)"] < stats["MEM LIMIT(MiB)"] == 64.0
    assert set(stats) == {"CONTAINER", "CPU %", "MEM USAGE(MiB)", "MEM LIMIT(MiB)", "MEM %", "BLOCK I/O(B)", "NET I/O(B)"}
    assert stats["NET I/O(B)"].count("/") == 1

    table = cloud.ok(REGION, "container", "GET", f"/v1/containers/{ident}/top?ps_args=None")
    assert any("sleep 100000" in row[-1] for row in table["Processes"]), table
    by_pid = cloud.ok(REGION, "container", "GET", f"/v1/containers/{ident}/top?ps_args=-o+pid,comm")
    assert by_pid["Titles"] == ["PID", "COMMAND"]
    assert call(cloud, "GET", f"{ident}/top?ps_args=--bogus")[0] == 400

    source, target = tmp_path / "letter.txt", tmp_path / "back"
    source.write_bytes(b"dear container\n")
    target.mkdir()
    os_("appcontainer", "cp", str(source), "talker:/tmp", region=REGION, fmt=None)
    assert cloud.execute(REGION, ident, "cat /tmp/letter.txt")["output"] == "dear container\n"
    cloud.execute(REGION, ident, "sh -c 'echo yours >> /tmp/letter.txt'")
    os_("appcontainer", "cp", "talker:/tmp/letter.txt", str(target), region=REGION, fmt=None)
    assert (target / "letter.txt").read_bytes() == b"dear container\nyours\n"


def test_archives_at_both_versions_and_with_bad_input(cloud, place):
    ident = place("files")
    cloud.wait_status(REGION, ident, "Running")
    tar = tar_of(a=b"one", b=b"two")
    put = f"{ident}/put_archive?path=/tmp"
    assert call(cloud, "POST", put, {"data": base64.b64encode(tar).decode()}) == (200, None)
    status, body = call(cloud, "GET", f"{ident}/get_archive?path=/tmp/a")
    assert status == 200 and files_in(base64.b64decode(body["data"])) == {"a": b"one"}
    assert body["stat"]["name"] == "a" and body["stat"]["size"] == 3 and set(body["stat"]) == {"name", "size", "mode", "mtime", "linkTarget"}

    old = {"OpenStack-API-Version": "container 1.24"}
    assert call(cloud, "POST", put, {"data": tar_of(c=b"three").decode()}, headers=old)[0] == 200
    status, body = call(cloud, "GET", f"{ident}/get_archive?path=/tmp/c", headers=old)
    assert status == 200 and files_in(body["data"].encode()) == {"c": b"three"}

    for path, data, where in [("/nowhere", base64.b64encode(tar).decode(), "Path"), ("/tmp", "***", "base64"), ("/tmp", None, "data"),
                              ("/tmp", base64.b64encode(b"x" * 5000).decode(), "")]:
        status, body = call(cloud, "POST", f"{ident}/put_archive?path={path}", {"data": data} if data is not None else {})
        assert status == 400 and where in body["errors"][0]["title"], (path, status, body)
    assert call(cloud, "GET", f"{ident}/get_archive?path=/nowhere")[0] == 400
    assert call(cloud, "GET", f"{ident}/get_archive")[0] == 400
    # in a container that is stopped as well
    cloud.ok(REGION, "container", "POST", f"/v1/containers/{ident}/stop?timeout=0")
    cloud.wait_status(REGION, ident, "Stopped")
    assert call(cloud, "GET", f"{ident}/get_archive?path=/tmp/a")[0] == 200
    assert call(cloud, "GET", f"{ident}/stats")[0] == 409


def test_a_log_is_followed_as_it_is_written_and_ends_with_the_container(cloud, place):
    ident = place("ticker", command="while ! [ -e /tmp/go ]; do sleep 0.1; done; echo second; sleep 0.2; echo last")
    cloud.wait_status(REGION, ident, "Running")
    connection = http.client.HTTPConnection(cloud.address(REGION), PORTS["container"], timeout=30)
    connection.request("GET", f"/v1/containers/{ident}/logs?follow=true", headers={"X-Auth-Token": cloud.token()})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.getheader("Content-Type").startswith("text/plain")
    cloud.execute(REGION, ident, "touch /tmp/go")
    assert answer.readline() == b"second\n"
    assert answer.read() == b"last\n"
    connection.close()
    assert call(cloud, "GET", f"{ident}/logs") == (200, "second\nlast\n")


def test_a_broken_engine_breaks_the_answer_visibly(cloud, place):
    """The agent dies in the middle of a transfer: never a whole-looking answer; and while it is away, a clean 503."""
    ident = place("large", command="dd if=/dev/zero of=/tmp/big bs=1M count=64 2>/dev/null; echo made; sleep 100000")
    shown = cloud.wait_status(REGION, ident, "Running")
    eventually(lambda: "made" in call(cloud, "GET", f"{ident}/logs")[1], "the file is there", 30)
    connection = http.client.HTTPConnection(cloud.address(REGION), PORTS["container"], timeout=30)
    connection.request("GET", f"/v1/containers/{ident}/get_archive?path=/tmp/big",
                       headers={"X-Auth-Token": cloud.token(), "OpenStack-API-Version": "container 1.40"})
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read(1000).startswith(b'{"data":"')
    agent = [name for name in cloud.processes() if shown["host"] in name and "docker" not in name]
    assert len(agent) == 1, cloud.processes()
    cloud.stop_process(agent[0])
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    status, body = call(cloud, "GET", f"{ident}/logs")
    assert status == 503 and body["errors"][0]["code"] == "container.container-host-not-up", (status, body)
    cloud.start_process(agent[0])
    eventually(lambda: call(cloud, "GET", f"{ident}/logs")[0] == 200, "the host answers again", 30)


def test_a_container_becomes_an_image_that_runs(cloud, place):
    ident = place("origin")
    cloud.wait_status(REGION, ident, "Running")
    cloud.execute(REGION, ident, "sh -c 'echo kept > /root-note'")
    cloud.openstack("appcontainer", "commit", "origin", "shop/web:v2", region=REGION, fmt=None)
    image = next(i["id"] for i in cloud.ok(REGION, "image", "GET", "/v2/images")["images"] if i["name"] == "shop/web")
    shown = cloud.ok(REGION, "image", "GET", f"/v2/images/{image}")
    assert shown["name"] == "shop/web" and shown["tags"] == ["v2"] and shown["container_format"] == "docker" and shown["disk_format"] == "raw"
    eventually(lambda: cloud.ok(REGION, "image", "GET", f"/v2/images/{image}")["status"] == "active", "the image is active", 60)
    copy = place("copy", image=image)
    cloud.wait_status(REGION, copy, "Running")
    assert cloud.execute(REGION, copy, "cat /root-note")["output"] == "kept\n"
    assert cloud.container(REGION, ident)["status"] == "Running"

    def action():
        rows = cloud.ok(REGION, "container", "GET", f"/v1/containers/{ident}/container_actions")["containerActions"]
        commit = [row for row in rows if row["action"] == "commit"]
        return commit[0] if commit and commit[0]["finish_time"] else None

    assert eventually(action, "the action has ended")["message"] is None
    # the private name is gone from every host
    for host in cloud.regions[REGION]["hosts"]:
        names = [name for entry in cloud.docker(host["name"], "GET", "/images/json")[1] for name in entry["RepoTags"] or []]
        assert not [name for name in names if "commit" in name], names
    assert call(cloud, "POST", f"{ident}/commit?tag=x")[0] == 400
    cloud.ok(REGION, "image", "DELETE", f"/v2/images/{image}")


def transfers(cloud, region):
    text = cloud.raw(cloud.url(region, "container") + "/metrics")[1].decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in text.splitlines() if line.startswith("causeway_image_transfers_total"))


def knows(cloud, region, image):
    folder = os.path.join(cloud.state, region)
    for name in os.listdir(folder):
        if name.endswith(".db"):
            with contextlib.closing(sqlite3.connect(f"file:{os.path.join(folder, name)}?mode=ro", uri=True)) as database:
                return database.execute("SELECT 1 FROM records WHERE erased = 0 AND kind = 'remote_image' AND id LIKE ?", (f"%/{image}",)).fetchone()


def test_an_image_of_another_region_runs_by_its_id_and_is_fetched_once(cloud, place, images):
    here = "RegionTwo"
    image = cloud.upload_image(REGION, "travels")
    before = transfers(cloud, here)
    idents = [place(f"guest{i}", region=here, image=image) for i in range(4)]
    for ident in idents:
        cloud.wait_status(here, ident, "Running", 90)
    assert {cloud.container(here, ident)["host"] for ident in idents} == {h["name"] for h in cloud.regions[here]["hosts"]}
    assert transfers(cloud, here) - before == 1
    assert image not in [i["id"] for i in cloud.ok(here, "image", "GET", "/v2/images")["images"]]
    assert cloud.call(here, "image", "GET", f"/v2/images/{image}")[0] == 404
    cloud.ok(REGION, "image", "DELETE", f"/v2/images/{image}")
    blobs = os.path.join(cloud.state, here, "images")
    own = {i["id"] for i in cloud.ok(here, "image", "GET", "/v2/images")["images"]}
    eventually(lambda: len([f for f in os.listdir(blobs) if os.path.isfile(os.path.join(blobs, f))]) == len(own), "the copy goes with its original", 40)


def test_a_container_waits_for_a_region_that_is_away_and_says_so(cloud, place):
    here = "RegionTwo"
    image = cloud.upload_image(REGION, "far")
    eventually(lambda: knows(cloud, here, image), "the other region has heard of the image", 20)
    region = [name for name in cloud.processes() if name.endswith(REGION) or name == REGION]
    assert len(region) == 1, cloud.processes()
    cloud.stop_process(region[0])
    try:
        ident = place("patient", region=here, image=image)
        eventually(lambda: "cannot be reached" in (cloud.container(here, ident)["status_reason"] or ""), "the reason is shown", 30)
        assert cloud.container(here, ident)["status"] == "Creating"
    finally:
        cloud.start_process(region[0])
    eventually(lambda: cloud.healthy(REGION, "image"), "the region is back", 30)
    cloud.wait_status(here, ident, "Running", 60)
    cloud.ok(REGION, "image", "DELETE", f"/v2/images/{image}")
