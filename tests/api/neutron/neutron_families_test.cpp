#include <gtest/gtest.h>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/host_routing.hpp"
#include "neutron_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

struct Families : Neutron {
  std::string made(const std::string& who, const std::string& path, const std::string& envelope, const std::string& body) {
    const auto heard = send(who, "POST", "/v2.0/" + path, fmt::format(R"({{"{}":{}}})", envelope, body));
    EXPECT_EQ(heard.status, 201) << heard.text;
    return heard.of(envelope, "id");
  }
  Heard set(const std::string& who, const std::string& path, const std::string& envelope, const std::string& body) {
    return send(who, "PUT", "/v2.0/" + path, fmt::format(R"({{"{}":{}}})", envelope, body));
  }
  template <class T>
  void keep(const T& value) {
    const auto kept = store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, value));
      return {};
    });
    EXPECT_TRUE(kept);
  }
  void a_host(const std::string& name, const std::string& region, bool down) {
    Host host;
    host.id = HostName(name);
    host.uuid = "uuid-" + name;
    host.region = RegionName(region);
    host.cannot = {{"split_vlans", "The kernel takes no program."}};
    host.vtep = *IpAddress::parse("192.0.2.1");
    host.down = down;
    keep(host);
    Pod pod;
    pod.id = PodId("pod-" + region);
    pod.region_name = RegionName(region);
    pod.az_name = "nova";
    keep(pod);
  }
};

}  // namespace

// covers: GET /v2.0/address-scopes, GET /v2.0/address-scopes/{id}, POST /v2.0/address-scopes, PUT /v2.0/address-scopes/{id}
// covers: DELETE /v2.0/address-scopes/{id}
TEST(NeutronFamilies, address_scopes) {
  Families neutron;
  const auto id = neutron.made("alice", "address-scopes", "address_scope", R"({"name":"a","ip_version":4})");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/address-scopes/" + id).of("address_scope", "shared"), "false");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/address-scopes/" + id).status, 404);
  EXPECT_EQ(neutron.set("alice", "address-scopes/" + id, "address_scope", R"({"ip_version":6})").status, 400);
  EXPECT_EQ(neutron.set("alice", "address-scopes/" + id, "address_scope", R"({"shared":true})").status, 403);
  EXPECT_EQ(neutron.set("admin", "address-scopes/" + id, "address_scope", R"({"shared":true,"name":"b"})").of("address_scope", "name"), "b");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/address-scopes?name=b&ip_version=4&shared=True").each("address_scopes", "id"), std::vector{id});
  EXPECT_EQ(neutron.set("bob", "address-scopes/" + id, "address_scope", R"({"name":"mine"})").type(), "PolicyNotAuthorized");
  EXPECT_EQ(neutron.set("admin", "address-scopes/" + id, "address_scope", R"({"shared":false})").type(), "AddressScopeUpdateError");
  const auto pool = neutron.made("bob", "subnetpools", "subnetpool", fmt::format(R"({{"name":"p","prefixes":["10.0.0.0/8"],"address_scope_id":"{}"}})", id));
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/address-scopes/" + id).type(), "AddressScopeInUse");
  EXPECT_EQ(neutron.send("bob", "DELETE", "/v2.0/subnetpools/" + pool).status, 204);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/address-scopes/" + id).status, 204);
  EXPECT_TRUE(neutron.send("admin", "GET", "/v2.0/rbac-policies").each("rbac_policies", "id").empty()) << "its sharing went with it";
}

