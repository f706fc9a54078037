"""The `openstack network ...` subcommands of what the centre owns, each once as it should be used and once with its likely
mistake, on the centre and through a region's server. test_every_subcommand_was_driven holds the list complete."""
import pytest

from cloud import CENTRAL, eventually
from stock_client import NETWORK, StockClient

AT = [CENTRAL, "RegionOne"]
NOTHING = "No "  # how the client begins to say that there is none
DRIVEN = [
    "address scope create", "address scope delete", "address scope list", "address scope set", "address scope show",
    "availability zone list", "extension list", "extension show", "ip availability list", "ip availability show",
    "network agent delete", "network agent list", "network agent set", "network agent show",
    "network create", "network delete", "network list", "network set", "network show", "network unset",
    "network qos policy create", "network qos policy delete", "network qos policy list", "network qos policy set", "network qos policy show",
    "network qos rule create", "network qos rule delete", "network qos rule list", "network qos rule set", "network qos rule show",
    "network qos rule type list", "network qos rule type show",
    "network rbac create", "network rbac delete", "network rbac list", "network rbac set", "network rbac show",
    "port create", "port delete", "port list", "port set", "port show", "port unset",
    "subnet create", "subnet delete", "subnet list", "subnet set", "subnet show", "subnet unset",
    "subnet pool create", "subnet pool delete", "subnet pool list", "subnet pool set", "subnet pool show", "subnet pool unset",
]


@pytest.fixture(scope="module")
def client(cloud):
    return StockClient(cloud, CENTRAL, NETWORK)


@pytest.fixture(scope="module")
def guest(cloud):
    """A user of another project: (token, project's name, project's id)."""
    project = cloud.ok(CENTRAL, "identity", "POST", "/v3/projects", {"project": {"name": "net-guests"}})["project"]
    user = cloud.ok(CENTRAL, "identity", "POST", "/v3/users", {"user": {"name": "net-gus", "password": "guest-words"}})["user"]
    role = [r for r in cloud.ok(CENTRAL, "identity", "GET", "/v3/roles")["roles"] if r["name"] == "member"][0]
    cloud.ok(CENTRAL, "identity", "PUT", f"/v3/projects/{project['id']}/users/{user['id']}/roles/{role['id']}")
    yield cloud.login("net-gus", "guest-words", "net-guests"), "net-guests", project["id"]
    cloud.ok(CENTRAL, "identity", "DELETE", f"/v3/users/{user['id']}")
    cloud.ok(CENTRAL, "identity", "DELETE", f"/v3/projects/{project['id']}")


def names(rows, key="Name"):
    return sorted(row[key] for row in rows)


def soon(check, what):
    """What the centre knows, a region's replica knows a moment later."""
    eventually(check, what, 10)


@pytest.mark.parametrize("at", AT)
def test_networks(client, guest, at):
    ok, refuses = client.ok, client.refuses
    made = ok("network", "create", "--description", "first", "--tag", "blue", "--mtu", "1400", "--dns-domain", "example.org.", "cli-n", region=at)
    assert made["mtu"] == 1400 and made["dns_domain"] == "example.org." and made["shared"] is False, made
    assert ok("network", "show", "cli-n", region=at)["tags"] == ["blue"]
    assert names(ok("network", "list", "--name", "cli-n", "--tags", "blue", region=at)) == ["cli-n"]
    ok("network", "set", "--description", "second", "--tag", "red", "cli-n", fmt=None, region=at)
    soon(lambda: ok("network", "show", "cli-n", region=at)["tags"] == ["blue", "red"], "the tag is seen")
    ok("network", "unset", "--tag", "blue", "cli-n", fmt=None, region=at)
    soon(lambda: ok("network", "show", "cli-n", region=at)["tags"] == ["red"], "the tag is gone")
    refuses("network", "create", "--share", "mine", says="policy", who=guest[:2], region=at)
    refuses("network", "create", "--mtu", "5", "mine", says="mtu", region=at)
    refuses("network", "show", "no-such-network", says=NOTHING, region=at)
    refuses("network", "set", "--name", "x", "no-such-network", says=NOTHING, region=at)
    refuses("network", "unset", "--tag", "x", "no-such-network", says=NOTHING, region=at)
    refuses("network", "delete", "no-such-network", says="failed", region=at)
    refuses("network", "list", "--provider-network-type", "tin-cans", says="invalid choice", region=at)
    ok("network", "delete", "cli-n", fmt=None, region=at)


