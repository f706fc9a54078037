"""What one tenant sends to break things breaks nothing of another tenant's on the same hosts, and no process."""
import http.client

import pytest

from box import FLOW, Box
from cloud import CENTRAL, PORTS, eventually

ONE = "RegionOne"
NET = "10.68.0.0/24"  # of both


@pytest.fixture
def eve(cloud):
    """A member of another project, who has an image of her own."""
    identity = lambda method, path, body=None: cloud.ok(CENTRAL, "identity", method, path, body)  # noqa: E731
    role = next(r["id"] for r in identity("GET", "/v3/roles")["roles"] if r["name"] == "member")
    project = identity("POST", "/v3/projects", {"project": {"name": "hostile"}})["project"]["id"]
    user = identity("POST", "/v3/users", {"user": {"name": "hostile-eve", "password": "eve-words"}})["user"]["id"]
    identity("PUT", f"/v3/projects/{project}/users/{user}/roles/{role}")
    token = cloud.login("hostile-eve", "eve-words", "hostile")
    image = cloud.upload_image(ONE, "hostile", token)
    yield {"token": token, "image": image, "project": project}
    cloud.call(ONE, "image", "DELETE", f"/v2/images/{image}", token=token)
    for group in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/security-groups?project_id={project}")["security_groups"]:
        cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group['id']}")
    identity("DELETE", f"/v3/users/{user}")
    identity("DELETE", f"/v3/projects/{project}")


def raw_body(cloud, where, path, body, token):
    """The status that a body gets which no client would send; none: the connection was closed on us."""
    connection = http.client.HTTPConnection(cloud.address(where), PORTS["network"], timeout=30)
    try:
        connection.request("POST", path, body, {"X-Auth-Token": token, "Content-Type": "application/json"})
        return connection.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        return None
    finally:
        connection.close()


