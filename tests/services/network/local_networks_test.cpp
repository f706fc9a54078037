#include <map>
#include <random>

#include "cloud.hpp"

namespace causeway::services {
namespace {

using domain::Lease;
using domain::Port;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");
const domain::Caller admin = a_caller("admin", {"admin"});

CentralOptions quick() {
  CentralOptions options;
  options.release_timeout = milliseconds(3'000);
  return options;
}

struct LocalNetworksTest : ::testing::Test {
  Centre centre{quick()};
  Region one{centre, "RegionOne"};
  Region two{centre, "RegionTwo"};
  domain::Network net = centre.a_network(alice);
  domain::Subnet subnet = centre.a_subnet(alice, net, "10.0.0.0/24");
};

TEST_F(LocalNetworksTest, meets_a_network_by_name_with_one_call_and_then_needs_none) {
  const auto listed =
      one.networks.list_networks(alice, {.id = "", .name = "net", .network_id = "", .device_id = "", .project_id = ""});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1u);
  EXPECT_EQ(one.gateway.calls, 1);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(one.port(alice, net.id));
  EXPECT_EQ(one.gateway.calls, 1) << "a warm create asked the centre";
  EXPECT_TRUE(one.networks.get_subnet(alice, subnet.id));
}

TEST_F(LocalNetworksTest, works_while_the_centre_is_away) {
  ASSERT_TRUE(one.networks.get_network(alice, net.id));
  one.gateway.cut = true;
  const auto port = one.port(alice, net.id);
  ASSERT_TRUE(port) << port.error().describe();
  EXPECT_EQ(port->security_groups.size(), 1u);
  EXPECT_TRUE(one.networks.delete_port(alice, port->id));
  EXPECT_EQ(one.networks.get_network(alice, domain::NetworkId("unknown")).error().code, Code::unavailable);
}

TEST_F(LocalNetworksTest, hides_networks_of_others) {
  EXPECT_EQ(reason_of(one.networks.get_network(bob, net.id)), "network.not_found");
  EXPECT_EQ(reason_of(one.port(bob, net.id)), "network.not_found");
  ASSERT_TRUE(one.networks.get_network(alice, net.id));
  EXPECT_EQ(reason_of(one.networks.get_network(bob, net.id)), "network.not_found");
}

TEST_F(LocalNetworksTest, bulk_creation_is_all_or_nothing_and_refills_within) {
  std::vector<boundary::PortDraft> drafts(100, Region::draft(alice, net.id));
  const auto made = one.networks.create_ports(alice, drafts);
  ASSERT_TRUE(made) << made.error().describe();
  drafts.assign(200, Region::draft(alice, net.id));
  EXPECT_EQ(reason_of(one.networks.create_ports(alice, drafts)), "ipam.pool_exhausted");
  EXPECT_EQ(one.all<Port>().size(), 100u);
}

TEST_F(LocalNetworksTest, a_small_subnet_is_used_to_its_last_address) {
  const auto small = centre.a_network(alice, "small");
  const auto tiny = centre.a_subnet(alice, small, "10.1.0.0/29");
  std::set<std::string> addresses;
  for (int i = 0; i < 5; ++i) {
    const auto port = (i % 2 == 0 ? one : two).port(alice, small.id);
    ASSERT_TRUE(port) << port.error().describe();
    EXPECT_TRUE(addresses.insert(port->fixed_ips.at(0).ip_address.to_string()).second);
  }
  EXPECT_EQ(reason_of(one.port(alice, small.id)), "ipam.pool_exhausted");
  EXPECT_EQ(reason_of(two.port(alice, small.id)), "ipam.pool_exhausted");
}

TEST_F(LocalNetworksTest, of_two_regions_that_want_one_address_exactly_one_gets_it) {
  for (const std::string address : {"10.0.0.77", "10.0.0.99", "10.0.0.200"}) {
    Result<Port> first = failed(Code::internal, "none", "none");
    Result<Port> second = first;
    std::thread rival([&] { second = two.port(alice, net.id, address); });
    first = one.port(alice, net.id, address);
    rival.join();
    EXPECT_NE(bool(first), bool(second)) << reason_of(first) << " " << reason_of(second);
    EXPECT_EQ(reason_of(first ? second : first), "ipam.address_leased");
  }
}

TEST_F(LocalNetworksTest, a_chosen_address_of_our_own_block_costs_no_call) {
  ASSERT_TRUE(one.networks.get_network(alice, net.id));
  const int before = one.gateway.calls;
  const auto port = one.port(alice, net.id, "10.0.0.5");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->fixed_ips.at(0).ip_address.to_string(), "10.0.0.5");
  EXPECT_EQ(reason_of(one.port(alice, net.id, "10.0.0.5")), "ipam.address_in_use");
  EXPECT_EQ(one.gateway.calls, before);
}

TEST_F(LocalNetworksTest, an_expired_lease_is_not_allocated_from_until_it_is_renewed) {
  ASSERT_TRUE(one.port(alice, net.id));
  one.gateway.cut = true;
  centre.clock.advance(hours(25));
  EXPECT_EQ(one.port(alice, net.id).error().code, Code::unavailable);
  one.gateway.cut = false;
  one.networks.start();
  ASSERT_TRUE(one.networks.wait_idle(seconds(5)));
  one.gateway.cut = true;
  EXPECT_TRUE(one.port(alice, net.id));
}

TEST_F(LocalNetworksTest, a_freed_address_rests) {
  const auto small = centre.a_network(alice, "small");
  centre.a_subnet(alice, small, "10.1.0.0/30");
  const auto port = one.port(alice, small.id);
  ASSERT_TRUE(port);
  ASSERT_TRUE(one.networks.delete_port(alice, port->id));
  EXPECT_EQ(reason_of(one.port(alice, small.id)), "ipam.pool_exhausted");
  centre.clock.advance(seconds(61));
  EXPECT_TRUE(one.port(alice, small.id));
}

TEST_F(LocalNetworksTest, empty_leases_that_nobody_needs_go_back) {
  std::vector<boundary::PortDraft> drafts(100, Region::draft(alice, net.id));
  const auto made = one.networks.create_ports(alice, drafts);
  ASSERT_TRUE(made);
  for (const auto& port : *made) ASSERT_TRUE(one.networks.delete_port(alice, port.id));
  const auto addresses = [&] {
    std::uint64_t count = 0;
    for (const auto& lease : one.all<Lease>()) count += domain::subnet_of(lease.resource) ? lease.count : 0;
    return count;
  };
  ASSERT_GE(addresses(), 100u);
  for (int i = 0; i < 3; ++i) {
    centre.clock.advance(seconds(61));
    one.networks.start();
    ASSERT_TRUE(one.networks.wait_idle(seconds(5)));
    one.networks.stop();
  }
  EXPECT_LE(addresses(), 32u);
  EXPECT_GE(addresses(), 16u) << "nothing is left for the next create";
  const auto at_centre = boundary::view(centre.store, [&](boundary::Reader& reader) {
    return boundary::list<Lease>(reader,
                                 boundary::By{"holding", Lease::holding(one.region, domain::resource_of(subnet.id))});
  });
  std::uint64_t held = 0;
  for (const auto& lease : *at_centre) held += lease.count;
  EXPECT_EQ(held, addresses());
}

TEST_F(LocalNetworksTest, refills_in_the_background_before_it_runs_dry) {
  one.networks.start();
  ASSERT_TRUE(one.networks.get_network(alice, net.id));
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(one.port(alice, net.id));
  ASSERT_TRUE(one.networks.wait_idle(seconds(5)));
  one.gateway.cut = true;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(one.port(alice, net.id));
}

TEST_F(LocalNetworksTest, deleting_a_network_takes_it_from_all_regions) {
  one.networks.start();
  two.networks.start();
  const auto port = one.port(alice, net.id);
  ASSERT_TRUE(port);
  ASSERT_TRUE(two.networks.get_network(alice, net.id));
  EXPECT_EQ(with_feeds({&one, &two}, [&] { return reason_of(centre.networks.delete_network(alice, net.id)); }),
            "network.in_use");
  EXPECT_FALSE(centre.networks.get_network(alice, net.id)->deleting);
  ASSERT_TRUE(one.networks.delete_port(alice, port->id));
  EXPECT_EQ(with_feeds({&one, &two}, [&] { return reason_of(centre.networks.delete_network(alice, net.id)); }), "ok");
  EXPECT_EQ(reason_of(centre.networks.get_network(alice, net.id)), "network.not_found");
  for (Region* region : {&one, &two}) {
    ASSERT_TRUE(region->networks.wait_idle(seconds(5)));
    EXPECT_TRUE(region->all<domain::Network>().empty());
    EXPECT_TRUE(region->all<domain::Subnet>().empty());
    for (const auto& lease : region->all<Lease>()) EXPECT_FALSE(domain::subnet_of(lease.resource)) << lease.resource;
  }
  for (const char* kind : {"network", "subnet", "interest", "release", "port"}) {
    const auto left = boundary::view(
        centre.store, [&](boundary::Reader& reader) { return reader.count({kind, "", "", "", SIZE_MAX}); });
    EXPECT_EQ(*left, 0u) << kind;
  }
}

TEST_F(LocalNetworksTest, a_network_can_be_used_again_after_a_deletion_that_failed) {
  one.networks.start();
  two.networks.start();
  ASSERT_TRUE(one.port(alice, net.id));
  ASSERT_TRUE(two.networks.get_network(alice, net.id));
  ASSERT_EQ(with_feeds({&one, &two}, [&] { return reason_of(centre.networks.delete_network(alice, net.id)); }),
            "network.in_use");
  one.sync();
  two.sync();
  EXPECT_TRUE(one.port(alice, net.id));
  const auto port = two.port(alice, net.id);
  EXPECT_TRUE(port) << port.error().describe();
}

TEST_F(LocalNetworksTest, deleting_a_subnet_asks_only_for_the_subnet) {
  const auto second = centre.a_subnet(alice, net, "10.7.0.0/24");
  one.networks.start();
  ASSERT_TRUE(one.port(alice, net.id, "10.7.0.9"));
  EXPECT_EQ(with_feeds({&one}, [&] { return reason_of(centre.networks.delete_subnet(alice, second.id)); }),
            "subnet.in_use");
  EXPECT_EQ(with_feeds({&one}, [&] { return reason_of(centre.networks.delete_subnet(alice, subnet.id)); }), "ok");
  ASSERT_TRUE(one.networks.wait_idle(seconds(5)));
  EXPECT_EQ(one.all<domain::Subnet>().size(), 1u);
  EXPECT_EQ(one.all<domain::Network>().size(), 1u);
}

TEST(LocalPorts, take_security_groups_that_the_feed_has_not_brought_yet) {
  Centre centre;
  Region one(centre, "One");
  const auto who = a_caller("alice");
  const auto network = centre.a_network(who);
  centre.a_subnet(who, network, "10.0.0.0/24");
  auto draft = Region::draft(who, network.id);
  const auto port = one.networks.create_ports(who, {draft});
  ASSERT_TRUE(port);
  const auto group = centre.networks.create_security_group(who, who.project_id, "new", "");
  ASSERT_TRUE(group);
  boundary::PortChange change;
  change.security_groups = {group->id};
  EXPECT_EQ(reason_of(one.networks.update_port(who, port->front().id, change, {})), "ok");
  const auto newer = centre.networks.create_security_group(who, who.project_id, "newer", "");
  draft.security_groups = {newer->id};
  EXPECT_EQ(reason_of(one.networks.create_ports(who, {draft})), "ok");
  draft.security_groups = {domain::SecurityGroupId("none")};
  EXPECT_EQ(reason_of(one.networks.create_ports(who, {draft})), "security_group.not_found");
}

TEST(Deletion, names_the_region_that_does_not_answer) {
  CentralOptions options;
  options.release_timeout = milliseconds(50);
  Centre centre(options);
  Region one(centre, "RegionOne");
  const auto net = centre.a_network(alice);
  ASSERT_TRUE(one.networks.get_network(alice, net.id));
  const auto deleted = centre.networks.delete_network(alice, net.id);
  ASSERT_EQ(reason_of(deleted), "region.unreachable");
  EXPECT_EQ(deleted.error().code, Code::unavailable);
  EXPECT_NE(deleted.error().message.find("RegionOne"), std::string::npos);
  EXPECT_FALSE(centre.networks.get_network(alice, net.id)->deleting);
}

TEST_F(LocalNetworksTest, ports_keep_revisions_and_container_ports_are_protected) {
  auto draft = Region::draft(alice, net.id);
  draft.device_owner = "compute:kuryr";
  draft.device_id = "c1";
  const auto made = one.networks.create_ports(alice, {draft});
  ASSERT_TRUE(made);
  const auto& port = made->front();
  EXPECT_EQ(reason_of(one.networks.delete_port(alice, port.id)), "port.in_use");
  boundary::PortChange change;
  change.name = "web";
  EXPECT_EQ(reason_of(one.networks.update_port(alice, port.id, change, 99)), "revision.mismatch");
  const auto changed = one.networks.update_port(alice, port.id, change, port.revision_number);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->name, "web");
  EXPECT_EQ(reason_of(one.networks.delete_port(bob, port.id)), "port.not_found");
  EXPECT_TRUE(one.networks.delete_port(admin, port.id));
}

