// Every type of error that no other test of this API raises, out of the real services: what clients match on is what the centre says.
#include <gtest/gtest.h>

#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/routers/routers.hpp"
#include "causeway/services/common/facts/network_facts.hpp"
#include "neutron_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

struct Refusal {
  int status;
  std::string type;
  std::string method;
  std::string path;
  std::string body;
  std::string token = "alice";
};

/// The Networking API of a centre that has a store of its own, and a network with a subnet.
struct NeutronErrors : testing::Test {
  adapters::SequentialIds ids, request_ids;
  adapters::MemoryStore store;
  adapters::ManualClock clock;
  services::CentralDeps deps{store, clock, ids, RegionName("CentralRegion"), {}};
  services::CentralNetworks networks{deps};
  services::Routers routers{deps};
  services::FloatingIps floating_ips{deps};
  services::CentralFamilies families{deps};
  api::CentralResources resources{families.address_scopes, families.subnet_pools, families.rbac_policies, families.qos_policies,
                                  families.quotas, families.agents, families.facts, families.trunks};
  services::TrunkFacts trunk_facts{store};
  services::NetworkFactsOfStore network_facts{store};
  NeutronTokens tokens;
  api::NeutronApi api{networks, &networks, nullptr, "", &routers, &floating_ips, &resources, &trunk_facts, &network_facts};
  api::Service service{{{api::neutron_style("http://identity"), api::neutron_routes(api)}}, {&tokens, request_ids, {}}};
  std::string net, subnet;

  void SetUp() override {
    net = make("networks", "network", R"({"name":"net"})");
    subnet = make("subnets", "subnet", fmt::format(R"({{"network_id":"{}","ip_version":4,"cidr":"10.0.0.0/24"}})", net));
  }
  Heard send(const std::string& token, const std::string& method, const std::string& path, const std::string& body = "") {
    return Neutron::exchange(service, token, method, "/v2.0/" + path, body);
  }
  /// Its id.
  std::string make(const std::string& collection, const std::string& envelope, const std::string& body, const std::string& token = "alice") {
    const auto made = send(token, "POST", collection, fmt::format(R"({{"{}":{}}})", envelope, body));
    EXPECT_EQ(made.status, 201) << made.text;
    return made.of(envelope, "id");
  }
  void expect(const std::vector<Refusal>& refusals) {
    for (const auto& refusal : refusals) {
      const auto before = store.revision();
      const auto heard = send(refusal.token, refusal.method, refusal.path, refusal.body);
      EXPECT_EQ(heard.status, refusal.status) << refusal.path << " " << refusal.body << ": " << heard.text;
      EXPECT_EQ(heard.type(), refusal.type) << refusal.path << " " << refusal.body << ": " << heard.text;
      EXPECT_FALSE(heard.message().empty());
      EXPECT_EQ(store.revision(), before) << refusal.type << " left something behind";
    }
  }
  Refusal subnet_with(int status, const std::string& type, const std::string& attributes) const {
    return {status, type, "POST", "subnets", fmt::format(R"({{"subnet":{{"network_id":"{}",{}}}}})", net, attributes)};
  }
  Refusal port_with(int status, const std::string& type, const std::string& attributes) const {
    return {status, type, "POST", "ports", fmt::format(R"({{"port":{{"network_id":"{}",{}}}}})", net, attributes)};
  }
};

TEST_F(NeutronErrors, of_subnets_that_make_no_sense) {
  expect({
      subnet_with(400, "InvalidCIDR", R"("ip_version":6,"cidr":"10.1.0.0/24")"),
      subnet_with(400, "InvalidCIDR", R"("ip_version":4,"cidr":"127.0.0.0/8")"),
      subnet_with(400, "InvalidAllocationPool", R"("ip_version":4,"cidr":"10.1.0.0/24","allocation_pools":[{"start":"10.1.0.9","end":"10.1.0.5"}])"),
      subnet_with(400, "OutOfBoundsAllocationPool", R"("ip_version":4,"cidr":"10.1.0.0/24","allocation_pools":[{"start":"10.1.0.9","end":"10.1.1.5"}])"),
      subnet_with(409, "OverlappingAllocationPools",
                  R"("ip_version":4,"cidr":"10.1.0.0/24","allocation_pools":[{"start":"10.1.0.9","end":"10.1.0.20"},{"start":"10.1.0.20","end":"10.1.0.30"}])"),
      subnet_with(409, "GatewayConflictWithAllocationPools",
                  R"("ip_version":4,"cidr":"10.1.0.0/24","gateway_ip":"10.1.0.10","allocation_pools":[{"start":"10.1.0.9","end":"10.1.0.20"}])"),
  });
}

