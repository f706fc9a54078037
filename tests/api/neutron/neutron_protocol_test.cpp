#include <gtest/gtest.h>

#include "neutron_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

struct Refusal {
  const char* what;
  const char* token;
  const char* method;
  const char* target;
  const char* body;
  int status;
  const char* type;
  const char* message;  ///< a part of it
};

class NeutronRefusals : public ::testing::TestWithParam<Refusal> {};

constexpr Refusal refusals[] = {
    {"unknown attribute", "alice", "POST", "/v2.0/networks", R"({"network":{"colour":"red"}})", 400, "HTTPBadRequest", "Unrecognized attribute(s) 'colour'"},
    {"read-only attribute", "alice", "POST", "/v2.0/networks", R"({"network":{"status":"ACTIVE"}})", 400, "HTTPBadRequest", "read-only"},
    {"two projects", "alice", "POST", "/v2.0/networks", R"({"network":{"tenant_id":"p1","project_id":"p2"}})", 400, "HTTPBadRequest", "do not match"},
    {"for another project", "alice", "POST", "/v2.0/networks", R"({"network":{"tenant_id":"p2"}})", 403, "PolicyNotAuthorized", "administrators"},
    {"admin's attribute", "alice", "POST", "/v2.0/networks", R"({"network":{"provider:segmentation_id":7}})", 403, "PolicyNotAuthorized", "provider:segmentation_id"},
    {"wrong type", "alice", "POST", "/v2.0/networks", R"({"network":{"admin_state_up":"maybe"}})", 400, "HTTPBadRequest", "Invalid input for admin_state_up. Reason:"},
    {"no envelope", "alice", "POST", "/v2.0/networks", R"({"name":"n"})", 400, "HTTPBadRequest", "Unable to find 'network'"},
    {"empty bulk", "alice", "POST", "/v2.0/networks", R"({"networks":[]})", 400, "HTTPBadRequest", "at least one"},
    {"no JSON", "alice", "POST", "/v2.0/networks", "{", 400, "HTTPBadRequest", ""},
    {"nothing required", "alice", "POST", "/v2.0/ports", R"({"port":{}})", 400, "HTTPBadRequest", "'network_id' not specified"},
    {"body on DELETE", "alice", "DELETE", "/v2.0/networks/x", "{}", 400, "HTTPBadRequest", "Body is not allowed"},
    {"PATCH", "alice", "PATCH", "/v2.0/networks/x", "", 405, "HTTPMethodNotAllowed", ""},
    {"no such path", "alice", "GET", "/v2.0/wires", "", 404, "HTTPNotFound", ""},
    {"no such network", "alice", "GET", "/v2.0/networks/by-name", "", 404, "NetworkNotFound", "by-name"},
    {"no such subnet", "alice", "GET", "/v2.0/subnets/x", "", 404, "SubnetNotFound", ""},
    {"no such port", "alice", "GET", "/v2.0/ports/x", "", 404, "PortNotFound", ""},
    {"no such group", "alice", "GET", "/v2.0/security-groups/x", "", 404, "SecurityGroupNotFound", ""},
    {"no such rule", "alice", "GET", "/v2.0/security-group-rules/x", "", 404, "SecurityGroupRuleNotFound", ""},
    {"no such pool", "alice", "GET", "/v2.0/subnetpools/x", "", 404, "SubnetPoolNotFound", ""},
    {"no such scope", "alice", "GET", "/v2.0/address-scopes/x", "", 404, "AddressScopeNotFound", ""},
    {"no such policy", "alice", "GET", "/v2.0/rbac-policies/x", "", 404, "RbacPolicyNotFound", ""},
    {"no such QoS policy", "alice", "GET", "/v2.0/qos/policies/x", "", 404, "QosPolicyNotFound", ""},
    {"no such agent", "admin", "GET", "/v2.0/agents/x", "", 404, "AgentNotFound", ""},
    {"no such use", "admin", "GET", "/v2.0/network-ip-availabilities/x", "", 404, "NetworkNotFound", ""},
    {"no such quota", "admin", "DELETE", "/v2.0/quotas/p1", "", 404, "TenantQuotaNotFound", ""},
    {"no such extension", "alice", "GET", "/v2.0/extensions/sfc", "", 404, "HTTPNotFound", "sfc"},
    {"others' quota", "alice", "GET", "/v2.0/quotas/p2", "", 403, "PolicyNotAuthorized", ""},
    {"quota by a user", "alice", "PUT", "/v2.0/quotas/p1", R"({"quota":{"port":1}})", 403, "PolicyNotAuthorized", ""},
    {"unknown quota", "admin", "PUT", "/v2.0/quotas/p1", R"({"quota":{"luck":1}})", 400, "HTTPBadRequest", "'luck'"},
    {"bad quota", "admin", "PUT", "/v2.0/quotas/p1", R"({"quota":{"port":-2}})", 400, "HTTPBadRequest", "port"},
    {"agents for a user", "alice", "GET", "/v2.0/agents", "", 403, "PolicyNotAuthorized", ""},
    {"IP use for a user", "alice", "GET", "/v2.0/network-ip-availabilities", "", 403, "PolicyNotAuthorized", ""},
    {"QoS policy by a user", "alice", "POST", "/v2.0/qos/policies", R"({"policy":{"name":"x"}})", 403, "PolicyNotAuthorized", ""},
    {"default pool by a user", "alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"x","prefixes":["10.0.0.0/8"],"is_default":true}})", 403, "PolicyNotAuthorized", ""},
    {"pool of two versions", "alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"x","prefixes":["10.0.0.0/8","fd00::/48"]}})", 400, "PrefixVersionMismatch", ""},
    {"pool of nothing", "alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"x","prefixes":[]}})", 400, "EmptySubnetPoolPrefixList", ""},
    {"pool's bounds", "alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"x","prefixes":["10.0.0.0/8"],"min_prefixlen":26,"max_prefixlen":24}})", 400, "IllegalSubnetPoolPrefixBounds", "min_prefixlen"},
    {"scope version", "alice", "POST", "/v2.0/address-scopes", R"({"address_scope":{"name":"x","ip_version":5}})", 400, "HTTPBadRequest", "ip_version"},
    {"rbac type", "alice", "POST", "/v2.0/rbac-policies", R"({"rbac_policy":{"object_type":"port","object_id":"x","action":"access_as_shared","target_tenant":"p2"}})", 400, "RbacPolicyInvalidType", ""},
    {"rbac object", "alice", "POST", "/v2.0/rbac-policies", R"({"rbac_policy":{"object_type":"network","object_id":"x","action":"access_as_shared","target_tenant":"p2"}})", 404, "NetworkNotFound", ""},
    {"rbac action", "alice", "POST", "/v2.0/rbac-policies", R"({"rbac_policy":{"object_type":"network","object_id":"x","action":"access_as_friend","target_tenant":"p2"}})", 400, "InvalidInput", ""},
    {"bad fixed IP", "alice", "POST", "/v2.0/ports", R"({"port":{"network_id":"n","fixed_ips":[{"ip_address":"ten"}]}})", 400, "HTTPBadRequest", "fixed_ips"},
    {"bad DHCP option", "alice", "POST", "/v2.0/ports", R"({"port":{"network_id":"n","extra_dhcp_opts":[{"opt_value":"x"}]}})", 400, "HTTPBadRequest", "opt_name"},
    {"IPv6 mode", "alice", "POST", "/v2.0/subnets", R"({"subnet":{"network_id":"n","ip_version":6,"cidr":"fd00::/64","ipv6_ra_mode":"magic"}})", 400, "HTTPBadRequest", "ipv6_ra_mode"},
    {"tag of nothing", "alice", "PUT", "/v2.0/ports/x/tags/t", "", 404, "PortNotFound", ""},
    {"tags of what has none", "alice", "GET", "/v2.0/quotas/p1/tags", "", 404, "HTTPNotFound", ""},
};