TEST_F(LocalNetworksTest, only_ports_of_this_region_are_shown) {
  ASSERT_TRUE(one.port(alice, net.id));
  ASSERT_TRUE(two.port(alice, net.id));
  one.sync();
  two.sync();
  one.sync();
  EXPECT_EQ(one.all<Port>().size(), 2u) << "the other's port is a forwarding entry";
  EXPECT_EQ(one.networks.list_ports(alice, {})->size(), 1u);
  EXPECT_EQ(centre.networks.list_ports(alice, {})->size(), 2u);
}

TEST_F(LocalNetworksTest, a_container_gets_its_ports_in_its_own_transaction) {
  const auto nets = one.networks.resolve(alice, {});
  EXPECT_EQ(reason_of(nets), "network.none_available");
  const auto named =
      one.networks.resolve(alice, {{"net", "", domain::IpAddress::parse("10.0.0.150").value(), std::nullopt}});
  ASSERT_TRUE(named) << named.error().describe();
  one.gateway.cut = true;
  const boundary::Binding binding{domain::HostName("h1"), domain::IpAddress::parse("192.0.2.1").value()};
  const auto attach = [&](boundary::Writer& writer) {
    return one.networks.attach(writer, alice, named->front(), "c1", binding, {});
  };
  const auto lost = boundary::transact(one.store, [&](boundary::Writer& writer) -> Result<void> {
    TRY_VOID(attach(writer));
    return failed(Code::internal, "test", "the container could not be written");
  });
  EXPECT_FALSE(lost);
  EXPECT_TRUE(one.all<Port>().empty());
  const auto port = boundary::transact(one.store, attach);
  ASSERT_TRUE(port) << port.error().describe();
  EXPECT_EQ(port->fixed_ips.at(0).ip_address.to_string(), "10.0.0.150");
  EXPECT_EQ(port->vtep, binding.vtep);
  EXPECT_EQ(port->status, domain::PortStatus::build);
  ASSERT_TRUE(
      one.store.write([&](boundary::Writer& writer) { return one.networks.observed(writer, port->id, true, true); }));
  EXPECT_EQ(one.networks.get_port(alice, port->id)->status, domain::PortStatus::active);
  ASSERT_TRUE(one.store.write([&](boundary::Writer& writer) { return one.networks.detach_all(writer, "c1", {}); }));
  EXPECT_TRUE(one.all<Port>().empty());
  EXPECT_TRUE(one.networks.resolve(alice, {{}})) << "the network is known now";
}

