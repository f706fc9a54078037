#include "../network/cloud.hpp"
#include "causeway/services/central/central_families.hpp"

namespace causeway::services {
namespace {

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");
const domain::Caller admin = a_caller("admin", {"admin"});

struct Families : Centre {
  CentralFamilies families{deps};

  domain::RbacPolicy share(const domain::Caller& who, const domain::Network& network, const std::string& with,
                           std::string_view action = domain::access_as_shared) {
    auto made = families.rbac_policies.create(who, {grant(network, with, action)});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  static domain::RbacPolicy grant(const domain::Network& network, const std::string& with, std::string_view action) {
    domain::RbacPolicy policy;
    policy.object_type = "network";
    policy.object_id = network.id.str();
    policy.action = action;
    policy.target_tenant = with;
    return policy;
  }
  domain::SubnetPool a_pool(const domain::Caller& who, const std::string& prefix) {
    domain::SubnetPool pool;
    pool.project_id = who.project_id;
    pool.prefixes = {*domain::Cidr::parse(prefix)};
    pool.default_prefixlen = pool.prefixes.front().is_v4() ? 24 : 64;
    auto made = families.subnet_pools.create(who, {pool});
    EXPECT_TRUE(made) << made.error().describe();
    return made->front();
  }
  static boundary::SubnetDraft out_of(const domain::SubnetPool& pool, const domain::Network& network) {
    boundary::SubnetDraft draft;
    draft.network_id = network.id;
    draft.project_id = network.project_id;
    draft.ip_version = pool.ip_version;
    draft.cidr_given = false;
    draft.subnetpool_id = pool.id;
    return draft;
  }
};

TEST(RbacPolicies, a_network_shared_with_a_project_is_seen_by_it_at_the_centre_and_in_regions) {
  Families centre;
  Region region(centre, "R1");
  const auto network = centre.a_network(alice);
  centre.a_subnet(alice, network, "10.0.0.0/24");
  EXPECT_EQ(reason_of(region.port(bob, network.id)), "network.not_found");
  const auto policy = centre.share(alice, network, "bob");
  EXPECT_EQ(centre.networks.list_networks(bob, {})->size(), 1u);
  EXPECT_EQ(reason_of(centre.networks.get_network(a_caller("carol"), network.id)), "network.not_found");
  const auto port = region.port(bob, network.id);
  ASSERT_TRUE(port) << port.error().describe();
  region.sync();
  EXPECT_EQ(reason_of(centre.families.rbac_policies.remove(alice, policy.id.str(), std::nullopt)), "rbac_policy.in_use")
      << "bob has a port on it";
  ASSERT_TRUE(region.networks.delete_port(bob, port->id));
  region.sync();
  EXPECT_EQ(reason_of(centre.families.rbac_policies.remove(alice, policy.id.str(), std::nullopt)), "ok");
  EXPECT_EQ(reason_of(centre.networks.get_network(bob, network.id)), "network.not_found");
  region.sync();
  EXPECT_EQ(reason_of(region.networks.get_network(bob, network.id)), "network.not_found") << "the feed took it away";
}

TEST(RbacPolicies, shared_is_a_policy_for_everybody_and_the_reverse) {
  Families centre;
  auto network = centre.a_network(alice);
  boundary::NetworkChange change;
  change.shared = true;
  ASSERT_TRUE(centre.networks.update_network(admin, network.id, change, std::nullopt));
  auto policies = *centre.families.rbac_policies.list(alice);
  ASSERT_EQ(policies.size(), 1u);
  EXPECT_EQ(policies[0].target_tenant, "*");
  EXPECT_EQ(reason_of(centre.families.rbac_policies.remove(alice, policies[0].id.str(), std::nullopt)), "ok");
  EXPECT_FALSE(centre.networks.get_network(alice, network.id)->shared);
  centre.share(admin, network, "*");
  EXPECT_TRUE(centre.networks.get_network(bob, network.id)->shared);
  ASSERT_TRUE(centre.networks.delete_network(alice, network.id));
  EXPECT_TRUE(centre.families.rbac_policies.list(admin)->empty()) << "they go with the network";
}

TEST(RbacPolicies, an_external_network_can_be_for_some_projects_only) {
  Families centre;
  boundary::NetworkDraft draft;
  draft.project_id = admin.project_id;
  draft.external = true;
  draft.network_type = "flat";
  draft.physical_network = "outside";
  const auto made = centre.networks.create_networks(admin, {draft});
  ASSERT_TRUE(made) << made.error().describe();
  const auto& network = made->front();
  EXPECT_TRUE(centre.networks.get_network(alice, network.id)) << "for everybody at first";
  const auto for_all = centre.families.rbac_policies.list(admin)->front();
  EXPECT_EQ(for_all.action, domain::access_as_external);
  EXPECT_EQ(reason_of(centre.families.rbac_policies.create(bob, {Families::grant(network, "bob", domain::access_as_external)})), "policy.denied");
  EXPECT_EQ(reason_of(centre.families.rbac_policies.remove(admin, for_all.id.str(), std::nullopt)), "rbac_policy.in_use") << "the last one";
  const auto policy = centre.share(admin, network, "bob", domain::access_as_external);
  ASSERT_TRUE(centre.families.rbac_policies.remove(admin, for_all.id.str(), std::nullopt));
  EXPECT_TRUE(centre.networks.get_network(bob, network.id)->external);
  EXPECT_EQ(centre.networks.list_networks(bob, {})->size(), 1u);
  EXPECT_EQ(reason_of(centre.networks.get_network(alice, network.id)), "network.not_found");
  const auto inner = centre.a_network(admin);
  EXPECT_EQ(reason_of(centre.families.rbac_policies.create(admin, {Families::grant(inner, "bob", domain::access_as_external)})), "rbac_policy.bad_action");
}

TEST(SubnetPools, subnets_come_out_of_pools_and_never_overlap) {
  Families centre;
  const auto pool = centre.a_pool(alice, "10.0.0.0/22");
  const auto network = centre.a_network(alice);
  std::set<std::string> cidrs;
  for (int i = 0; i < 4; ++i) {
    const auto made = centre.networks.create_subnets(alice, {Families::out_of(pool, network)});
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_TRUE(cidrs.insert(made->front().cidr.to_string()).second);
    EXPECT_EQ(made->front().subnetpool_id, pool.id);
  }
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Families::out_of(pool, network)})), "subnetpool.exhausted");
  EXPECT_EQ(reason_of(centre.families.subnet_pools.remove(alice, pool.id.str(), std::nullopt)), "subnetpool.in_use");
  const auto subnets = *centre.networks.list_subnets(alice, {});
  ASSERT_TRUE(centre.networks.delete_subnet(alice, subnets.front().id));
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Families::out_of(pool, network)})), "ok") << "its block is free again";
}