TEST_F(NeutronErrors, of_ports_whose_addresses_are_not_to_be_had) {
  make("ports", "port", fmt::format(R"({{"network_id":"{}","mac_address":"fa:16:3e:00:00:77"}})", net));
  expect({
      port_with(400, "InvalidIpForSubnet", fmt::format(R"("fixed_ips":[{{"subnet_id":"{}","ip_address":"10.9.0.5"}}])", subnet)),
      port_with(409, "MacAddressInUse", R"("mac_address":"fa:16:3e:00:00:77")"),
  });
}

TEST_F(NeutronErrors, of_ports_that_belong_to_a_device) {
  const auto port = make("ports", "port", fmt::format(R"({{"network_id":"{}","device_id":"c1","device_owner":"compute:x"}})", net));
  const auto router = make("routers", "router", R"({"name":"r"})");
  expect({
      {409, "PortInUse", "DELETE", "ports/" + port, ""},
      {409, "PortInUse", "PUT", "routers/" + router + "/add_router_interface", fmt::format(R"({{"port_id":"{}"}})", port)},
  });
}

TEST_F(NeutronErrors, of_port_security_and_address_pairs) {
  const auto port = make("ports", "port", fmt::format(R"({{"network_id":"{}"}})", net));
  const auto group = make("security-groups", "security_group", R"({"name":"g"})");
  const auto stateless = make("security-groups", "security_group", R"({"name":"s","stateful":false})");
  expect({
      port_with(409, "AddressPairAndPortSecurityRequired",
                R"("port_security_enabled":false,"security_groups":[],"allowed_address_pairs":[{"ip_address":"10.0.0.99"}])"),
      port_with(400, "AllowedAddressPairsMissingIP", R"("allowed_address_pairs":[{"mac_address":"fa:16:3e:00:00:01"}])"),
      port_with(400, "DuplicateAddressPairInRequest", R"("allowed_address_pairs":[{"ip_address":"10.0.0.99"},{"ip_address":"10.0.0.99"}])"),
      port_with(400, "PortSecurityAndIPRequiredForSecurityGroups", fmt::format(R"("port_security_enabled":false,"security_groups":["{}"])", group)),
      port_with(409, "SecurityGroupConflict", fmt::format(R"("security_groups":["{}","{}"])", group, stateless)),
      {409, "PortSecurityPortHasSecurityGroup", "PUT", "ports/" + port, R"({"port":{"port_security_enabled":false}})"},
  });
}

TEST_F(NeutronErrors, of_security_groups_and_their_rules) {
  const auto group = make("security-groups", "security_group", R"({"name":"g"})");
  const auto rule = [&](const std::string& attributes) {
    return fmt::format(R"({{"security_group_rule":{{"security_group_id":"{}","direction":"ingress",{}}}}})", group, attributes);
  };
  ASSERT_EQ(send("alice", "POST", "security-group-rules", rule(R"("protocol":"tcp","port_range_min":80,"port_range_max":80)")).status, 201);
  make("ports", "port", fmt::format(R"({{"network_id":"{}","security_groups":["{}"]}})", net, group));
  std::string standing;
  const auto listed = send("alice", "GET", "security-groups?name=default");
  for (const auto& id : listed.each("security_groups", "id")) standing = id;
  expect({
      {409, "SecurityGroupRuleExists", "POST", "security-group-rules", rule(R"("protocol":"tcp","port_range_min":80,"port_range_max":80)")},
      {400, "SecurityGroupRuleInvalidProtocol", "POST", "security-group-rules", rule(R"("protocol":"gre","port_range_min":1,"port_range_max":2)")},
      {400, "SecurityGroupEthertypeConflictWithProtocol", "POST", "security-group-rules", rule(R"("ethertype":"IPv4","protocol":"ipv6-icmp")")},
      {400, "SecurityGroupInvalidPortRange", "POST", "security-group-rules", rule(R"("protocol":"tcp","port_range_min":90,"port_range_max":80)")},
      {409, "SecurityGroupInUse", "DELETE", "security-groups/" + group, ""},
      {409, "SecurityGroupCannotRemoveDefault", "DELETE", "security-groups/" + standing, ""},
  });
}