TEST_F(LocalNetworksTest, a_port_made_before_outlives_its_container) {
  const auto port = one.port(alice, net.id);
  ASSERT_TRUE(port);
  const auto nets = one.networks.resolve(alice, {{"", port->id.str(), std::nullopt, std::nullopt}});
  ASSERT_TRUE(nets);
  const auto attached = boundary::transact(one.store, [&](boundary::Writer& writer) {
    return one.networks.attach(writer, alice, nets->front(), "c1", {domain::HostName("h1"), std::nullopt}, {});
  });
  ASSERT_TRUE(attached);
  EXPECT_EQ(attached->id, port->id);
  EXPECT_EQ(reason_of(one.networks.resolve(alice, {{"", port->id.str(), std::nullopt, std::nullopt}})), "port.in_use");
  ASSERT_TRUE(
      one.store.write([&](boundary::Writer& writer) { return one.networks.detach_all(writer, "c1", {port->id}); }));
  const auto left = one.networks.get_port(alice, port->id);
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->device_id.empty());
  EXPECT_TRUE(left->host.empty());
}

TEST_F(LocalNetworksTest, finds_groups_by_name_even_new_ones) {
  EXPECT_TRUE(one.networks.resolve_groups(alice, {"default"}));
  const auto group = centre.networks.create_security_group(alice, alice.project_id, "web", "", true);
  ASSERT_TRUE(group);
  const auto found = one.networks.resolve_groups(alice, {"web", group->id.str()});
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->at(0), group->id);
  EXPECT_EQ(reason_of(one.networks.resolve_groups(bob, {"web"})), "security_group.not_found");
}