TEST(SubnetPools, refuse_what_cannot_be_cut) {
  Families centre;
  const auto pool = centre.a_pool(alice, "10.0.0.0/16");
  const auto six = centre.a_pool(alice, "fd00::/48");
  const auto network = centre.a_network(alice);
  const auto outcome = [&](const std::function<void(boundary::SubnetDraft&)>& change, const domain::Caller& who = alice) {
    auto draft = Families::out_of(pool, network);
    change(draft);
    return reason_of(centre.networks.create_subnets(who, {draft}));
  };
  EXPECT_EQ(outcome([](auto& d) { d.prefixlen = 4; }), "subnetpool.too_short");
  EXPECT_EQ(outcome([](auto& d) { d.prefixlen = 64; }), "subnetpool.too_long");
  EXPECT_EQ(outcome([](auto& d) { d.ip_version = 6; }), "subnetpool.bad_version");
  EXPECT_EQ(outcome([](auto& d) { d.subnetpool_id = domain::SubnetPoolId("nobody"); }), "subnetpool.not_found");
  EXPECT_EQ(outcome([](auto& d) { d.subnetpool_id.reset(); }), "subnet.no_cidr");
  EXPECT_EQ(outcome([](auto& d) { d.subnetpool_id.reset(), d.use_default_subnetpool = true; }), "subnetpool.no_default");
  EXPECT_EQ(outcome([](auto& d) { d.cidr = *domain::Cidr::parse("10.0.7.0/24"), d.cidr_given = true; }), "ok");
  EXPECT_EQ(outcome([](auto& d) { d.cidr = *domain::Cidr::parse("10.0.7.0/25"), d.cidr_given = true; }), "subnetpool.not_available");
  EXPECT_EQ(outcome([](auto& d) { d.cidr = *domain::Cidr::parse("10.9.7.0/25"), d.cidr_given = true; }), "subnetpool.not_available");
  const auto other = centre.a_pool(alice, "172.16.0.0/16");
  EXPECT_EQ(outcome([&](auto& d) { d.subnetpool_id = other.id; }), "subnetpool.affinity");
  EXPECT_EQ(outcome([&](auto& d) { d.subnetpool_id = six.id, d.ip_version = 6, d.prefixlen = 64; }), "ok") << "another IP version is another matter";
}