// covers: GET /v2.0/subnetpools, GET /v2.0/subnetpools/{id}, POST /v2.0/subnetpools, PUT /v2.0/subnetpools/{id}
// covers: DELETE /v2.0/subnetpools/{id}
TEST(NeutronFamilies, subnet_pools) {
  Families neutron;
  const auto id = neutron.made("alice", "subnetpools", "subnetpool", R"({"name":"p","prefixes":["10.1.0.0/16","10.0.0.0/16"],"default_prefixlen":"24"})");
  const auto shown = neutron.send("alice", "GET", "/v2.0/subnetpools/" + id);
  EXPECT_EQ(shown.of("subnetpool", "prefixes"), R"(["10.0.0.0/15"])") << "joined";
  EXPECT_EQ(shown.of("subnetpool", "min_prefixlen"), "8");
  EXPECT_EQ(shown.of("subnetpool", "max_prefixlen"), "32");
  EXPECT_EQ(shown.of("subnetpool", "default_prefixlen"), "24");
  EXPECT_EQ(neutron.set("alice", "subnetpools/" + id, "subnetpool", R"({"prefixes":["10.0.0.0/16"]})").type(), "IllegalSubnetPoolPrefixUpdate");
  EXPECT_EQ(neutron.set("alice", "subnetpools/" + id, "subnetpool", R"({"prefixes":["10.0.0.0/14"]})").of("subnetpool", "prefixes"), R"(["10.0.0.0/14"])");
  EXPECT_EQ(neutron.set("admin", "subnetpools/" + id, "subnetpool", R"({"shared":true})").status, 400) << "settable on POST only";
  EXPECT_EQ(neutron.set("admin", "subnetpools/" + id, "subnetpool", R"({"is_default":true})").status, 200);
  const auto second = neutron.send("admin", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"q","prefixes":["172.16.0.0/12"],"is_default":true}})");
  EXPECT_EQ(second.status, 400) << second.text;
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/subnetpools?is_default=True&sort_key=name").each("subnetpools", "id"), std::vector{id});
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/subnetpools/" + id).status, 404);
}

// covers: GET /v2.0/rbac-policies, GET /v2.0/rbac-policies/{id}, POST /v2.0/rbac-policies, PUT /v2.0/rbac-policies/{id}
// covers: DELETE /v2.0/rbac-policies/{id}
TEST(NeutronFamilies, rbac_policies) {
  Families neutron;
  const auto pool = neutron.made("alice", "subnetpools", "subnetpool", R"({"name":"p","prefixes":["10.0.0.0/16"]})");
  const auto grant = [&](const char* target) {
    return fmt::format(R"({{"object_type":"subnetpool","object_id":"{}","action":"access_as_shared","target_tenant":"{}"}})", pool, target);
  };
  const auto id = neutron.made("alice", "rbac-policies", "rbac_policy", grant("p2"));
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/subnetpools/" + pool).of("subnetpool", "shared"), "true");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/subnetpools/" + pool).of("subnetpool", "shared"), "false");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/rbac-policies/" + id).status, 404) << "the owner's business";
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/rbac-policies", fmt::format(R"({{"rbac_policy":{}}})", grant("p2"))).type(), "DuplicateRbacPolicy");
  EXPECT_EQ(neutron.send("alice", "POST", "/v2.0/rbac-policies", fmt::format(R"({{"rbac_policy":{}}})", grant("*"))).type(), "PolicyNotAuthorized");
  EXPECT_EQ(neutron.send("bob", "POST", "/v2.0/rbac-policies", fmt::format(R"({{"rbac_policy":{}}})", grant("p3"))).type(), "PolicyNotAuthorized");
  EXPECT_EQ(neutron.set("alice", "rbac-policies/" + id, "rbac_policy", R"({"target_tenant":"p9"})").of("rbac_policy", "target_tenant"), "p9");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/subnetpools/" + pool).status, 404) << "it is for another project now";
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/rbac-policies?object_type=subnetpool&target_tenant=p9").each("rbac_policies", "object_id"), std::vector{pool});
  EXPECT_EQ(neutron.send("alice", "DELETE", "/v2.0/rbac-policies/" + id).status, 204);
  const auto all = neutron.made("admin", "rbac-policies", "rbac_policy", grant("*"));
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/subnetpools/" + pool).status, 200);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/rbac-policies/" + all).status, 204);
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/subnetpools/" + pool).status, 404);
}