/// Two regions and the centre do random things, cuts and expiries included: no address, MAC or VNI ever has two owners.
TEST(Cloud, nothing_is_ever_owned_twice) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  CentralOptions options;
  options.release_timeout = milliseconds(1);
  Centre centre(options);
  Region one(centre, "RegionOne");
  Region two(centre, "RegionTwo");
  const auto net = centre.a_network(alice);
  centre.a_subnet(alice, net, "10.0.0.0/26");
  centre.a_subnet(alice, net, "fd00::/64");
  const auto step = [&](Region& region) {
    region.gateway.cut = random() % 5 == 0;
    const auto ports = region.networks.list_ports(alice, {});
    switch (random() % 8) {
      case 0:
      case 1:
      case 2:
        return void(region.port(alice, net.id));
      case 3:
        return void(region.port(alice, net.id, fmt::format("10.0.0.{}", 2 + random() % 60)));
      case 4:
      case 5:
        if (!ports->empty()) return void(region.networks.delete_port(alice, ports->at(random() % ports->size()).id));
        return;
      case 6:
        if (!ports->empty()) {
          boundary::PortChange change;
          change.fixed_ips = {{std::nullopt, *domain::IpAddress::parse(fmt::format("10.0.0.{}", 2 + random() % 60))}};
          ignore(region.networks.update_port(alice, ports->at(random() % ports->size()).id, change, std::nullopt),
                 "may well be taken");
        }
        return;
      default:
        centre.clock.advance(random() % 50 == 0 ? Duration(hours(30)) : Duration(seconds(31)));
        region.networks.start();
        region.networks.wait_idle(seconds(2));
        region.networks.stop();
    }
  };
  for (int i = 0; i < 1'500; ++i) {
    step(random() % 2 == 0 ? one : two);
    if (random() % 4 == 0)
      ignore(centre.networks.create_ports(alice, {Region::draft(alice, net.id)}), "may be exhausted");
    if (random() % 4 == 0) {
      for (const auto& port : *centre.networks.list_ports(alice, {})) {
        if (port.region.str() == "CentralRegion" && random() % 2 == 0)
          ignore(centre.networks.delete_port(alice, port.id), "best effort");
      }
    }
    std::set<std::string> owned;
    const auto check = [&](const std::vector<Port>& ports, const std::string& region) {
      for (const auto& port : ports) {
        if (port.region.str() != region) continue;
        ASSERT_TRUE(owned.insert(port.mac_address.to_string()).second)
            << port.mac_address.to_string() << " after " << i;
        for (const auto& ip : port.fixed_ips)
          ASSERT_TRUE(owned.insert(ip.ip_address.to_string()).second) << ip.ip_address.to_string() << " after " << i;
      }
    };
    check(one.all<Port>(), "RegionOne");
    check(two.all<Port>(), "RegionTwo");
    check(*centre.networks.list_ports(alice, {}), "CentralRegion");
    ASSERT_FALSE(::testing::Test::HasFatalFailure());
  }
}

}  // namespace
}  // namespace causeway::services