TEST(SubnetPools, hold_a_project_to_the_pools_quota) {
  Families centre;
  const auto pool = centre.a_pool(alice, "10.0.0.0/16");
  ASSERT_TRUE(centre.families.subnet_pools.update(alice, pool.id.str(), [](domain::SubnetPool& p) -> Result<void> {
    p.default_quota = 512;
    return {};
  }, std::nullopt));
  const auto network = centre.a_network(alice);
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Families::out_of(pool, network)})), "ok");
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Families::out_of(pool, network)})), "ok");
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Families::out_of(pool, network)})), "subnetpool.quota");
}

TEST(SubnetPools, nothing_overlaps_in_an_address_scope) {
  Families centre;
  domain::AddressScope draft;
  draft.project_id = alice.project_id;
  const auto scope = centre.families.address_scopes.create(alice, {draft})->front();
  const auto put_in = [&](const domain::SubnetPool& pool) {
    return reason_of(centre.families.subnet_pools.update(alice, pool.id.str(), [&](domain::SubnetPool& p) -> Result<void> {
      p.address_scope_id = scope.id;
      return {};
    }, std::nullopt));
  };
  EXPECT_EQ(put_in(centre.a_pool(alice, "10.0.0.0/16")), "ok");
  EXPECT_EQ(put_in(centre.a_pool(alice, "10.0.0.0/20")), "subnetpool.scope_overlap");
  EXPECT_EQ(put_in(centre.a_pool(alice, "10.1.0.0/16")), "ok");
  EXPECT_EQ(put_in(centre.a_pool(alice, "fd00::/48")), "subnetpool.scope_version");
}

TEST(NetworkQuotas, count_at_the_centre_and_in_regions) {
  Families centre;
  Region region(centre, "R1");
  const auto network = centre.a_network(alice);
  centre.a_subnet(alice, network, "10.0.0.0/24");
  ASSERT_TRUE(centre.families.quotas.set(alice.project_id, {{"port", 2}, {"network", 1}, {"security_group_rule", 5}}, false));
  boundary::NetworkDraft more;
  more.project_id = alice.project_id;
  EXPECT_EQ(reason_of(centre.networks.create_networks(alice, {more})), "quota.exceeded");
  region.sync();
  EXPECT_TRUE(region.port(alice, network.id));
  EXPECT_TRUE(region.port(alice, network.id));
  EXPECT_EQ(reason_of(region.port(alice, network.id)), "quota.exceeded");
  region.sync();
  const auto use = *centre.families.quotas.details(alice.project_id);
  EXPECT_EQ(use.at("port").used, 2u);
  EXPECT_EQ(use.at("network").used, 1u);
  EXPECT_EQ(use.at("security_group_rule").used, 4u) << "the default group's";
  const auto group = centre.networks.list_security_groups(alice, {})->front();
  domain::SecurityGroupRule rule;
  rule.protocol = "tcp";
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group.id, rule)), "ok");
  rule.protocol = "udp";
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group.id, rule)), "quota.exceeded");
  ASSERT_TRUE(centre.families.quotas.set(alice.project_id, {{"port", -1}}, false));
  region.sync();
  EXPECT_TRUE(region.port(alice, network.id));
}