std::string refusal_name(const ::testing::TestParamInfo<Refusal>& info) {
  std::string out;
  for (const char c : std::string(info.param.what)) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

}  // namespace

TEST_P(NeutronRefusals, say_what_neutron_says) {
  Neutron neutron;
  const auto& row = GetParam();
  const auto heard = neutron.send(row.token, row.method, row.target, row.body);
  EXPECT_EQ(heard.status, row.status) << heard.text;
  EXPECT_EQ(heard.type(), row.type) << heard.text;
  EXPECT_NE(heard.message().find(row.message), std::string::npos) << heard.text;
  EXPECT_NE(heard.text.find("\"detail\""), std::string::npos) << "clients read it without asking whether it is there";
}
INSTANTIATE_TEST_SUITE_P(Rows, NeutronRefusals, ::testing::ValuesIn(refusals), refusal_name);

// covers: POST /v2.0/security-groups, POST /v2.0/security-group-rules
TEST(NeutronProtocol, creates_in_bulk_what_can_be_created) {
  Neutron neutron;
  const auto groups = neutron.send("alice", "POST", "/v2.0/security-groups", R"({"security_groups":[{"name":"a"},{"name":"b"}]})");
  EXPECT_EQ(groups.status, 201) << groups.text;
  const auto ids = groups.each("security_groups", "id");
  ASSERT_EQ(ids.size(), 2u);
  const auto rule = [&](const std::string& group) { return fmt::format(R"({{"security_group_id":"{}","direction":"ingress"}})", group); };
  const auto rules = neutron.send("alice", "POST", "/v2.0/security-group-rules",
                                  fmt::format(R"({{"security_group_rules":[{},{}]}})", rule(ids[0]), rule(ids[1])));
  EXPECT_EQ(rules.status, 201) << rules.text;
  EXPECT_EQ(rules.each("security_group_rules", "security_group_id"), ids);
  const auto pools = neutron.send("alice", "POST", "/v2.0/subnetpools",
                                  R"({"subnetpools":[{"name":"a","prefixes":["10.0.0.0/8"]},{"name":"b","prefixes":["fd00::/48"]}]})");
  EXPECT_EQ(pools.each("subnetpools", "name"), (std::vector<std::string>{"a", "b"})) << pools.text;
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/subnetpools", R"({"subnetpools":[{"name":"c","prefixes":["10.0.0.0/8"]},{"name":"d","prefixes":[]}]})").status, 400);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/subnetpools").each("subnetpools", "name").size(), 2u) << "all or none";
}