// covers: GET /v2.0/quotas, GET /v2.0/quotas/tenant, GET /v2.0/quotas/project, GET /v2.0/quotas/{project}
// covers: GET /v2.0/quotas/{project}/default, GET /v2.0/quotas/{project}/details, PUT /v2.0/quotas/{project}
// covers: DELETE /v2.0/quotas/{project}
TEST(NeutronFamilies, quotas) {
  Families neutron;
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/tenant").of("tenant", "tenant_id"), "p1");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/quotas/project").of("tenant", "project_id"), "p2");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/p1").of("quota", "port"), "500");
  EXPECT_EQ(neutron.set("admin", "quotas/p1", "quota", R"({"subnetpool":1,"port":"7"})").of("quota", "port"), "7");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/p1").of("quota", "port"), "7");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/p1/default").of("quota", "port"), "500");
  neutron.made("alice", "subnetpools", "subnetpool", R"({"name":"p","prefixes":["10.0.0.0/16"]})");
  const auto over = neutron.send("alice", "POST", "/v2.0/subnetpools", R"({"subnetpool":{"name":"q","prefixes":["10.0.0.0/16"]}})");
  EXPECT_EQ(over.status, 409);
  EXPECT_EQ(over.type(), "OverQuota");
  EXPECT_EQ(over.message(), "Quota exceeded for resources: ['subnetpool'].");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/p1/details").of("quota", "subnetpool"), R"({"limit":1,"used":1,"reserved":0})");
  EXPECT_EQ(neutron.set("admin", "quotas/p1", "quota", R"({"subnetpool":0,"check_limit":true})").type(), "QuotaLimitTooLow");
  EXPECT_EQ(neutron.set("admin", "quotas/p1", "quota", R"({"subnetpool":0,"force":true})").status, 200);
  EXPECT_EQ(neutron.set("admin", "quotas/p1", "quota", R"({"subnetpool":-1})").status, 200);
  neutron.made("alice", "subnetpools", "subnetpool", R"({"name":"q","prefixes":["10.0.0.0/16"]})");
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/quotas").each("quotas", "project_id"), std::vector<std::string>{"p1"});
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/quotas/p1").status, 204);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/quotas/p1").of("quota", "port"), "500");
}

// covers: GET /v2.0/agents, GET /v2.0/agents/{id}, PUT /v2.0/agents/{id}, DELETE /v2.0/agents/{id}
TEST(NeutronFamilies, agents_are_the_regions_hosts) {
  Families neutron;
  neutron.a_host("h1", "R1", false);
  neutron.a_host("h2", "R2", true);
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents?alive=True").each("agents", "host"), std::vector<std::string>{"h1"});
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents?host=h2&agent_type=Linux+bridge+agent").each("agents", "availability_zone"), std::vector<std::string>{"R2"});
  const auto shown = neutron.send("admin", "GET", "/v2.0/agents/uuid-h1");
  EXPECT_NE(shown.of("agent", "configurations").find(R"("tunneling_ip":"192.0.2.1")"), std::string::npos) << shown.text;
  EXPECT_NE(shown.of("agent", "configurations").find(R"("cannot":{"split_vlans":"The kernel takes no program."})"), std::string::npos) << shown.text;
  EXPECT_EQ(neutron.set("admin", "agents/uuid-h1", "agent", R"({"description":"rack 4"})").of("agent", "description"), "rack 4");
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents/uuid-h1").of("agent", "description"), "rack 4");
  EXPECT_EQ(neutron.set("admin", "agents/uuid-h1", "agent", R"({"host":"h9"})").status, 400);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/agents/uuid-h1").type(), "AgentInUse");
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/agents/uuid-h2").status, 204);
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents/uuid-h2").type(), "AgentNotFound");
}

// covers: GET /v2.0/networks/{id}/dhcp-agents, GET /v2.0/agents/{id}/dhcp-networks
// covers: GET /v2.0/routers/{id}/l3-agents, GET /v2.0/agents/{id}/l3-routers
TEST(NeutronFamilies, agents_of_a_network_and_of_a_router_are_the_hosts_that_carry_it) {
  Families neutron;
  neutron.a_host("h1", "R1", false);
  neutron.a_host("h2", "R2", false);
  Network network;
  network.id = NetworkId("n");
  neutron.keep(network);
  Port port;
  port.id = PortId("p");
  port.network_id = network.id;
  port.host = HostName("h2");
  neutron.keep(port);
  Router router;
  router.id = RouterId("r");
  neutron.keep(router);
  HostRouting routing{HostRouting::id_of(RegionName("R1"), HostName("h1")), RegionName("R1"), HostName("h1"), {{router.id, true, "", {}}}};
  neutron.keep(routing);
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/networks/n/dhcp-agents").each("agents", "host"), std::vector<std::string>{"h2"});
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/routers/r/l3-agents").each("agents", "host"), std::vector<std::string>{"h1"});
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents/uuid-h2/dhcp-networks").each("networks", "id"), std::vector<std::string>{"n"});
  EXPECT_TRUE(neutron.send("admin", "GET", "/v2.0/agents/uuid-h1/dhcp-networks").each("networks", "id").empty());
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents/uuid-h1/l3-routers").each("routers", "id"), std::vector<std::string>{"r"});
  EXPECT_TRUE(neutron.send("admin", "GET", "/v2.0/agents/uuid-h2/l3-routers").each("routers", "id").empty());
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/networks/none/dhcp-agents").type(), "NetworkNotFound");
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/routers/none/l3-agents").type(), "RouterNotFound");
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/agents/none/l3-routers").type(), "AgentNotFound");
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/networks/n/dhcp-agents").status, 403);
}