TEST(SecurityGroups, rules_in_bulk_are_all_or_none) {
  Families centre;
  const auto group = *centre.networks.create_security_group(alice, alice.project_id, "g", "");
  domain::SecurityGroupRule good, bad;
  good.protocol = "tcp";
  bad.direction = "sideways";
  EXPECT_NE(reason_of(centre.networks.add_rules(alice, {{group.id, good}, {group.id, bad}})), "ok");
  EXPECT_EQ(centre.networks.get_security_group(alice, group.id)->rules.size(), group.rules.size());
  EXPECT_EQ(centre.networks.add_rules(alice, {{group.id, good}})->size(), 1u);
}

/// Lesson 4: everybody's writes wait for this one, so it must not read and write once for each rule.
TEST(SecurityGroups, lesson_4_a_bulk_of_rules_costs_one_write_for_each_group_and_counts_against_quota_as_a_whole) {
  Families centre;
  std::vector<domain::SecurityGroup> groups;
  for (const char* name : {"a", "b", "c", "d", "e"}) groups.push_back(*centre.networks.create_security_group(alice, alice.project_id, name, ""));
  const auto rules = [&](int from, int to) {
    std::vector<boundary::RuleDraft> out;
    for (int port = from; port < to; ++port) {
      domain::SecurityGroupRule rule;
      rule.protocol = "tcp";
      rule.port_range_min = rule.port_range_max = port;
      out.push_back({groups[std::size_t(port) % groups.size()].id, rule});
    }
    return out;
  };
  const auto before = centre.store.revision();
  ASSERT_EQ(centre.networks.add_rules(alice, rules(1, 901))->size(), 900u);
  EXPECT_EQ(centre.store.revision() - before, std::int64_t(groups.size()) + 1) << "and one for the number of the project's rules";
  EXPECT_EQ(centre.networks.get_security_group(alice, groups[1].id)->rules.size(), 182u);
  const auto full = centre.store.revision();
  EXPECT_EQ(reason_of(centre.networks.add_rules(alice, rules(1001, 1102))), "quota.exceeded");
  EXPECT_EQ(reason_of(centre.networks.add_rules(alice, {rules(901, 902).front(), rules(901, 902).front()})), "security_group_rule.exists");
  EXPECT_EQ(centre.store.revision(), full);
}

TEST(SecurityGroups, know_how_many_rules_a_project_has_whatever_came_and_went) {
  Families centre;
  const auto used = [&] { return centre.families.quotas.details(alice.project_id)->at("security_group_rule").used; };
  const auto held = [&] {
    std::size_t count = 0;
    for (const auto& group : *centre.networks.list_security_groups(alice, {})) count += group.rules.size();
    return count;
  };
  const auto group = *centre.networks.create_security_group(alice, alice.project_id, "g", "");
  EXPECT_EQ(used(), held());
  domain::SecurityGroupRule rule;
  rule.protocol = "tcp";
  const auto added = *centre.networks.add_rule(alice, group.id, rule);
  EXPECT_EQ(used(), held());
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group.id, rule)), "security_group_rule.exists");
  EXPECT_EQ(reason_of(centre.networks.remove_rule(alice, added.id)), "ok");
  EXPECT_EQ(reason_of(centre.networks.remove_rule(alice, added.id)), "security_group_rule.not_found");
  EXPECT_EQ(used(), held());
  EXPECT_EQ(reason_of(centre.networks.remove_rule(alice, group.rules.front().id)), "ok");
  EXPECT_EQ(reason_of(centre.networks.delete_security_group(alice, group.id)), "ok");
  EXPECT_EQ(used(), held());
}