TEST(NeutronProtocol, json_may_be_said_in_the_path) {
  Neutron neutron;
  const auto id = neutron.a_network();
  for (const std::string path : {"/v2.0/networks.json", "/v2.0/quotas/p1/details.json", "/v2.0/extensions/quotas.json"}) {
    EXPECT_EQ(neutron.send("alice", "GET", path).status, 200) << path;
  }
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/networks/" + id + ".json").of("network", "id"), id);
}

TEST(NeutronProtocol, a_revision_that_is_not_the_objects_is_412_on_every_change) {
  Neutron neutron;
  const auto network = neutron.a_network();
  const auto pool = neutron.send("alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"a","prefixes":["10.0.0.0/8"]}})").of("subnetpool", "id");
  const auto group = neutron.send("alice", "POST", "/v2.0/security-groups", R"({"security_group":{"name":"a"}})").of("security_group", "id");
  struct Row {
    const char* envelope;
    std::string path;
  };
  for (const Row& row : {Row{"network", "/v2.0/networks/" + network}, Row{"subnetpool", "/v2.0/subnetpools/" + pool},
                         Row{"security_group", "/v2.0/security-groups/" + group}}) {
    const std::string body = fmt::format(R"({{"{}":{{"name":"x"}}}})", row.envelope);
    const auto refused = neutron.send("alice", "PUT", row.path, body, "revision_number=77");
    EXPECT_EQ(refused.status, 412) << row.path;
    EXPECT_EQ(refused.type(), "RevisionNumberConstraintFailed");
    EXPECT_EQ(neutron.send("alice", "DELETE", row.path, "", "revision_number=77").status, 412) << row.path;
    EXPECT_EQ(neutron.send("alice", "PUT", row.path, body, "revision_number=x").status, 400) << row.path;
    const auto now = neutron.send("alice", "GET", row.path).of(row.envelope, "revision_number");
    EXPECT_EQ(neutron.send("alice", "PUT", row.path, body, "revision_number=" + now).status, 200) << row.path;
    const auto next = neutron.send("alice", "GET", row.path).of(row.envelope, "revision_number");
    EXPECT_NE(now, next);
    EXPECT_EQ(neutron.send("alice", "DELETE", row.path, "", "revision_number=" + next).status, 204) << row.path;
  }
}

