"""Bad input, over every route: the documented error, and nothing half made."""
import http.client
import subprocess

import pytest

from cloud import BINARY, CENTRAL, PORTS


def all_routes():
    """Rows of `causeway routes`: process, api, method, path, access, rule, status, versions."""
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
    for process, api, method, path, access, rule, status, _ in all_routes():
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
        if path.endswith(("/file", "/put_archive")):
            continue  # streams are as long as they are
        connection = http.client.HTTPConnection(cloud.address(region), PORTS[service], timeout=20)
        connection.putrequest(method, path)
        connection.putheader("X-Auth-Token", token)
        connection.putheader("Content-Type", "application/json")
        connection.putheader("Content-Length", str(1 << 34))
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 413, (region, method, path, answer.status)
        connection.close()


@pytest.fixture(scope="module")
def people(cloud):
    """Tokens: a member of another project, a reader of ours, a reader of the whole system."""
    identity = lambda method, path, body=None: cloud.ok(CENTRAL, "identity", method, path, body)
    roles = {r["name"]: r["id"] for r in identity("GET", "/v3/roles")["roles"]}
    ours = identity("GET", "/v3/projects?name=admin")["projects"][0]["id"]
    strangers = identity("POST", "/v3/projects", {"project": {"name": "strangers"}})["project"]["id"]
    users = {name: identity("POST", "/v3/users", {"user": {"name": name, "password": name + "-words"}})["user"]["id"] for name in ("eve", "rita", "audrey")}
    identity("PUT", f"/v3/projects/{strangers}/users/{users['eve']}/roles/{roles['member']}")
    identity("PUT", f"/v3/projects/{ours}/users/{users['rita']}/roles/{roles['reader']}")
    identity("PUT", f"/v3/system/users/{users['audrey']}/roles/{roles['reader']}")
    yield {"eve": cloud.login("eve", "eve-words", "strangers"), "rita": cloud.login("rita", "rita-words"),
           "audrey": cloud.login("audrey", "audrey-words", system=True)}
    for ident in users.values():
        identity("DELETE", f"/v3/users/{ident}")
    identity("DELETE", f"/v3/projects/{strangers}")


# what every user may do to himself; that it is himself is checked by tests/api/keystone
SELF_SERVICE = ("identity:revoke_token", "identity:change_password", "identity:create_application_credential", "identity:delete_application_credential")


def test_a_reader_changes_nothing_by_any_route(cloud, people):
    walked = 0
    for process, api, method, path, access, rule, status, _ in all_routes():
        if api not in PUBLIC or method == "GET" or access == "open" or rule in SELF_SERVICE:
            continue
        region = "RegionOne" if process == "region" else CENTRAL
        version = {"OpenStack-API-Version": "container 1.13"} if path.endswith(("/rename", "_security_group")) else {}
        for name in ("rita", "audrey"):
            status, body = cloud.call(region, PUBLIC[api], method, concrete(path), None if method == "DELETE" else {}, token=people[name], headers=version)
            assert status == 403, (name, region, method, path, status, body)
        walked += 1
    assert walked > 100


def routes_on_what_is_ours(ours):
    """Every route that names an object, with the ids of ours in it."""
    for process, api, method, path, access, rule, _, versions in all_routes():
        if api not in ("neutron", "glance", "zun") or access not in ("project", "any_token"):
            continue
        for (kind, where), ident in ours.items():
            if where == process and f"/{kind}/{{" in path:
                parts = path.split("/")
                parts[parts.index(kind) + 1] = ident
                yield process, PUBLIC[api], method, concrete("/".join(parts)), versions


def test_a_token_of_another_project_sees_nothing_of_ours(cloud, images, people):
    eve = people["eve"]
    network, subnet = cloud.make_network("ours")
    ident = cloud.create("RegionOne", images["RegionOne"], network, "ours")["uuid"]
    cloud.wait_status("RegionOne", ident, "Running")
    port = cloud.ok("RegionOne", "network", "GET", f"/v2.0/ports?device_id={ident}")["ports"][0]["id"]
    group = cloud.default_group()
    project = cloud.container("RegionOne", ident)["project_id"]
    ours = {("containers", "region"): ident, ("networks", "central"): network, ("networks", "region"): network, ("subnets", "central"): subnet,
            ("ports", "region"): port, ("ports", "central"): port, ("security-groups", "central"): group, ("quotas", "region"): project}
    walked = 0
    for process, service, method, path, versions in routes_on_what_is_ours(ours):
        region = "RegionOne" if process == "region" else CENTRAL
        headers = {"OpenStack-API-Version": "container " + (versions.split("-")[1] or "1.40")} if versions and service == "container" else {}
        status, body = cloud.call(region, service, method, path, {} if method in ("POST", "PUT", "PATCH") else None, token=eve, headers=headers)
        # what is wrong with the request itself may be said before what it is about is looked up
        assert status in (400, 403, 404), (region, method, path, status, body)
        assert ident not in str(body) or ident in path, (method, path, body)
        walked += 1
    assert walked > 40, walked
    assert cloud.ok("RegionOne", "container", "GET", "/v1/containers", token=eve)["containers"] == []
    status, body = cloud.call("RegionOne", "container", "POST", "/v1/containers", {"image": images["RegionOne"], "image_driver": "glance", "nets": [{"network": network}]}, token=eve)
    assert status in (400, 404), body
    assert cloud.call("RegionOne", "image", "DELETE", f"/v2/images/{images['RegionOne']}", token=eve)[0] in (403, 404)

    # a reader of the system sees it and its host, and no more of it
    seen = cloud.ok("RegionOne", "container", "GET", "/v1/containers?all_projects=true", token=people["audrey"])["containers"]
    assert [(c["uuid"], c["host"]) for c in seen] == [(ident, cloud.container("RegionOne", ident)["host"])], seen
    assert cloud.call("RegionOne", "container", "GET", f"/v1/containers/{ident}/logs", token=people["audrey"])[0] == 403
    assert cloud.call("RegionOne", "container", "GET", "/v1/hosts", token=people["audrey"])[0] == 200
    assert cloud.call("RegionOne", "container", "GET", f"/v1/containers/{ident}", token=people["rita"])[0] == 200

    assert cloud.container("RegionOne", ident)["status"] == "Running"
    cloud.ok("RegionOne", "container", "DELETE", f"/v1/containers/{ident}?force=true")
    cloud.wait_gone("RegionOne", ident)
    cloud.ok(CENTRAL, "network", "DELETE", f"/v2.0/networks/{network}")
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