TEST_F(NeutronErrors, of_what_is_there_once) {
  const auto vxlan = [](int number) {
    return fmt::format(R"({{"network":{{"name":"n","provider:network_type":"vxlan","provider:segmentation_id":{}}}}})", number);
  };
  ASSERT_EQ(send("admin", "POST", "networks", vxlan(700)).status, 201);
  const auto outside = [](const std::string& physical) {
    return fmt::format(R"({{"network":{{"router:external":true,"is_default":true,"provider:network_type":"flat","provider:physical_network":"{}"}}}})", physical);
  };
  ASSERT_EQ(send("admin", "POST", "networks", outside("here")).status, 201);
  expect({
      {409, "TunnelIdInUse", "POST", "networks", vxlan(700), "admin"},
      {409, "DefaultExternalNetworkExists", "POST", "networks", outside("there"), "admin"},
      {404, "QosRuleTypeNotFound", "GET", "qos/rule-types/minimum_bandwidth", ""},
  });
}

TEST_F(NeutronErrors, of_subnet_pools) {
  const auto scope = make("address-scopes", "address_scope", R"({"name":"s","ip_version":4})");
  const auto scope6 = make("address-scopes", "address_scope", R"({"name":"s6","ip_version":6})");
  const auto pool = make("subnetpools", "subnetpool",
                         fmt::format(R"({{"name":"p","prefixes":["10.8.0.0/23"],"default_prefixlen":25,"min_prefixlen":24,"max_prefixlen":26,"address_scope_id":"{}"}})", scope));
  const auto other = make("subnetpools", "subnetpool", R"({"name":"o","prefixes":["10.9.0.0/16"],"default_quota":64,"default_prefixlen":26})");
  net = make("networks", "network", R"({"name":"pooled"})");
  const auto from = [&](const std::string& which, const std::string& more) { return fmt::format(R"("ip_version":4,"subnetpool_id":"{}"{})", which, more); };
  ASSERT_EQ(send("alice", "POST", "subnets", fmt::format(R"({{"subnet":{{"network_id":"{}",{}}}}})", net, from(pool, R"(,"prefixlen":24)"))).status, 201);
  expect({
      subnet_with(400, "MinPrefixSubnetAllocationError", from(pool, R"(,"prefixlen":16)")),
      subnet_with(400, "MaxPrefixSubnetAllocationError", from(pool, R"(,"prefixlen":30)")),
      subnet_with(409, "SubnetAllocationError", from(pool, R"(,"cidr":"10.8.0.0/25")")),
      subnet_with(400, "NetworkSubnetPoolAffinityError", from(other, "")),
      {409, "SubnetPoolDeleteError", "DELETE", "subnetpools/" + pool, ""},
      {409, "AddressScopePrefixConflict", "POST", "subnetpools",
       fmt::format(R"({{"subnetpool":{{"name":"x","prefixes":["10.8.0.0/24"],"address_scope_id":"{}"}}}})", scope)},
      {400, "IllegalSubnetPoolIpVersionAssociationToAddressScope", "POST", "subnetpools",
       fmt::format(R"({{"subnetpool":{{"name":"x","prefixes":["10.7.0.0/24"],"address_scope_id":"{}"}}}})", scope6)},
  });
  net = make("networks", "network", R"({"name":"second"})");
  ASSERT_EQ(send("alice", "POST", "subnets", fmt::format(R"({{"subnet":{{"network_id":"{}",{}}}}})", net, from(other, ""))).status, 201);
  expect({subnet_with(409, "SubnetPoolQuotaExceeded", from(other, ""))});
}

TEST_F(NeutronErrors, of_policies_that_others_depend_on) {
  const auto policy = make("rbac-policies", "rbac_policy",
                           fmt::format(R"({{"object_type":"network","object_id":"{}","action":"access_as_shared","target_tenant":"p2"}})", net));
  make("ports", "port", fmt::format(R"({{"network_id":"{}"}})", net), "bob");
  expect({{409, "RbacPolicyInUse", "DELETE", "rbac-policies/" + policy, ""}});
}

}  // namespace
