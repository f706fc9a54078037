"""What advisories of others teach, each as a test with its number (docs/decisions/0004-filters-by-interface.md says why some of it is built as it is)."""
import pytest

from box import Box
from cloud import CENTRAL, eventually

ONE = "RegionOne"


def network(cloud, method, path, body=None, token=None):
    return cloud.call(CENTRAL, "network", method, "/v2.0" + path, body, token=token)


@pytest.fixture(scope="module")
def eve(cloud):
    """Token of a member of another project, who has a network of her own."""
    identity = lambda method, path, body=None: cloud.ok(CENTRAL, "identity", method, path, body)  # noqa: E731
    role = next(r["id"] for r in identity("GET", "/v3/roles")["roles"] if r["name"] == "member")
    project = identity("POST", "/v3/projects", {"project": {"name": "lesson-strangers"}})["project"]["id"]
    user = identity("POST", "/v3/users", {"user": {"name": "lesson-eve", "password": "eve-words"}})["user"]["id"]
    identity("PUT", f"/v3/projects/{project}/users/{user}/roles/{role}")
    token = cloud.login("lesson-eve", "eve-words", "lesson-strangers")
    hers, subnet = cloud.make_network("eve-net", "10.66.0.0/24", token=token)
    yield {"token": token, "network": hers, "subnet": subnet}
    assert network(cloud, "DELETE", f"/networks/{hers}", token=token)[0] == 204
    for group in network(cloud, "GET", "/security-groups", token=token)[1]["security_groups"]:
        cloud.call(CENTRAL, "network", "DELETE", f"/v2.0/security-groups/{group['id']}")
    identity("DELETE", f"/v3/users/{user}")
    identity("DELETE", f"/v3/projects/{project}")


@pytest.fixture
def ours(cloud, images):
    """A network with a router, and two containers that reach each other."""
    net, subnet = cloud.make_network("lesson", "10.67.0.0/24")
    router = cloud.ok(CENTRAL, "network", "POST", "/v2.0/routers", {"router": {"name": "lesson"}})["router"]["id"]
    cloud.ok(CENTRAL, "network", "PUT", f"/v2.0/routers/{router}/add_router_interface", {"subnet_id": subnet})
    idents = [cloud.create(ONE, images[ONE], net, host="r1h1")["uuid"] for _ in range(2)]
    for ident in idents:
        cloud.wait_status(ONE, ident, "Running")
    yield {"network": net, "subnet": subnet, "router": router, "idents": idents}
    for ident in idents:
        cloud.ok(ONE, "container", "DELETE", f"/v1/containers/{ident}?force=true")
        cloud.wait_gone(ONE, ident)
    cloud.wipe_routers()
    eventually(lambda: network(cloud, "DELETE", f"/networks/{net}")[0] in (204, 404), "the network can be deleted")


def reaches(cloud, ours):
    one, other = ours["idents"]
    return cloud.ping(ONE, one, cloud.address_of(cloud.container(ONE, other))[0], count=1)


def test_lesson_1_every_id_that_a_request_names_is_checked_not_only_its_own_object(cloud, ours, eve):
    legs = lambda: sorted(p["id"] for p in cloud.ok(CENTRAL, "network", "GET", f"/v2.0/ports?device_id={ours['router']}&device_owner=network:router_interface")["ports"])
    before = legs()
    port = {"network_id": eve["network"], "device_id": ours["router"], "device_owner": "network:router_interface"}
    assert network(cloud, "POST", "/ports", {"port": port}, eve["token"])[0] in (400, 403)
    status, made = network(cloud, "POST", "/ports", {"port": {"network_id": eve["network"], "device_id": ours["router"]}}, eve["token"])
    if status == 201:
        assert network(cloud, "DELETE", f"/ports/{made['port']['id']}", token=eve["token"])[0] == 204
    assert network(cloud, "PUT", f"/routers/{ours['router']}/add_router_interface", {"subnet_id": eve["subnet"]}, eve["token"])[0] == 404
    own = network(cloud, "POST", "/routers", {"router": {"name": "hers"}}, eve["token"])[1]["router"]["id"]
    assert network(cloud, "PUT", f"/routers/{own}/add_router_interface", {"subnet_id": ours["subnet"]}, eve["token"])[0] == 404
    assert network(cloud, "DELETE", f"/routers/{own}", token=eve["token"])[0] == 204
    assert network(cloud, "POST", "/ports", {"port": {"network_id": ours["network"]}}, eve["token"])[0] == 404
    assert network(cloud, "POST", "/ports", {"port": {"network_id": eve["network"], "security_groups": [cloud.default_group()]}}, eve["token"])[0] == 404
    assert legs() == before


def test_lesson_2_what_a_user_may_write_opens_nothing(cloud, ours):
    """A port that is said to belong to somebody else is filtered as before."""
    one, other = ours["idents"]
    stranger = cloud.ok(CENTRAL, "network", "POST", "/v2.0/security-groups", {"security_group": {"name": "lesson-2"}})["security_group"]["id"]
    source, target = Box(cloud, ONE, one), Box(cloud, ONE, other).serve(80)
    port = cloud.ok(ONE, "network", "GET", f"/v2.0/ports?device_id={one}")["ports"][0]["id"]
    eventually(lambda: source.reaches(target, "tcp", 80), "members of a group reach each other")
    cloud.ok(ONE, "network", "PUT", f"/v2.0/ports/{port}", {"port": {"security_groups": [stranger]}})
    eventually(lambda: not source.reaches(target, "tcp", 80), "a stranger does not")
    target_port = cloud.ok(ONE, "network", "GET", f"/v2.0/ports?device_id={other}")["ports"][0]["id"]
    for owner in ("network:dhcp", "network:router_interface", "network:router_gateway", "compute:nova", ""):
        cloud.call(ONE, "network", "PUT", f"/v2.0/ports/{target_port}", {"port": {"device_owner": owner}})
        assert not source.reaches(target, "tcp", 80), owner
    cloud.call(ONE, "network", "PUT", f"/v2.0/ports/{target_port}", {"port": {"device_owner": "compute:kuryr"}})
    cloud.ok(ONE, "network", "PUT", f"/v2.0/ports/{port}", {"port": {"security_groups": [cloud.default_group()]}})
    eventually(lambda: network(cloud, "DELETE", f"/security-groups/{stranger}")[0] == 204, "the centre knows that nobody uses the group")
    for box in (source, target):
        box.close()