// covers: GET /v2.0/availability_zones
TEST(NeutronFamilies, zones_are_available_while_a_host_of_theirs_is_up) {
  Families neutron;
  neutron.a_host("h1", "R1", false);
  neutron.a_host("h2", "R2", true);
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/availability_zones?state=available&resource=network&sort_key=name").each("availability_zones", "name"),
            (std::vector<std::string>{"R1", "nova"}));
  EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/availability_zones?state=unavailable").each("availability_zones", "resource"),
            (std::vector<std::string>{"network", "router"}));
}

// covers: GET /v2.0/network-ip-availabilities, GET /v2.0/network-ip-availabilities/{network}
TEST(NeutronFamilies, addresses_left_are_those_of_the_pools_less_those_of_ports) {
  Families neutron;
  Network network;
  network.id = NetworkId("n");
  network.project_id = ProjectId("p1");
  network.name = "net";
  neutron.keep(network);
  const auto subnet = [&](const char* id, const char* cidr, const char* first, const char* last) {
    Subnet out;
    out.id = SubnetId(id);
    out.network_id = network.id;
    out.cidr = *Cidr::parse(cidr);
    out.ip_version = out.cidr.version();
    out.allocation_pools = {{*IpAddress::parse(first), *IpAddress::parse(last)}};
    neutron.keep(out);
  };
  subnet("s4", "10.0.0.0/24", "10.0.0.2", "10.0.0.254");
  subnet("s6", "fd00::/64", "fd00::2", "fd00::ffff:ffff:ffff:ffff");
  Port port;
  port.id = PortId("port");
  port.network_id = network.id;
  port.fixed_ips = {{SubnetId("s4"), *IpAddress::parse("10.0.0.7")}};
  neutron.keep(port);
  const auto listed = neutron.send("admin", "GET", "/v2.0/network-ip-availabilities?ip_version=4");
  EXPECT_EQ(listed.each("network_ip_availabilities", "network_name"), std::vector<std::string>{"net"});
  EXPECT_NE(listed.text.find(R"("total_ips":253,"used_ips":1)"), std::string::npos) << listed.text;
  const auto shown = neutron.send("admin", "GET", "/v2.0/network-ip-availabilities/n");
  EXPECT_EQ(shown.of("network_ip_availability", "total_ips"), "18446744073709551615") << "at most 2^64 - 1";
  EXPECT_EQ(shown.of("network_ip_availability", "used_ips"), "1");
}

// covers: GET /v2.0/qos/policies/{policy}/dscp_marking_rules, GET /v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}
// covers: POST /v2.0/qos/policies/{policy}/dscp_marking_rules, PUT /v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}
// covers: DELETE /v2.0/qos/policies/{policy}/dscp_marking_rules/{rule}, POST /v2.0/qos/policies/{policy}/minimum_bandwidth_rules
TEST(NeutronFamilies, a_policy_has_one_dscp_mark_at_most) {
  Families neutron;
  const auto id = neutron.made("admin", "qos/policies", "policy", R"({"name":"voice","shared":true})");
  const std::string policy = "qos/policies/" + id, rules = policy + "/dscp_marking_rules";
  for (const auto* wrong : {R"({"dscp_mark":1})", R"({"dscp_mark":64})", R"({"dscp_mark":"x"})", "{}"}) {
    EXPECT_EQ(neutron.send("admin", "POST", "/v2.0/" + rules, fmt::format(R"({{"dscp_marking_rule":{}}})", wrong)).status, 400) << wrong;
  }
  const auto rule = neutron.made("admin", rules, "dscp_marking_rule", R"({"dscp_mark":46})");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/" + rules + "/" + rule).of("dscp_marking_rule", "dscp_mark"), "46");
  EXPECT_EQ(neutron.send("admin", "POST", "/v2.0/" + rules, R"({"dscp_marking_rule":{"dscp_mark":8}})").type(), "QoSRulesConflict");
  EXPECT_EQ(neutron.set("admin", rules + "/" + rule, "dscp_marking_rule", R"({"dscp_mark":"10"})").of("dscp_marking_rule", "dscp_mark"), "10");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/" + rules + "?dscp_mark=10").each("dscp_marking_rules", "id"), std::vector{rule});
  EXPECT_NE(neutron.send("bob", "GET", "/v2.0/" + policy).of("policy", "rules").find(R"("type":"dscp_marking")"), std::string::npos);
  EXPECT_EQ(neutron.send("bob", "POST", "/v2.0/" + rules, R"({"dscp_marking_rule":{"dscp_mark":8}})").status, 403);
  const auto minimum = neutron.send("admin", "POST", "/v2.0/" + policy + "/minimum_bandwidth_rules", R"({"minimum_bandwidth_rule":{"min_kbps":8}})");
  EXPECT_EQ(minimum.type(), "QosRuleNotSupported") << minimum.text;
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/" + rules + "/" + rule).status, 204);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/" + rules + "/" + rule).type(), "QosRuleNotFound");
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/" + policy).of("policy", "rules"), "[]");
}

