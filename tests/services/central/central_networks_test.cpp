#include "../network/cloud.hpp"

namespace causeway::services {
namespace {

using boundary::NetworkDraft;
using domain::IpAddress;
using std::chrono::hours;

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");
const domain::Caller admin = a_caller("admin", {"admin"});

NetworkDraft draft_of(const domain::Caller& who) {
  NetworkDraft draft;
  draft.project_id = who.project_id;
  draft.name = "n";
  return draft;
}

TEST(CentralNetworks, gives_every_network_a_vni_of_its_own) {
  Centre centre;
  std::set<std::uint32_t> vnis;
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(vnis.insert(centre.a_network(alice).vni).second);
  auto draft = draft_of(admin);
  draft.vni = 5'000;
  EXPECT_EQ(reason_of(centre.networks.create_networks(admin, {draft})), "ok");
  EXPECT_EQ(reason_of(centre.networks.create_networks(admin, {draft})), "network.vni_in_use");
  draft.project_id = alice.project_id;
  EXPECT_EQ(reason_of(centre.networks.create_networks(alice, {draft})), "policy.denied");
}

TEST(CentralNetworks, foreign_networks_do_not_exist_and_shared_ones_cannot_be_changed) {
  Centre centre;
  const auto net = centre.a_network(alice);
  EXPECT_EQ(reason_of(centre.networks.get_network(bob, net.id)), "network.not_found");
  EXPECT_EQ(reason_of(centre.networks.delete_network(bob, net.id)), "network.not_found");
  boundary::NetworkChange share;
  share.shared = true;
  EXPECT_EQ(reason_of(centre.networks.update_network(alice, net.id, share, std::nullopt)), "policy.denied");
  ASSERT_TRUE(centre.networks.update_network(admin, net.id, share, std::nullopt));
  EXPECT_TRUE(centre.networks.get_network(bob, net.id));
  EXPECT_EQ(centre.networks.list_networks(bob, {})->size(), 1u);
  EXPECT_EQ(reason_of(centre.networks.delete_network(bob, net.id)), "policy.denied");
  boundary::NetworkChange rename;
  rename.name = "x";
  EXPECT_EQ(reason_of(centre.networks.update_network(alice, net.id, rename, net.revision_number)), "revision.mismatch");
}

TEST(CentralNetworks, holds_quotas_even_in_bulk) {
  CentralOptions options;
  options.network_quota = 3;
  Centre centre(options);
  EXPECT_EQ(reason_of(centre.networks.create_networks(alice, std::vector<NetworkDraft>(4, draft_of(alice)))),
            "quota.exceeded");
  EXPECT_TRUE(centre.networks.list_networks(alice, {})->empty());
  EXPECT_EQ(reason_of(centre.networks.create_networks(alice, std::vector<NetworkDraft>(3, draft_of(alice)))), "ok");
}

TEST(CentralNetworks, subnets_of_a_network_do_not_overlap) {
  Centre centre;
  const auto net = centre.a_network(alice);
  centre.a_subnet(alice, net, "10.0.0.0/24");
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Centre::subnet_draft(alice, net, "10.0.0.128/25")})),
            "subnet.overlap");
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Centre::subnet_draft(alice, net, "10.0.1.0/24")})), "ok");
  const auto other = centre.a_network(alice, "other");
  EXPECT_EQ(reason_of(centre.networks.create_subnets(alice, {Centre::subnet_draft(alice, other, "10.0.0.0/24")})),
            "ok");
}

TEST(CentralNetworks, the_gateway_cannot_move_into_leased_addresses) {
  Centre centre;
  const auto net = centre.a_network(alice);
  const auto subnet = centre.a_subnet(alice, net, "10.0.0.0/24");
  ASSERT_TRUE(centre.networks.create_ports(alice, {Region::draft(alice, net.id)}));
  boundary::SubnetChange change;
  change.gateway_ip = IpAddress::parse("10.0.0.7").value();
  change.allocation_pools =
      std::vector<domain::AddressRange>{{IpAddress::parse("10.0.0.20").value(), IpAddress::parse("10.0.0.90").value()}};
  EXPECT_EQ(reason_of(centre.networks.update_subnet(alice, subnet.id, change, std::nullopt)), "subnet.gateway_in_use");
  change.gateway_ip = IpAddress::parse("10.0.0.200").value();
  EXPECT_EQ(reason_of(centre.networks.update_subnet(alice, subnet.id, change, std::nullopt)), "ok");
}

TEST(CentralNetworks, its_own_ports_come_out_of_its_own_leases) {
  Centre centre;
  const auto net = centre.a_network(alice);
  const auto subnet = centre.a_subnet(alice, net, "10.0.0.0/28");
  std::set<std::string> addresses;
  for (int i = 0; i < 13; ++i) {
    const auto made = centre.networks.create_ports(alice, {Region::draft(alice, net.id)});
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_TRUE(addresses.insert(made->front().fixed_ips.at(0).ip_address.to_string()).second);
  }
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {Region::draft(alice, net.id)})), "ipam.pool_exhausted");
  EXPECT_EQ(reason_of(centre.networks.delete_network(alice, net.id)), "network.in_use");
  EXPECT_EQ(reason_of(centre.networks.delete_subnet(alice, subnet.id)), "subnet.in_use");
  for (const auto& port : *centre.networks.list_ports(alice, {}))
    ASSERT_TRUE(centre.networks.delete_port(alice, port.id));
  EXPECT_EQ(reason_of(centre.networks.delete_network(alice, net.id)), "ok");
}

