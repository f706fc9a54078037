"""Large things pass through: the memory of the processes that carry them stays flat.

An archive in and out, a log, and an image, through the public APIs over chunked HTTP. What is asserted is how far the peak memory of
the region's and the agent's process (VmHWM) grew over what they needed before. CAUSEWAY_LARGE_MIB is the size of the archive and of
the log, the image is twice that: 128 by default, 1024 for what the project promises (about two minutes)."""
import base64
import hashlib
import http.client
import io
import json
import os
import tarfile

import pytest

from cloud import CENTRAL, IMAGE, PORTS

REGION = "RegionOne"
MIB = 1 << 20
SIZE = int(os.environ.get("CAUSEWAY_LARGE_MIB", "128")) * MIB
MAY_GROW = 64 * MIB
PIECE = 3 * MIB  # a multiple of 3: base64 of it can stand anywhere


class Peaks:
    """The peak memory of the region's and its agents' processes, from now on."""

    def __init__(self, cloud, host):
        self.cloud = cloud
        self.names = [name for name in cloud.processes() if "docker" not in name and (name.endswith(REGION) or host in name)]
        self.before = {name: self.of(name) for name in self.names}

    def of(self, name):
        with open(f"/proc/{self.cloud.processes()[name]['pid']}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024

    def check(self, what, size):
        print(f"\n{what}, {size // MIB} MiB:", end="")
        for name in self.names:
            peak = self.of(name)
            print(f"  {name} {self.before[name] / MIB:.1f} -> {peak / MIB:.1f} MiB", end="")
            assert peak - self.before[name] < MAY_GROW, f"{what}: {name} grew from {self.before[name]} to {peak} bytes"
        print(flush=True)


def open_request(cloud, service, method, path, headers=()):
    connection = http.client.HTTPConnection(cloud.address(REGION), PORTS[service], timeout=300)
    connection.putrequest(method, path)
    connection.putheader("X-Auth-Token", cloud.token())
    connection.putheader("OpenStack-API-Version", "container 1.40")
    for name, value in dict(headers).items():
        connection.putheader(name, value)
    return connection


def upload(cloud, service, method, path, pieces, content_type):
    connection = open_request(cloud, service, method, path, {"Content-Type": content_type, "Transfer-Encoding": "chunked"})
    connection.endheaders(pieces, encode_chunked=True)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    assert answer.status in (200, 204), (answer.status, text)


def download(cloud, path):
    """Length, beginning and end of an answer that must be whole."""
    connection = open_request(cloud, "container", "GET", path)
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 200, answer.read()
    first, last, total = b"", b"", 0
    while piece := answer.read(MIB):
        first = first or piece[:100]
        last = (last + piece)[-300:]
        total += len(piece)
    connection.close()
    return total, first, last


def head_of(name, size):
    entry = tarfile.TarInfo(name)
    entry.size = size
    return entry.tobuf(tarfile.USTAR_FORMAT)


def archive_as_json(size):
    """A tar of one file of zeros, as zunclient puts it into JSON: built of the same few pieces again and again."""
    total = 512 + size + 1024
    head = (head_of("big", size) + bytes(PIECE))[:PIECE]
    yield b'{"data":"' + base64.b64encode(head)
    zeros = base64.b64encode(bytes(PIECE))
    for _ in range((total - PIECE) // PIECE):
        yield zeros
    yield base64.b64encode(bytes((total - PIECE) % PIECE)) + b'"}'


def image_archive(size):
    """`docker save` of an image of one layer with busybox and a file of zeros."""
    with tarfile.open(IMAGE) as small:
        content = {os.path.normpath(member.name): small.extractfile(member).read() for member in small.getmembers() if member.isfile()}
    manifest = json.loads(content["manifest.json"])
    config, layer = json.loads(content[manifest[0]["Config"]]), content[manifest[0]["Layers"][0]]
    zeros = bytes(MIB)
    digest = hashlib.sha256(head_of("big", size))
    for _ in range(size // MIB):
        digest.update(zeros)
    digest.update(bytes(1024))
    config["rootfs"]["diff_ids"].append("sha256:" + digest.hexdigest())
    config.pop("history", None)
    manifest = [{"Config": "config.json", "RepoTags": None, "Layers": ["small.tar", "large.tar"]}]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in [("config.json", json.dumps(config).encode()), ("manifest.json", json.dumps(manifest).encode()), ("small.tar", layer)]:
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        end = out.tell()
    yield out.getvalue()[:end] + head_of("large.tar", 512 + size + 1024) + head_of("big", size)
    for _ in range(size // MIB):
        yield zeros
    yield bytes(1024) + bytes(1024)  # the end of the layer, and of all


@pytest.fixture
def place(cloud, images):
    network, _ = cloud.make_network("large")
    made = []

    def run(name, image=None, command="sleep 100000", status="Running"):
        ident = cloud.create(REGION, image or images[REGION], network, name, command=["sh", "-c", command])["uuid"]
        made.append(ident)
        return ident, cloud.wait_status(REGION, ident, status, 240)["host"]

    yield run
    for ident in made:
        cloud.ok(REGION, "container", "DELETE", f"/v1/containers/{ident}?force=true")
    for ident in made:
        cloud.wait_gone(REGION, ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def warm_up(cloud, ident):
    """What every process keeps once it has done each thing in small."""
    upload(cloud, "container", "POST", f"/v1/containers/{ident}/put_archive?path=/tmp", archive_as_json(2 * PIECE), "application/json")
    download(cloud, f"/v1/containers/{ident}/get_archive?path=/tmp/big")
    download(cloud, f"/v1/containers/{ident}/logs")


def test_a_large_archive_goes_in_and_out(cloud, place):
    ident, host = place("carrier")
    warm_up(cloud, ident)
    peaks = Peaks(cloud, host)
    upload(cloud, "container", "POST", f"/v1/containers/{ident}/put_archive?path=/tmp", archive_as_json(SIZE), "application/json")
    assert cloud.execute(REGION, ident, "stat -c %s /tmp/big")["output"].strip() == str(SIZE)
    peaks.check("archive in", SIZE)
    total, first, last = download(cloud, f"/v1/containers/{ident}/get_archive?path=/tmp/big")
    assert first.startswith(b'{"data":"') and last.endswith(b"}}") and b'","stat":{"name":"big"' in last
    tar = (total - len(b'{"data":"') - (len(last) - last.index(b'","stat"'))) // 4 * 3
    assert SIZE + 512 <= tar <= SIZE + 16 * 1024
    peaks.check("archive out", SIZE)


def test_a_large_log_is_one_answer(cloud, place):
    line = "a" * 1023
    idle, host = place("idle")
    warm_up(cloud, idle)
    ident, host = place("writer", command=f"yes {line} | head -c {SIZE}", status="Stopped")
    peaks = Peaks(cloud, host)
    total, first, last = download(cloud, f"/v1/containers/{ident}/logs")
    assert total == 2 + SIZE + SIZE // 1024, "every line, its end written as two characters, in quotes"
    assert first.startswith(b'"aaaa') and last.endswith(b'aaaa\\n"')
    peaks.check("log", SIZE)


def test_a_large_image_is_uploaded_and_run(cloud, place):
    ident, host = place("before")
    warm_up(cloud, ident)
    image = cloud.ok(REGION, "image", "POST", "/v2/images", {"name": "large", "container_format": "docker", "disk_format": "raw"})["id"]
    peaks = {h["name"]: Peaks(cloud, h["name"]) for h in cloud.regions[REGION]["hosts"]}
    upload(cloud, "image", "PUT", f"/v2/images/{image}/file", image_archive(2 * SIZE), "application/octet-stream")
    shown = cloud.ok(REGION, "image", "GET", f"/v2/images/{image}")
    assert shown["status"] == "active" and shown["size"] > 2 * SIZE
    peaks[host].check("image up", 2 * SIZE)
    ident, host = place("large", image=image)
    assert cloud.execute(REGION, ident, "stat -c %s /big")["output"].strip() == str(2 * SIZE)
    peaks[host].check("image to the host", 2 * SIZE)
    cloud.ok(REGION, "image", "DELETE", f"/v2/images/{image}")