TEST(QosPolicies, a_port_can_only_have_one_that_its_maker_sees) {
  Families centre;
  Region region(centre, "R1");
  domain::QosPolicy draft;
  draft.project_id = admin.project_id;
  const auto policy = centre.families.qos_policies.create(admin, {draft})->front();
  const auto network = centre.a_network(alice);
  centre.a_subnet(alice, network, "10.0.0.0/24");
  region.sync();
  const auto port_with = [&](boundary::NetworkService& service) {
    auto wish = Region::draft(alice, network.id);
    wish.qos_policy_id = policy.id;
    return reason_of(service.create_ports(alice, {wish}));
  };
  EXPECT_EQ(port_with(centre.networks), "qos_policy.not_found");
  EXPECT_EQ(port_with(region.networks), "qos_policy.not_found");
  ASSERT_TRUE(centre.families.qos_policies.update(admin, policy.id.str(), [](domain::QosPolicy& p) -> Result<void> {
    p.shared = true;
    return {};
  }, std::nullopt));
  region.sync();
  EXPECT_EQ(port_with(centre.networks), "ok");
  EXPECT_EQ(port_with(region.networks), "ok");
  EXPECT_EQ(reason_of(centre.families.qos_policies.remove(admin, policy.id.str(), std::nullopt)), "qos_policy.in_use");
}

TEST(Subnets, of_service_types_are_for_ports_of_that_owner) {
  Families centre;
  const auto network = centre.a_network(alice);
  centre.a_subnet(alice, network, "10.0.0.0/24");
  auto typed = Centre::subnet_draft(alice, network, "10.0.1.0/24");
  typed.service_types = {"network:floatingip"};
  const auto special = centre.networks.create_subnets(alice, {typed});
  ASSERT_TRUE(special) << special.error().describe();
  const auto first_address = [&](const std::string& owner) {
    auto draft = Region::draft(alice, network.id);
    draft.device_owner = owner;
    return centre.networks.create_ports(alice, {draft})->front().fixed_ips.front().subnet_id;
  };
  for (int i = 0; i < 3; ++i) EXPECT_NE(first_address("compute:kuryr"), special->front().id);
  typed.cidr = *domain::Cidr::parse("10.0.2.0/24");
  typed.service_types = {"luck"};
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {typed})), "subnet.bad_service_type");
}

TEST(Subnets, ipv6_modes_fit_the_subnet) {
  Families centre;
  const auto network = centre.a_network(alice);
  struct Row {
    const char* cidr;
    const char* ra;
    const char* address;
    const char* outcome;
  };
  for (const Row& row : {Row{"fd00:1::/64", "slaac", "slaac", "ok"}, {"fd00:2::/64", "dhcpv6-stateful", "", "ok"},
                         {"fd00:3::/80", "slaac", "slaac", "subnet.bad_ipv6_mode"}, {"fd00:4::/64", "slaac", "dhcpv6-stateful", "subnet.bad_ipv6_mode"},
                         {"10.7.0.0/24", "slaac", "", "subnet.bad_ipv6_mode"}, {"fd00:5::/80", "dhcpv6-stateful", "dhcpv6-stateful", "ok"}}) {
    auto draft = Centre::subnet_draft(alice, network, row.cidr);
    if (*row.ra != 0) draft.ipv6_ra_mode = row.ra;
    if (*row.address != 0) draft.ipv6_address_mode = row.address;
    EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {draft})), row.outcome) << row.cidr;
  }
}

}  // namespace
}  // namespace causeway::services