def test_lesson_3_rules_that_make_no_sense_are_refused_and_others_go_on(cloud, ours, eve):
    group = network(cloud, "POST", "/security-groups", {"security_group": {"name": "odd"}}, eve["token"])[1]["security_group"]["id"]
    odd = [{"protocol": "gre", "port_range_min": 1, "port_range_max": 2}, {"protocol": "tcp", "port_range_min": 90, "port_range_max": 80},
           {"protocol": "vrrp\naccept", "port_range_min": None}, {"remote_ip_prefix": "10.0.0.0/33"}, {"remote_ip_prefix": "fd00::/8"},
           {"protocol": "256"}, {"port_range_min": 80, "port_range_max": 80}, {"protocol": "icmp", "port_range_min": 256},
           {"protocol": "tcp", "port_range_min": 0, "port_range_max": 70000}, {"ethertype": "IPv5"}, {"direction": "sideways"}]
    for rule in odd:
        body = {"security_group_rule": {"security_group_id": group, "direction": "ingress", "ethertype": "IPv4", **rule}}
        status, answer = network(cloud, "POST", "/security-group-rules", body, eve["token"])
        assert status in (400, 409), (rule, status, answer)
    # what overlaps is no harm
    for prefix in ("10.0.0.0/8", "10.1.0.0/16", "10.1.0.0/24", "0.0.0.0/0"):
        body = {"security_group_rule": {"security_group_id": group, "direction": "ingress", "ethertype": "IPv4", "remote_ip_prefix": prefix}}
        assert network(cloud, "POST", "/security-group-rules", body, eve["token"])[0] == 201
    assert reaches(cloud, ours)
    assert network(cloud, "DELETE", f"/security-groups/{group}", token=eve["token"])[0] == 204


def test_lesson_4_whatever_a_user_can_multiply_has_a_limit(cloud, eve):
    token = eve["token"]
    pairs = [{"ip_address": f"10.66.0.{n}"} for n in range(10, 250)]
    status, answer = network(cloud, "POST", "/ports", {"port": {"network_id": eve["network"], "allowed_address_pairs": pairs}}, token)
    assert (status, answer["NeutronError"]["type"]) == (400, "AllowedAddressPairExhausted"), answer
    fixed = [{"subnet_id": eve["subnet"]}] * 100
    assert network(cloud, "POST", "/ports", {"port": {"network_id": eve["network"], "fixed_ips": fixed}}, token)[0] == 400
    router = network(cloud, "POST", "/routers", {"router": {"name": "hers"}}, token)[1]["router"]["id"]
    network(cloud, "PUT", f"/routers/{router}/add_router_interface", {"subnet_id": eve["subnet"]}, token)
    routes = [{"destination": f"10.{n // 250}.{n % 250}.0/24", "nexthop": "10.66.0.9"} for n in range(1000)]
    assert network(cloud, "PUT", f"/routers/{router}", {"router": {"routes": routes}}, token)[0] == 400
    network(cloud, "PUT", f"/routers/{router}/remove_router_interface", {"subnet_id": eve["subnet"]}, token)
    assert network(cloud, "DELETE", f"/routers/{router}", token=token)[0] == 204
    group = network(cloud, "POST", "/security-groups", {"security_group": {"name": "long"}}, token)[1]["security_group"]["id"]
    rules = [{"security_group_id": group, "direction": "ingress", "protocol": "tcp", "port_range_min": n, "port_range_max": n} for n in range(1, 5000)]
    assert network(cloud, "POST", "/security-group-rules", {"security_group_rules": rules}, token)[0] in (400, 409, 413)
    assert len(network(cloud, "GET", f"/security-group-rules?security_group_id={group}", token=token)[1]["security_group_rules"]) == 2, "all or none"
    assert network(cloud, "DELETE", f"/security-groups/{group}", token=token)[0] == 204


def test_lesson_7_what_hangs_on_an_object_is_guarded_like_the_object(cloud, ours, eve):
    """Every other route with a foreign token: test_bad_input.py walks all of them."""
    token = eve["token"]
    for kind, ident in (("networks", ours["network"]), ("subnets", ours["subnet"]), ("routers", ours["router"])):
        for method, path, body in (("PUT", "/tags/mine", None), ("PUT", "/tags", {"tags": ["mine"]}), ("DELETE", "/tags", None), ("GET", "/tags", None)):
            status, answer = network(cloud, method, f"/{kind}/{ident}{path}", body, token)
            assert status in (403, 404), (kind, method, path, status, answer)
        assert network(cloud, "GET", f"/{kind}/{ident}/tags")[1]["tags"] == []


def test_lesson_14_a_freed_address_rests_before_somebody_else_has_it(cloud, ours):
    made = []
    for _ in range(5):
        port = cloud.ok(ONE, "network", "POST", "/v2.0/ports", {"port": {"network_id": ours["network"]}})["port"]
        made.append((port["fixed_ips"][0]["ip_address"], port["mac_address"]))
        cloud.ok(ONE, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    assert len({address for address, _ in made}) == 5 and len({mac for _, mac in made}) == 5, made