TEST(CentralNetworks, recovers_from_a_deletion_that_died) {
  Centre centre;
  auto net = centre.a_network(alice);
  net.deleting = true;
  ASSERT_TRUE(centre.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(boundary::put(writer, net));
    return {};
  }));
  EXPECT_EQ(reason_of(centre.networks.delete_network(alice, net.id)), "network.deleting");
  ASSERT_TRUE(centre.networks.recover());
  EXPECT_EQ(reason_of(centre.networks.delete_network(alice, net.id)), "ok");
}

TEST(SecurityGroups, the_default_group_is_made_on_first_need_with_the_usual_rules) {
  Centre centre;
  const auto groups = centre.networks.list_security_groups(alice, {});
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->size(), 1u);
  const auto& group = groups->front();
  EXPECT_EQ(group.name, "default");
  ASSERT_EQ(group.rules.size(), 4u);
  EXPECT_EQ(std::count_if(group.rules.begin(), group.rules.end(),
                          [&](const auto& r) { return r.remote_group_id == group.id.str(); }),
            2);
  EXPECT_EQ(centre.networks.list_security_groups(alice, {})->size(), 1u);
  EXPECT_EQ(reason_of(centre.networks.create_security_group(alice, alice.project_id, "default", "", true)),
            "security_group.default");
  EXPECT_EQ(reason_of(centre.networks.delete_security_group(alice, group.id)), "security_group.default");
}

TEST(SecurityGroups, rules_are_checked_and_unique) {
  Centre centre;
  const auto group = centre.networks.create_security_group(alice, alice.project_id, "web", "", true);
  ASSERT_TRUE(group);
  domain::SecurityGroupRule rule;
  rule.protocol = "tcp";
  rule.port_range_min = rule.port_range_max = 80;
  const auto added = centre.networks.add_rule(alice, group->id, rule);
  ASSERT_TRUE(added) << added.error().describe();
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group->id, rule)), "security_group_rule.exists");
  rule.port_range_max = 79;
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group->id, rule)), "security_group_rule.bad_port_range_min");
  rule = {};
  rule.remote_ip_prefix = "fd00::/8";
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group->id, rule)), "security_group_rule.bad_remote_ip_prefix");
  rule = {};
  rule.protocol = "nonsense";
  EXPECT_EQ(reason_of(centre.networks.add_rule(alice, group->id, rule)), "security_group_rule.bad_protocol");
  EXPECT_EQ(reason_of(centre.networks.remove_rule(bob, added->id)), "security_group_rule.not_found");
  EXPECT_EQ(reason_of(centre.networks.remove_rule(alice, added->id)), "ok");
}

TEST(SecurityGroups, stay_of_one_kind_while_ports_use_them) {
  Centre centre;
  const auto net = centre.a_network(alice);
  const auto loose = centre.networks.create_security_group(alice, alice.project_id, "loose", "", false);
  const auto tight = centre.networks.create_security_group(alice, alice.project_id, "tight", "", true);
  ASSERT_TRUE(loose && tight);
  EXPECT_FALSE(loose->stateful);
  auto draft = Region::draft(alice, net.id);
  draft.security_groups = {loose->id, tight->id};
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {draft})), "security_group.mixed");
  draft.security_groups = {loose->id};
  ASSERT_TRUE(centre.networks.create_ports(alice, {draft}));
  const auto change = [&](const domain::SecurityGroupId& id, bool stateful) {
    return reason_of(centre.networks.update_security_group(alice, id, std::nullopt, std::nullopt, stateful));
  };
  EXPECT_EQ(change(loose->id, true), "security_group.in_use");
  EXPECT_EQ(change(loose->id, false), "ok");
  EXPECT_EQ(change(tight->id, false), "ok");
}