def test_lessons_3_and_4_one_tenant_s_hostile_input_harms_nobody_else(cloud, images, eve):
    token = eve["token"]
    hers = lambda method, path, body=None, where=CENTRAL: cloud.call(where, "network", method, "/v2.0" + path, body, token=token)  # noqa: E731
    network, _ = cloud.make_network("victim", NET)
    idents = [cloud.create(ONE, images[ONE], network, f"victim-{n}", host=h)["uuid"] for n, h in enumerate(("r1h1", "r1h1", "r1h2"))]
    for ident in idents:
        cloud.wait_status(ONE, ident, "Running")
    near, server, far = boxes = [Box(cloud, ONE, ident).serve(80, 81) for ident in idents]
    for source in (near, far):
        eventually(lambda: source.reaches(server, "tcp", 80), "the victims reach each other")
    flows = [source.start(FLOW, server.v4, 80) for source in (near, far)]
    pids = {name: facts["pid"] for name, facts in cloud.processes().items()}

    # bodies: deep, long, of many names, broken in the middle of a character
    for body in (b"[" * 200_000, b'{"network":' * 50_000, b'{"network":{"name":"' + b"x" * 3_000_000 + b'"}}', b'{"network":{"name":"\xff\xfe"}}',
                 b'{"network":{' + b",".join(b'"k%d":1' % n for n in range(100_000)) + b"}}", b'{"network":{"name":1e999}}', b"\x00" * 1000):
        for where in (CENTRAL, ONE):
            for path in ("/v2.0/networks", "/v2.0/ports"):
                status = raw_body(cloud, where, path, body, token)
                assert status is None or 400 <= status < 500, (where, path, body[:20], status)

    # her network has the victims' addresses, and their MACs where she may choose them
    mine, subnet = cloud.make_network("hers", NET, token=token)
    status, port = hers("POST", "/ports", {"port": {"network_id": mine, "mac_address": server.mac, "fixed_ips": [{"subnet_id": subnet, "ip_address": server.v4}]}}, ONE)
    assert status in (201, 409), port

    # names that would be commands to somebody who built commands out of them; each group is used by a container of hers
    names = ['g"; flush ruleset; #', "g\n}\ndelete table bridge causeway\n", "g\x1b[2J\x07\x7f", "$(reboot)`reboot`", "g" * 255, "\u202e\u0000", "../../etc", "%s%n{}"]
    groups = []
    for name in names:
        status, made = hers("POST", "/security-groups", {"security_group": {"name": name, "description": name}})
        assert status in (201, 400), (name, made)
        if status == 201:
            groups.append(made["security_group"]["id"])
    # as many rules as she gets, overlapping in every way, for protocols with and without ports
    rule = lambda n: {"security_group_id": groups[n % len(groups)], "direction": "ingress", "ethertype": "IPv4", "protocol": str(n % 256),  # noqa: E731
                      "remote_ip_prefix": f"10.{n % 7}.0.0/{8 + n % 20}", "description": names[n % 4]}
    assert hers("POST", "/security-group-rules", {"security_group_rules": [rule(n) for n in range(10_000)]})[0] == 413
    for thousand in range(0, 10_000, 1000):
        status, answer = hers("POST", "/security-group-rules", {"security_group_rules": [{**rule(n), "protocol": "tcp", "port_range_min": n + 1, "port_range_max": n + 1}
                                                                                         for n in range(thousand, thousand + 1000)]})
        assert (status, answer["NeutronError"]["type"]) == (409, "OverQuota"), answer
    for n in range(0, 120, 10):
        status, answer = hers("POST", "/security-group-rules", {"security_group_rules": [rule(n + k) for k in range(10)]})
        assert status in (201, 400, 409), answer
    pairs = [{"ip_address": "0.0.0.0/0"}, {"ip_address": "::/0"}, {"ip_address": NET}, *({"ip_address": f"10.68.0.{n}", "mac_address": server.mac} for n in range(2, 9))]
    made = [cloud.create(ONE, eve["image"], mine, f"hostile-{n}", token=token, security_groups=groups)["uuid"] for n in range(3)]
    for ident in made:
        body = eventually(lambda: (lambda c: c if c["status"] in ("Running", "Error") else None)(cloud.container(ONE, ident, token)), "hers settles", 60)
        assert body["status"] == "Running", body
        owned, = hers("GET", f"/ports?device_id={ident}", where=ONE)[1]["ports"]
        status, answer = hers("PUT", f"/ports/{owned['id']}", {"port": {"allowed_address_pairs": pairs}}, ONE)
        assert status in (200, 400), answer
        assert hers("PUT", f"/ports/{owned['id']}", {"port": {"allowed_address_pairs": [{"ip_address": f"10.{n}.0.0/16"} for n in range(1000)]}}, ONE)[0] == 400
    assert {cloud.container(ONE, ident)["host"] for ident in made} == {"r1h1", "r1h2"}, "they are beside the victims"

    # the victims: their flows went on, what is programmed for them is, and what was closed to them is closed still
    assert [flow.poll() for flow in flows] == [None, None]
    own = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": "victim"}})["security_group"]["id"]
    server.change_port(security_groups=[own])
    for source in (near, far):
        eventually(lambda: not source.reaches(server, "tcp", 81), "closed by its new group", 15)
    opened = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-group-rules", {"security_group_rule": {
        "security_group_id": own, "direction": "ingress", "protocol": "tcp", "port_range_min": 81, "port_range_max": 81}})
    assert opened
    for source in (near, far):
        eventually(lambda: source.reaches(server, "tcp", 81), "opened by its new rule", 15)
    assert {name: facts["pid"] for name, facts in cloud.processes().items()} == pids, "no process died"
    for where in (CENTRAL, ONE):
        metrics = cloud.raw(cloud.url(where, "network") + "/metrics")[1].decode()
        bugs = [line for line in metrics.splitlines() if line.startswith(("causeway_request_bugs_total", "causeway_http_handler_exceptions_total")) and not line.endswith(" 0")]
        assert not bugs, bugs

    for box in boxes:
        box.close()
    for ident in (*idents, *made):
        cloud.ok(ONE, "container", "DELETE", f"/v1/containers/{ident}?force=true&all_projects=true")
    for ident in (*idents, *made):
        cloud.wait_gone(ONE, ident)
    for one in cloud.ok(ONE, "network", "GET", "/v2.0/ports")["ports"]:
        cloud.ok(ONE, "network", "DELETE", f"/v2.0/ports/{one['id']}")
    for group in (own, *groups):
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group}")[0] == 204, "the group is unused", 15)
    for each in (network, mine):
        eventually(lambda: cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/networks/{each}")[0] in (204, 404), "the network can be deleted", 30)
    cloud.assert_clean()
