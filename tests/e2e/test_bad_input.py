"""Bad input, over every route: the documented error, and nothing half made."""
import http.client
import subprocess

import pytest

from cloud import BINARY, CENTRAL, PORTS


def all_routes():
    """Rows of `causeway routes`: process, api, method, path, access, rule, status."""
    text = subprocess.run([BINARY, "routes", "--tsv"], capture_output=True, text=True, check=True).stdout
    return [line.split("\t") for line in text.splitlines()]


PUBLIC = {"keystone": "identity", "neutron": "network", "glance": "image", "zun": "container", "tricircle": "tricircle"}
UUID = "00000000-0000-4000-8000-000000000000"


def concrete(path):
    out = []
    for part in path.split("/"):
        if not part.startswith("{"):
            out.append(part)
        elif part == "{collection}":
            out.append("networks")
        else:
            out.append(UUID)
    return "/".join(out)


def places():
    for process, api, method, path, access, rule, status in all_routes():
        if api in PUBLIC:
            yield ("RegionOne" if process == "region" else CENTRAL), PUBLIC[api], method, concrete(path), access


def test_every_route_refuses_no_token_and_a_bad_token(cloud):
    checked = 0
    for region, service, method, path, access in places():
        if access == "open":
            continue
        for headers in ({}, {"X-Auth-Token": "gAAAAAB-not-a-token"}):
            status, text, _ = cloud.raw(cloud.url(region, service) + path, method, None if method in ("GET", "HEAD", "DELETE") else {}, headers)
            assert status == 401, (region, method, path, status, text)
            checked += 1
    assert checked > 150


def test_every_route_survives_malformed_json_and_an_over_long_body(cloud):
    token = cloud.token()
    for region, service, method, path, access in places():
        if method not in ("POST", "PUT", "PATCH"):
            continue
        headers = {"X-Auth-Token": token, "Content-Type": "application/json"}
        status, text, _ = cloud.raw(cloud.url(region, service) + path, method, b'{"broken": ', headers)
        assert 400 <= status < 500, (region, method, path, status, text)
        if path.endswith("/file"):
            continue  # uploads have a limit of their own
        connection = http.client.HTTPConnection(cloud.address(region), PORTS[service], timeout=20)
        connection.putrequest(method, path)
        connection.putheader("X-Auth-Token", token)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(1 << 34))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413, (region, method, path, answer.status)
        connection.close()