TEST(PortSecurity, goes_with_groups_and_address_pairs_as_neutron_has_it) {
  Centre centre;
  boundary::NetworkDraft open = draft_of(alice);
  open.port_security_enabled = false;
  const auto secured = centre.a_network(alice);
  const auto free = centre.networks.create_networks(alice, {open})->front();
  auto draft = Region::draft(alice, free.id);
  const auto port = centre.networks.create_ports(alice, {draft});
  ASSERT_TRUE(port);
  EXPECT_FALSE(port->front().port_security_enabled) << "as the network says";
  EXPECT_TRUE(port->front().security_groups.empty());

  const domain::AddressPair pair{*domain::Cidr::parse("10.0.0.0/24"), std::nullopt};
  draft.allowed_address_pairs = {pair};
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {draft})), "port.pairs_need_security");
  draft.network_id = secured.id;
  draft.allowed_address_pairs = {pair, pair};
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {draft})), "port.duplicate_pair");
  draft.allowed_address_pairs.clear();
  for (std::uint32_t i = 0; i < 11; ++i) draft.allowed_address_pairs.push_back({domain::Cidr(IpAddress::v4(i), 32), std::nullopt});
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {draft})), "port.too_many_pairs");
  draft.allowed_address_pairs = {pair};
  const auto made = centre.networks.create_ports(alice, {draft});
  ASSERT_TRUE(made);

  boundary::PortChange change;
  change.port_security_enabled = false;
  change.allowed_address_pairs.emplace();
  const auto changed = [&] { return reason_of(centre.networks.update_port(alice, made->front().id, change, std::nullopt)); };
  EXPECT_EQ(changed(), "port.has_groups");
  change.security_groups.emplace();
  EXPECT_EQ(changed(), "ok");

  draft.allowed_address_pairs.clear();
  draft.port_security_enabled = false;
  draft.security_groups = {centre.networks.list_security_groups(alice, {})->front().id};
  EXPECT_EQ(reason_of(centre.networks.create_ports(alice, {draft})), "port.groups_need_security");
}

TEST(PortSecurity, is_decided_by_the_owner_of_the_network) {
  Centre centre;
  const auto net = centre.a_network(alice);
  boundary::NetworkChange share;
  share.shared = true;
  ASSERT_TRUE(centre.networks.update_network(admin, net.id, share, std::nullopt));
  auto draft = Region::draft(bob, net.id);
  EXPECT_EQ(reason_of(centre.networks.create_ports(bob, {draft})), "ok");
  draft.port_security_enabled = false;
  EXPECT_EQ(reason_of(centre.networks.create_ports(bob, {draft})), "policy.denied");
  draft.port_security_enabled.reset();
  draft.allowed_address_pairs = {{*domain::Cidr::parse("10.0.0.0/24"), std::nullopt}};
  EXPECT_EQ(reason_of(centre.networks.create_ports(bob, {draft})), "policy.denied");
}

TEST(Pods, follow_the_admin_apis_rules) {
  Centre centre;
  domain::Pod top;
  top.region_name = domain::RegionName(" CentralRegion ");
  top.pod_az_name = "ignored";
  const auto made = centre.pods.create(top);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->region_name.str(), "CentralRegion");
  EXPECT_EQ(made->pod_az_name, "");
  EXPECT_EQ(reason_of(centre.pods.create(top)), "pod.central_exists");
  top.az_name = "az";
  EXPECT_EQ(reason_of(centre.pods.create(top)), "pod.region_is_central");
  top.region_name = domain::RegionName("  ");
  EXPECT_EQ(reason_of(centre.pods.create(top)), "pod.no_region");
  centre.a_pod("RegionOne");
  top.region_name = domain::RegionName("RegionOne");
  EXPECT_EQ(reason_of(centre.pods.create(top)), "pod.exists");
  EXPECT_EQ(centre.pods.list()->size(), 2u);
  EXPECT_EQ(reason_of(centre.pods.get(domain::PodId("x"))), "pod.not_found");
}

TEST(Pods, a_region_with_leases_in_force_cannot_be_removed) {
  Centre centre;
  Region one(centre, "RegionOne");
  const auto net = centre.a_network(alice);
  centre.a_subnet(alice, net, "10.0.0.0/24");
  ASSERT_TRUE(one.port(alice, net.id));
  const auto pod = centre.pods.list()->front();
  EXPECT_EQ(reason_of(centre.pods.remove(pod.id)), "pod.in_use");
  centre.clock.advance(hours(24));
  EXPECT_EQ(reason_of(centre.pods.remove(pod.id)), "pod.in_use") << "within the clock bound";
  centre.clock.advance(hours(1));
  EXPECT_EQ(reason_of(centre.pods.remove(pod.id)), "ok");
  EXPECT_EQ(one.networks.get_network(alice, domain::NetworkId("other")).error().reason, "pod.unknown");
}

TEST(CentralControl, takes_back_what_the_region_lost_but_never_what_it_names) {
  Centre centre;
  centre.a_pod("RegionOne");
  const domain::RegionName one("RegionOne");
  const auto known = centre.control.lease(one, {"mac", std::nullopt, 0});
  const auto lost = centre.control.lease(one, {"mac", std::nullopt, 0});
  ASSERT_TRUE(known && lost);
  centre.clock.advance(hours(30));
  const auto renewed = centre.control.renew_leases(one, {known->front().id});
  ASSERT_TRUE(renewed);
  ASSERT_EQ(renewed->size(), 1u);
  EXPECT_GT(renewed->front().expires_at, centre.clock.now());
  const auto again = centre.control.lease(one, {"mac", std::nullopt, 0});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->front().first, lost->front().first);
  EXPECT_GT(again->front().epoch, lost->front().epoch);
}

}  // namespace
}  // namespace causeway::services