@pytest.mark.parametrize("at", AT)
def test_subnet_pools_and_address_scopes(client, guest, at):
    ok, refuses = client.ok, client.refuses
    ok("address", "scope", "create", "--ip-version", "4", "cli-scope", region=at)
    ok("address", "scope", "set", "--name", "cli-room", "cli-scope", fmt=None, region=at)
    assert ok("address", "scope", "show", "cli-room", region=at)["ip_version"] == 4
    assert names(ok("address", "scope", "list", "--ip-version", "4", region=at)) == ["cli-room"]
    refuses("address", "scope", "create", "--ip-version", "5", "x", says="invalid choice", region=at)
    refuses("address", "scope", "create", "--share", "x", says="policy", who=guest[:2], region=at)
    refuses("address", "scope", "show", "nowhere", says=NOTHING, region=at)
    refuses("address", "scope", "set", "--name", "x", "nowhere", says=NOTHING, region=at)
    refuses("address", "scope", "list", "--ip-version", "5", says="invalid choice", region=at)

    pool = ok("subnet", "pool", "create", "--pool-prefix", "10.71.0.0/16", "--default-prefix-length", "24", "--min-prefix-length", "20",
              "--address-scope", "cli-room", "--tag", "blue", "cli-pool", region=at)
    assert pool["prefixes"] == ["10.71.0.0/16"] and pool["max_prefixlen"] == 32, pool
    refuses("address", "scope", "delete", "cli-room", says="failed", region=at)
    ok("subnet", "pool", "set", "--pool-prefix", "10.72.0.0/16", "--description", "two", "--default", "cli-pool", fmt=None, region=at)
    shown = ok("subnet", "pool", "show", "cli-pool", region=at)
    assert shown["prefixes"] == ["10.71.0.0/16", "10.72.0.0/16"] and shown["is_default"] is True and shown["tags"] == ["blue"], shown
    assert names(ok("subnet", "pool", "list", "--default", "--address-scope", "cli-room", region=at)) == ["cli-pool"]
    ok("subnet", "pool", "unset", "--tag", "blue", "cli-pool", fmt=None, region=at)
    refuses("subnet", "pool", "create", "--pool-prefix", "10.0.0.0/8", "--pool-prefix", "fd00::/48", "x", says="IPv6", region=at)
    refuses("subnet", "pool", "create", "--pool-prefix", "10.72.0.0/20", "--address-scope", "cli-room", "x", says="unique prefixes", region=at)
    refuses("subnet", "pool", "show", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "pool", "set", "--name", "x", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "pool", "unset", "--tag", "x", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "pool", "list", "--address-scope", "nowhere", says=NOTHING, region=at)

    ok("network", "create", "cli-pooled", region=at)
    first = ok("subnet", "create", "--network", "cli-pooled", "--subnet-pool", "cli-pool", "--prefix-length", "26", "cli-s1", region=at)
    second = ok("subnet", "create", "--network", "cli-pooled", "--use-default-subnet-pool", "--tag", "t", "cli-s2", region=at)
    assert first["cidr"] == "10.71.0.0/26" and second["cidr"] == "10.71.1.0/24", (first, second)
    assert names(ok("subnet", "list", "--subnet-pool", "cli-pool", region=at)) == ["cli-s1", "cli-s2"]
    ok("subnet", "set", "--dns-nameserver", "192.0.2.53", "--description", "d", "cli-s1", fmt=None, region=at)
    ok("subnet", "unset", "--tag", "t", "cli-s2", fmt=None, region=at)
    soon(lambda: ok("subnet", "show", "cli-s1", region=at)["dns_nameservers"] == ["192.0.2.53"], "the change is seen")
    refuses("subnet", "create", "--network", "cli-pooled", "--subnet-pool", "cli-pool", "--prefix-length", "8", "x", says="minimum allowed prefix", region=at)
    refuses("subnet", "create", "--network", "cli-pooled", "--subnet-range", "10.71.1.0/24", "x", says="overlaps", region=at)
    refuses("subnet", "create", "--network", "cli-pooled", "x", says="subnetpool", region=at)
    refuses("subnet", "show", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "set", "--name", "x", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "unset", "--tag", "x", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "list", "--network", "nowhere", says=NOTHING, region=at)
    refuses("subnet", "delete", "nowhere", says="failed", region=at)
    refuses("subnet", "pool", "delete", "cli-pool", says="existing allocations", region=at)
    ok("subnet", "delete", "cli-s1", "cli-s2", fmt=None, region=at)
    ok("network", "delete", "cli-pooled", fmt=None, region=at)
    ok("subnet", "pool", "delete", "cli-pool", fmt=None, region=at)
    ok("address", "scope", "delete", "cli-room", fmt=None, region=at)