def test_a_token_of_another_project_sees_nothing_of_ours(cloud, images):
    os_ = cloud.openstack
    os_("project", "create", "strangers")
    os_("user", "create", "--password", "stranger-words", "eve")
    os_("role", "add", "--user", "eve", "--project", "strangers", "member", fmt=None)
    eve = cloud.login("eve", "stranger-words", "strangers")
    network, subnet = cloud.make_network("ours")
    ident = cloud.create("RegionOne", images["RegionOne"], network, "ours")["uuid"]
    cloud.wait_status("RegionOne", ident, "Running")
    port = cloud.ok("RegionOne", "network", "GET", f"/v2.0/ports?device_id={ident}")["ports"][0]["id"]
    for region, service, method, path in [
            (CENTRAL, "network", "GET", f"/v2.0/networks/{network}"), (CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}"),
            (CENTRAL, "network", "GET", f"/v2.0/subnets/{subnet}"), (CENTRAL, "network", "DELETE", f"/v2.0/subnets/{subnet}"),
            ("RegionOne", "network", "GET", f"/v2.0/networks/{network}"), ("RegionOne", "network", "GET", f"/v2.0/ports/{port}"),
            ("RegionOne", "network", "DELETE", f"/v2.0/ports/{port}"), ("RegionOne", "container", "GET", f"/v1/containers/{ident}"),
            ("RegionOne", "container", "DELETE", f"/v1/containers/{ident}"), ("RegionOne", "container", "POST", f"/v1/containers/{ident}/stop"),
            ("RegionOne", "container", "GET", f"/v1/containers/{ident}/logs"), ("RegionOne", "image", "DELETE", f"/v2/images/{images['RegionOne']}")]:
        status, body = cloud.call(region, service, method, path, token=eve)
        assert status in (403, 404), (method, path, status, body)
    assert cloud.ok("RegionOne", "container", "GET", "/v1/containers", token=eve)["containers"] == []
    status, body = cloud.call("RegionOne", "container", "POST", "/v1/containers", {"image": images["RegionOne"], "image_driver": "glance", "nets": [{"network": network}]}, token=eve)
    assert status in (400, 404), body
    assert cloud.container("RegionOne", ident)["status"] == "Running"
    cloud.ok("RegionOne", "container", "DELETE", f"/v1/containers/{ident}?force=true")
    cloud.wait_gone("RegionOne", ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    os_("user", "delete", "eve", fmt=None)
    os_("project", "delete", "strangers", fmt=None)
    cloud.assert_clean()


def test_bad_containers_are_refused_by_field(cloud, images):
    region = "RegionOne"
    network, _ = cloud.make_network("picky")
    good = {"image": images[region], "image_driver": "glance", "nets": [{"network": network}]}
    for change, wanted, text in [
            ({"image": "no-such-image"}, 404, "image"), ({"image": None}, 400, "image"), ({"nets": [{"network": "no-such-network"}]}, 404, "network"),
            ({"nets": [{"network": network, "port": UUID}]}, 400, "nets"), ({"nets": [{"port": UUID}]}, 404, "port"),
            ({"memory": "1"}, 400, "memory"), ({"cpu": 99}, 400, "cpu"), ({"name": "a"}, 400, "name"), ({"bogus": 1}, 400, "bogus"),
            ({"command": "not a list"}, 400, "command"), ({"environment": {"A": {}}}, 400, "environment"),
            ({"restart_policy": {"Name": "sometimes"}}, 400, "unless-stopped"), ({"nets": [{"network": network, "v4-fixed-ip": "10.99.0.1"}]}, 400, "ip"),
            ({"security_groups": ["no-such-group"]}, 400, "group")]:
        status, body = cloud.call(region, "container", "POST", "/v1/containers", {**good, **change})
        assert status in ((wanted, 404) if "group" in text else (wanted,)), (change, status, body)
        assert text in str(body).lower(), (change, body)
    assert cloud.ok(region, "container", "GET", "/v1/containers")["containers"] == []
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.assert_clean()


def test_subnets_that_overlap_and_subnets_that_are_full(cloud, images):
    network, subnet = cloud.make_network("tiny", "10.50.0.0/29")
    status, body = cloud.call(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 4, "cidr": "10.50.0.0/28"}})
    assert status == 400 and "overlap" in body["NeutronError"]["message"].lower(), body
    status, body = cloud.call(CENTRAL, "network", "POST", "/v2.0/subnets", {"subnet": {"network_id": network, "ip_version": 4, "cidr": "10.50.0.1/24"}})
    assert status == 400 and "cidr" in body["NeutronError"]["message"], body
    made = []
    for i in range(5):  # 8 addresses less network, broadcast and gateway
        region = list(cloud.regions)[i % 2]
        made.append((region, cloud.ok(region, "network", "POST", "/v2.0/ports", {"port": {"network_id": network}})["port"]))
    addresses = {p["fixed_ips"][0]["ip_address"] for _, p in made}
    assert len(addresses) == 5
    for region in cloud.regions:
        status, body = cloud.call(region, "network", "POST", "/v2.0/ports", {"port": {"network_id": network}})
        assert status == 409 and body["NeutronError"]["type"] == "IpAddressGenerationFailure", body
        status, body = cloud.call(region, "container", "POST", "/v1/containers", {"image": images[region], "image_driver": "glance", "nets": [{"network": network}]})
        assert status in (400, 403, 409), body
    region, port = made[0]
    other = [r for r in cloud.regions if r != region][0]
    taken = port["fixed_ips"][0]["ip_address"]
    for where in (region, other):
        status, body = cloud.call(where, "network", "POST", "/v2.0/ports", {"port": {"network_id": network, "fixed_ips": [{"ip_address": taken}]}})
        assert status == 409 and body["NeutronError"]["type"] == "IpAddressAlreadyAllocated", body
    status, body = cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    assert status == 409 and body["NeutronError"]["type"] == "NetworkInUse", body
    for region, port in made:
        cloud.ok(region, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    import time
    deadline = time.monotonic() + 20
    while cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")[0] == 409 and time.monotonic() < deadline:
        time.sleep(0.2)
    cloud.assert_clean()


def test_an_upload_that_breaks_off_leaves_nothing(cloud):
    region = "RegionOne"
    image = cloud.ok(region, "image", "POST", "/v2/images", {"name": "broken", "container_format": "docker", "disk_format": "raw"})
    connection = http.client.HTTPConnection(cloud.address(region), PORTS["image"], timeout=20)
    connection.putrequest("PUT", f"/v2/images/{image['id']}/file")
    connection.putheader("X-Auth-Token", cloud.token())
    connection.putheader("Content-Type", "application/octet-stream")
    connection.putheader("Content-Length", "1000000")
    connection.endheaders()
    connection.send(b"x" * 5000)
    connection.close()
    from cloud import eventually
    eventually(lambda: cloud.ok(region, "image", "GET", f"/v2/images/{image['id']}")["status"] == "queued", "the image is queued again", 20)
    network, _ = cloud.make_network("unused")
    status, body = cloud.call(region, "container", "POST", "/v1/containers",
                              {"image": image["id"], "image_driver": "glance", "nets": [{"network": network}]})
    assert status == 400 and "image" in str(body).lower(), body
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
    cloud.ok(region, "image", "DELETE", f"/v2/images/{image['id']}")
    cloud.assert_clean()


@pytest.mark.parametrize("junk", [b"\x16\x03\x01\x00\xa5\x01", b"GET / HTTP/9.9\r\n\r\n", b"BREW /pot HTTP/1.1\r\nHost: x\r\n\r\n",
                                  b"POST /v1/containers HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                  b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n\r\n"],
                         ids=["tls", "unknown-version", "unknown-method", "two-lengths", "long-target"])
def test_junk_on_the_wire_is_answered_or_dropped(cloud, junk):
    import socket
    with socket.create_connection((cloud.address("RegionOne"), PORTS["container"]), timeout=10) as raw:
        raw.sendall(junk)
        raw.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := raw.recv(65536):
            answer += piece
    assert not answer or answer.split(b" ")[1][:1] in (b"4", b"5"), answer[:200]
    assert cloud.raw(cloud.url("RegionOne", "container") + "/healthz")[0] == 200