TEST(NeutronProtocol, a_region_passes_on_what_the_centre_owns_with_what_matters_of_the_request) {
  Neutron region(Neutron::At::region);
  region.forwarder.answer = boundary::Forwarder::Answer{200, R"({"subnetpools":[]})"};
  EXPECT_EQ(region.send("alice", "GET", "/v2.0/subnetpools?name=a&limit=2").text, R"({"subnetpools":[]})");
  EXPECT_EQ(region.forwarder.seen, "GET /v2.0/subnetpools?name=a&limit=2 alice ");
  EXPECT_EQ(region.forwarder.last.host, "net:9696") << "links in the answer lead to whom the user asked";
  region.send("alice", "PUT", "/v2.0/networks/n", R"({"network":{}})", "revision_number=3");
  EXPECT_EQ(region.forwarder.last.if_match, "revision_number=3");
  for (const char* path : {"/v2.0/address-scopes", "/v2.0/rbac-policies", "/v2.0/quotas/p1", "/v2.0/quotas/p1/details", "/v2.0/availability_zones",
                           "/v2.0/qos/policies", "/v2.0/qos/policies/x/bandwidth_limit_rules", "/v2.0/networks/x/tags", "/v2.0/subnetpools/x/tags"}) {
    region.forwarder.seen.clear();
    EXPECT_EQ(region.send("alice", "GET", path).status, 200) << path;
    EXPECT_NE(region.forwarder.seen, "") << path;
  }
  for (const char* path : {"/v2.0/agents", "/v2.0/quotas", "/v2.0/network-ip-availabilities"}) {
    EXPECT_EQ(region.send("alice", "GET", path).status, 403) << path;
    EXPECT_EQ(region.send("admin", "GET", path).status, 200) << path;
  }
}

// covers: GET /v2.0/extensions, GET /v2.0/extensions/{alias}, GET /v2.0
TEST(NeutronProtocol, every_extension_that_is_listed_is_shown_by_its_alias) {
  Neutron neutron;
  const auto aliases = neutron.send("alice", "GET", "/v2.0/extensions").each("extensions", "alias");
  EXPECT_GT(aliases.size(), 30u);
  for (const auto& alias : aliases) {
    EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/extensions/" + alias).of("extension", "alias"), alias);
  }
  for (const char* wanted : {"subnet_allocation", "standard-attr-tag", "quotas", "rbac-policies", "address-scope", "agent", "qos"}) {
    EXPECT_NE(std::find(aliases.begin(), aliases.end(), wanted), aliases.end()) << wanted;
  }
  const auto collections = neutron.send("", "GET", "/v2.0/").each("resources", "collection");
  for (const auto& collection : collections) {
    if (collection == "routers" || collection == "floatingips") continue;  // this rig has none: router_routes_test.cpp
    EXPECT_NE(neutron.send("admin", "GET", "/v2.0/" + collection).status, 404) << collection;
  }
}