@pytest.mark.parametrize("at", AT)
def test_sharing_a_network_with_a_project(cloud, client, guest, at):
    ok, refuses, who = client.ok, client.refuses, guest[:2]
    network, _ = cloud.make_network("cli-lent", "10.73.0.0/24")
    refuses("network", "show", "cli-lent", says=NOTHING, who=who, region=at)
    made = ok("network", "rbac", "create", "--type", "network", "--action", "access_as_shared", "--target-project", "net-guests", "cli-lent", region=at)
    soon(lambda: client.run("network", "show", "cli-lent", who=who, region=at).code == 0, "the guest sees it")
    assert ok("network", "rbac", "show", made["id"], region=at)["object_id"] == network
    assert made["id"] in names(ok("network", "rbac", "list", "--type", "network", region=at), "ID")
    refuses("network", "rbac", "create", "--type", "network", "--action", "access_as_shared", "--target-project", "net-guests", "cli-lent",
            says="already exists", region=at)
    refuses("network", "rbac", "create", "--type", "network", "--action", "access_as_shared", "--target-all-projects", "cli-lent", says="policy",
            who=who, region=at)
    refuses("network", "rbac", "show", "nowhere", says=NOTHING, region=at)
    refuses("network", "rbac", "set", "--target-project", "net-guests", "nowhere", says=NOTHING, region=at)
    refuses("network", "rbac", "list", "--type", "songs", says="invalid choice", region=at)
    refuses("network", "rbac", "delete", "nowhere", says="failed", region=at)
    port = ok("port", "create", "--network", network, "cli-guest-port", who=who, region=at)
    in_use = lambda: client.run("network", "rbac", "delete", made["id"], region=at)
    soon(lambda: "depend" in in_use().text, "the centre knows the guest's port")
    cloud.ok(at, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    soon(lambda: client.run("network", "rbac", "set", "--target-project", "admin", made["id"], region=at).code == 0, "the port is gone")
    client.succeeded.add("network rbac set")
    soon(lambda: client.run("network", "show", "cli-lent", who=who, region=at).code != 0, "the guest does not see it any more")
    ok("network", "rbac", "delete", made["id"], fmt=None, region=at)
    ok("network", "delete", "cli-lent", fmt=None, region=at)


@pytest.mark.parametrize("at", AT)
def test_quotas(cloud, client, guest, at):
    ok, refuses = client.ok, client.refuses
    # this client's quota commands ask for a compute service, whatever the quota
    cloud.ok(at, "network", "PUT", f"/v2.0/quotas/{guest[2]}", {"quota": {"network": 1, "subnetpool": 3}})
    rows = cloud.ok(at, "network", "GET", f"/v2.0/quotas/{guest[2]}")["quota"]
    assert rows["network"] == 1 and rows["subnetpool"] == 3 and rows["port"] == 500, rows
    ok("network", "create", "cli-only", who=guest[:2], region=at)
    refuses("network", "create", "cli-more", says="Quota exceeded for resources: ['network']", who=guest[:2], region=at)
    used = cloud.ok(at, "network", "GET", f"/v2.0/quotas/{guest[2]}/details")["quota"]["network"]
    assert (used["used"], used["limit"]) == (1, 1), used
    status, answer = cloud.call(at, "network", "PUT", f"/v2.0/quotas/{guest[2]}", {"quota": {"network": 0, "check_limit": True}})
    assert status == 400 and "less than current usage" in str(answer), answer
    ok("network", "delete", "cli-only", fmt=None, who=guest[:2], region=at)
    assert cloud.call(at, "network", "DELETE", f"/v2.0/quotas/{guest[2]}")[0] == 204


@pytest.mark.parametrize("at", AT)
def test_agents_zones_extensions_and_addresses_left(cloud, client, at):
    ok, refuses = client.ok, client.refuses
    eventually(lambda: len(ok("network", "agent", "list", region=at)) == 4, "all hosts are known")
    rows = {row["Host"]: row for row in ok("network", "agent", "list", region=at)}
    assert rows["r1h1"]["Alive"] is True and rows["r1h1"]["Availability Zone"] == "RegionOne", rows
    agent = rows["r1h1"]["ID"]
    assert names(ok("network", "agent", "list", "--host", "r1h1", region=at), "Host") == ["r1h1"]
    ok("network", "agent", "set", "--description", "rack 4", agent, fmt=None, region=at)
    shown = ok("network", "agent", "show", agent, region=at)
    assert shown["description"] == "rack 4" and "tunneling_ip" in str(shown), shown
    refuses("network", "agent", "show", "nowhere", says=NOTHING, region=at)
    refuses("network", "agent", "set", "--description", "x", "nowhere", says=NOTHING, region=at)
    refuses("network", "agent", "list", "--agent-type", "secret", says="invalid choice", region=at)
    refuses("network", "agent", "delete", agent, says="is alive", region=at)
    zones = ok("availability", "zone", "list", "--network", region=at)
    assert {row["Zone Name"]: row["Zone Status"] for row in zones}["RegionTwo"] == "available", zones
    refuses("availability", "zone", "list", "--planet", says="unrecognized", region=at)
    assert "subnet_allocation" in names(ok("extension", "list", "--network", region=at), "Alias")
    assert ok("extension", "show", "quotas", region=at)["alias"] == "quotas"
    refuses("extension", "show", "time-travel", says=NOTHING, region=at)
    refuses("extension", "list", "--planet", says="unrecognized", region=at)
    network, _ = cloud.make_network("cli-room-left", "10.74.0.0/24")
    assert ok("ip", "availability", "show", "cli-room-left", region=at)["total_ips"] == 253
    port = ok("port", "create", "--network", network, "cli-one", region=at)
    soon(lambda: ok("ip", "availability", "show", network, region=at)["used_ips"] == 1, "the port is counted")
    assert "cli-room-left" in names(ok("ip", "availability", "list", region=at), "Network Name")
    refuses("ip", "availability", "show", "nowhere", says=NOTHING, region=at)
    refuses("ip", "availability", "list", "--ip-version", "5", says="invalid choice", region=at)
    cloud.ok(at, "network", "DELETE", f"/v2.0/ports/{port['id']}")
    ok("network", "delete", network, fmt=None, region=at)


@pytest.mark.parametrize("at", AT)
def test_ports(cloud, client, at):
    ok, refuses = client.ok, client.refuses
    network, _ = cloud.make_network("cli-ports", "10.75.0.0/24")
    ok("port", "create", "--network", network, "--fixed-ip", "ip-address=10.75.0.9", "--tag", "a", "--dns-name", "web", "--description", "d", "cli-p", region=at)
    shown = ok("port", "show", "cli-p", region=at)
    assert shown["tags"] == ["a"] and shown["dns_name"] == "web" and shown["fixed_ips"][0]["ip_address"] == "10.75.0.9", shown
    ok("port", "set", "--tag", "b", "--name", "cli-q", "cli-p", fmt=None, region=at)
    ok("port", "unset", "--tag", "a", "cli-q", fmt=None, region=at)
    assert ok("port", "show", "cli-q", region=at)["tags"] == ["b"]
    for words in (["--fixed-ip", "ip-address=10.75.0.9"], ["--fixed-ip", "ip-substring=75.0.9"], ["--tags", "b"], ["--any-tags", "b,z"], ["--name", "cli-q"],
                  ["--mac-address", shown["mac_address"].upper()]):
        assert names(ok("port", "list", "--network", network, *words, region=at)) == ["cli-q"], words
    for words in (["--not-tags", "b"], ["--fixed-ip", "ip-address=10.75.0.8"], ["--device-owner", "nobody"]):
        assert ok("port", "list", "--network", network, *words, region=at) == [], words
    refuses("port", "create", "--network", network, "--fixed-ip", "ip-address=10.75.0.9", "x", says="10.75.0.9", region=at)
    refuses("port", "create", "--network", network, "--dns-name", "a.b", "x", says="dns_name", region=at)
    refuses("port", "show", "nowhere", says=NOTHING, region=at)
    refuses("port", "set", "--name", "x", "nowhere", says=NOTHING, region=at)
    refuses("port", "unset", "--tag", "x", "nowhere", says=NOTHING, region=at)
    refuses("port", "list", "--network", "nowhere", says=NOTHING, region=at)
    refuses("port", "delete", "nowhere", says="failed", region=at)
    ok("port", "delete", "cli-q", fmt=None, region=at)
    ok("network", "delete", network, fmt=None, region=at)


@pytest.mark.parametrize("at", AT)
def test_qos_policies(client, guest, at):
    ok, refuses = client.ok, client.refuses
    ok("network", "qos", "policy", "create", "--share", "cli-slow", region=at)
    ok("network", "qos", "policy", "set", "--description", "slow", "cli-slow", fmt=None, region=at)
    assert ok("network", "qos", "policy", "show", "cli-slow", region=at)["description"] == "slow"
    assert names(ok("network", "qos", "policy", "list", "--share", region=at)) == ["cli-slow"]
    rule = ok("network", "qos", "rule", "create", "--type", "bandwidth-limit", "--max-kbps", "1000", "--ingress", "cli-slow", region=at)["id"]
    ok("network", "qos", "rule", "set", "--max-kbps", "2000", "cli-slow", rule, fmt=None, region=at)
    assert ok("network", "qos", "rule", "show", "cli-slow", rule, region=at)["max_kbps"] == 2000
    assert names(ok("network", "qos", "rule", "list", "cli-slow", region=at), "ID") == [rule]
    assert names(ok("network", "qos", "rule", "type", "list", region=at), "Type") == ["bandwidth_limit", "dscp_marking"]
    assert ok("network", "qos", "rule", "type", "show", "bandwidth_limit", region=at)["rule_type_name"] == "bandwidth_limit"
    mark = ok("network", "qos", "rule", "create", "--type", "dscp-marking", "--dscp-mark", "46", "cli-slow", region=at)["id"]
    ok("network", "qos", "rule", "set", "--dscp-mark", "10", "cli-slow", mark, fmt=None, region=at)
    assert ok("network", "qos", "rule", "show", "cli-slow", mark, region=at)["dscp_mark"] == 10
    refuses("network", "qos", "rule", "create", "--type", "dscp-marking", "--dscp-mark", "8", "cli-slow", says="already exists", region=at)
    refuses("network", "qos", "rule", "create", "--type", "minimum-bandwidth", "--min-kbps", "8", "--egress", "cli-slow", says="not supported", region=at)
    ok("network", "qos", "rule", "delete", "cli-slow", mark, fmt=None, region=at)
    ok("network", "create", "--qos-policy", "cli-slow", "cli-slow-net", region=at)
    refuses("network", "qos", "policy", "create", "x", says="policy", who=guest[:2], region=at)
    refuses("network", "qos", "policy", "show", "nowhere", says=NOTHING, region=at)
    refuses("network", "qos", "policy", "set", "--name", "x", "nowhere", says=NOTHING, region=at)
    refuses("network", "qos", "policy", "list", "--planet", says="unrecognized", region=at)
    refuses("network", "qos", "policy", "delete", "cli-slow", says="is used by", region=at)
    refuses("network", "qos", "rule", "create", "--type", "bandwidth-limit", "--max-kbps", "5", "--ingress", "cli-slow", says="already exists", region=at)
    refuses("network", "qos", "rule", "set", "--max-kbps", "5", "cli-slow", "nowhere", says="not found", region=at)
    refuses("network", "qos", "rule", "show", "cli-slow", "nowhere", says="not found", region=at)
    refuses("network", "qos", "rule", "list", "nowhere", says=NOTHING, region=at)
    refuses("network", "qos", "rule", "delete", "cli-slow", "nowhere", says="not found", region=at)
    refuses("network", "qos", "rule", "type", "show", "minimum_bandwidth", says=NOTHING, region=at)
    refuses("network", "qos", "rule", "type", "list", "--planet", says="unrecognized", region=at)
    ok("network", "qos", "rule", "delete", "cli-slow", rule, fmt=None, region=at)
    ok("network", "delete", "cli-slow-net", fmt=None, region=at)
    ok("network", "qos", "policy", "delete", "cli-slow", fmt=None, region=at)


def test_every_subcommand_was_driven(client, cloud):
    """A host that is alive is the region's: its agent can only be refused here, and is deleted in the tests of the API."""
    assert sorted(set(DRIVEN) - client.succeeded - {"network agent delete"}) == []
    assert sorted(set(DRIVEN) - client.refused) == []
    cloud.assert_clean()