// covers: GET /v2.0/qos/policies, GET /v2.0/qos/policies/{id}, POST /v2.0/qos/policies, PUT /v2.0/qos/policies/{id}
// covers: DELETE /v2.0/qos/policies/{id}, GET /v2.0/qos/rule-types, GET /v2.0/qos/rule-types/{type}
// covers: GET /v2.0/qos/policies/{policy}/bandwidth_limit_rules, GET /v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}
// covers: POST /v2.0/qos/policies/{policy}/bandwidth_limit_rules, PUT /v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}
// covers: DELETE /v2.0/qos/policies/{policy}/bandwidth_limit_rules/{rule}
TEST(NeutronFamilies, qos_policies_and_their_rules) {
  Families neutron;
  const auto id = neutron.made("admin", "qos/policies", "policy", R"({"name":"slow","shared":true})");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/qos/policies?name=slow").each("policies", "id"), std::vector{id});
  const std::string rules = "qos/policies/" + id + "/bandwidth_limit_rules";
  const auto rule = neutron.made("admin", rules, "bandwidth_limit_rule", R"({"max_kbps":1000,"direction":"ingress"})");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/" + rules + "/" + rule).of("bandwidth_limit_rule", "max_kbps"), "1000");
  EXPECT_EQ(neutron.send("admin", "POST", "/v2.0/" + rules, R"({"bandwidth_limit_rule":{"max_kbps":5,"direction":"ingress"}})").type(), "QoSRulesConflict");
  EXPECT_EQ(neutron.send("admin", "POST", "/v2.0/" + rules, R"({"bandwidth_limit_rule":{"max_kbps":0}})").status, 400);
  EXPECT_EQ(neutron.send("admin", "POST", "/v2.0/" + rules, R"({"bandwidth_limit_rule":{"max_kbps":5,"direction":"up"}})").status, 400);
  EXPECT_EQ(neutron.set("admin", rules + "/" + rule, "bandwidth_limit_rule", R"({"max_kbps":2000})").of("bandwidth_limit_rule", "max_kbps"), "2000");
  EXPECT_EQ(neutron.set("admin", rules + "/nobody", "bandwidth_limit_rule", R"({"max_kbps":2000})").type(), "QosRuleNotFound");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/" + rules + "?direction=ingress").each("bandwidth_limit_rules", "id"), std::vector{rule});
  EXPECT_NE(neutron.send("bob", "GET", "/v2.0/qos/policies/" + id).of("policy", "rules").find("2000"), std::string::npos);
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/qos/rule-types").each("rule_types", "type"), (std::vector<std::string>{"bandwidth_limit", "dscp_marking"}));
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/qos/rule-types/bandwidth_limit").status, 200);
  EXPECT_EQ(neutron.send("admin", "GET", "/v2.0/qos/rule-types/minimum_bandwidth").status, 404);

  Network network;
  network.id = NetworkId("n");
  network.qos_policy_id = QosPolicyId(id);
  neutron.keep(network);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/qos/policies/" + id).type(), "QosPolicyInUse");
  network.qos_policy_id.reset();
  neutron.keep(network);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/" + rules + "/" + rule).status, 204);
  EXPECT_EQ(neutron.set("admin", "qos/policies/" + id, "policy", R"({"shared":false,"is_default":true})").of("policy", "is_default"), "true");
  EXPECT_EQ(neutron.send("bob", "GET", "/v2.0/qos/policies/" + id).status, 404);
  EXPECT_EQ(neutron.send("admin", "DELETE", "/v2.0/qos/policies/" + id).status, 204);
}

// covers: GET /v2.0/{collection}/{id}/tags, GET /v2.0/{collection}/{id}/tags/{tag}, POST /v2.0/{collection}/{id}/tags
// covers: PUT /v2.0/{collection}/{id}/tags, DELETE /v2.0/{collection}/{id}/tags, PUT /v2.0/{collection}/{id}/tags/{tag}
// covers: DELETE /v2.0/{collection}/{id}/tags/{tag}
TEST(NeutronFamilies, tags_one_by_one_and_all_at_once) {
  for (const auto at : {Neutron::At::centre, Neutron::At::region}) {
    Neutron neutron(at);
    const auto port = neutron.send("alice", "POST", "/v2.0/ports", R"({"port":{"network_id":"n"}})").of("port", "id");
    const std::string tags = "/v2.0/ports/" + port + "/tags";
    EXPECT_EQ(neutron.send("alice", "PUT", tags, R"({"tags":["b","a","a"]})").text, R"({"tags":["a","b"]})");
    EXPECT_EQ(neutron.send("alice", "PUT", tags + "/c%3A1.2", "").status, 201) << "may have a colon and a dot";
    EXPECT_EQ(neutron.send("alice", "PUT", tags + "/c%3A1.2", "").status, 201) << "one that is there is fine";
    EXPECT_EQ(neutron.send("alice", "GET", tags + "/c%3A1.2").status, 204);
    EXPECT_EQ(neutron.send("alice", "POST", tags, R"({"tags":["d"]})").text, R"({"tags":["a","b","c:1.2","d"]})");
    EXPECT_EQ(neutron.send("alice", "GET", "/v2.0/ports?tags=a,d").each("ports", "id"), std::vector{port});
    EXPECT_EQ(neutron.send("alice", "DELETE", tags + "/a").status, 204);
    EXPECT_EQ(neutron.send("alice", "DELETE", tags + "/a").type(), "TagNotFound");
    EXPECT_EQ(neutron.send("alice", "GET", tags + "/a").type(), "TagNotFound");
    EXPECT_EQ(neutron.send("alice", "PUT", tags, fmt::format(R"({{"tags":["{}"]}})", std::string(256, 'x'))).status, 400);
    EXPECT_EQ(neutron.send("bob", "PUT", tags, R"({"tags":[]})").status, 404);
    EXPECT_EQ(neutron.send("alice", "DELETE", tags).status, 204);
    EXPECT_EQ(neutron.send("alice", "GET", tags).text, R"({"tags":[]})");
  }
}

// covers: GET /v2.0/qos/policies/{id}/tags, GET /v2.0/qos/policies/{id}/tags/{tag}, PUT /v2.0/qos/policies/{id}/tags
// covers: DELETE /v2.0/qos/policies/{id}/tags, PUT /v2.0/qos/policies/{id}/tags/{tag}, DELETE /v2.0/qos/policies/{id}/tags/{tag}
TEST(NeutronFamilies, tags_of_a_policy_have_two_urls) {
  Neutron neutron(Neutron::At::region);
  neutron.forwarder.answer = boundary::Forwarder::Answer{200, R"({"tags":["a"]})"};
  for (const char* method : {"GET", "DELETE"}) {
    for (const char* path : {"/v2.0/qos/policies/x/tags", "/v2.0/policies/x/tags", "/v2.0/qos/policies/x/tags/a"}) {
      neutron.forwarder.seen.clear();
      EXPECT_EQ(neutron.send("alice", method, path).status, 200);
      EXPECT_EQ(neutron.forwarder.seen, fmt::format("{} {} alice ", method, path));
    }
  }
  EXPECT_EQ(neutron.send("alice", "PUT", "/v2.0/qos/policies/x/tags", R"({"tags":["a"]})").text, R"({"tags":["a"]})");
  EXPECT_EQ(neutron.send("alice", "PUT", "/v2.0/qos/policies/x/tags", R"({"tags":7})").status, 400) << "looked at before it is passed on";
  EXPECT_EQ(neutron.send("alice", "PUT", "/v2.0/qos/policies/x/tags/b").status, 200);
  Neutron centre;
  EXPECT_EQ(centre.send("alice", "GET", "/v2.0/qos/policies/x/tags").status, 404);
}
