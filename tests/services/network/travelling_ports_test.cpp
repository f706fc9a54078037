#include <gtest/gtest.h>

#include "cloud.hpp"

namespace causeway::services {
namespace {

using std::chrono::seconds;

const domain::Caller alice = a_caller("alice");
const domain::Caller bob = a_caller("bob");

/// A port of the centre, and two regions that may use it.
struct Journey {
  Journey() {
    one.networks.start();
    two.networks.start();
    // their first look at what the centre believes of them is over: it would send home what a test has just lost
    settle(one);
    settle(two);
  }
  ~Journey() {
    one.networks.stop();
    two.networks.stop();
  }
  Centre centre;
  Region one{centre, "One"};
  Region two{centre, "Two"};
  domain::Network network = centre.a_network(alice);
  domain::Subnet subnet = centre.a_subnet(alice, network, "10.0.0.0/24");
  domain::Port port = centre.networks.create_ports(alice, {named("traveller")})->front();

  boundary::PortDraft named(const std::string& name) {
    auto draft = Region::draft(alice, network.id);
    draft.name = name;
    return draft;
  }
  Result<domain::Port> use(Region& region, const std::string& container, const std::string& id_or_name = "",
                           const domain::Caller& who = alice) {
    const boundary::NetWish wish{"", id_or_name.empty() ? port.id.str() : id_or_name, {}, {}};
    TRY(const auto nets, region.networks.resolve(who, {wish}));
    return boundary::transact(region.store, [&](boundary::Writer& writer) {
      return region.networks.attach(writer, who, nets.front(), container, {domain::HostName("h"), std::nullopt}, {});
    });
  }
  void leave(Region& region, const std::string& container) {
    ASSERT_TRUE(region.store.write(
        [&](boundary::Writer& writer) { return region.networks.detach_all(writer, container, {port.id}); }));
  }
  void settle(Region& region) { ASSERT_TRUE(region.networks.wait_idle(seconds(10))); }
  domain::Port at_centre() {
    return *boundary::view(centre.store, [&](boundary::Reader& reader) { return boundary::get<domain::Port>(reader, port.id); });
  }
  std::size_t claims(boundary::Store& store) {
    return boundary::view(store, [](boundary::Reader& reader) { return boundary::list<domain::PortClaim>(reader); })->size();
  }
  /// Nobody else has, or may give away, what the port has: each number is in one lease, of the one that has the port.
  void expect_owned_once(const std::string& owner) {
    const auto leases = *boundary::view(centre.store, [](boundary::Reader& reader) { return boundary::list<domain::Lease>(reader); });
    const auto check = [&](const std::string& resource, std::uint64_t number) {
      int holders = 0;
      for (const auto& lease : leases) {
        if (lease.resource != resource || !domain::covers(lease, number)) continue;
        ++holders;
        EXPECT_EQ(lease.region.str(), owner) << resource;
        if (owner == "CentralRegion") EXPECT_TRUE(domain::is_used(lease, number)) << resource;
      }
      EXPECT_EQ(holders, 1) << resource;
      for (Region* region : {&one, &two}) {
        for (const auto& lease : region->all<domain::Lease>()) {
          if (lease.resource != resource || !domain::covers(lease, number) || domain::surrendered(lease)) continue;
          EXPECT_EQ(region->region.str(), owner);
          EXPECT_TRUE(domain::is_used(lease, number));
        }
      }
    };
    check(domain::resource_of(subnet.id), *subnet.cidr.offset_of(port.fixed_ips.front().ip_address));
    check(std::string(domain::mac_resource), *domain::number_of(port.mac_address));
    EXPECT_EQ(at_centre().region.str(), owner);
  }
};

TEST(TravellingPorts, go_to_one_region_home_and_to_the_other_with_the_same_addresses) {
  Journey journey;
  const auto first = journey.use(journey.one, "c1");
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(first->region.str(), "One");
  EXPECT_EQ(first->mac_address, journey.port.mac_address);
  journey.one.report();
  journey.expect_owned_once("One");
  EXPECT_EQ(reason_of(journey.use(journey.two, "c2")), "port.in_use");
  EXPECT_EQ(reason_of(journey.centre.networks.delete_port(alice, journey.port.id)), "port.other_region");
  journey.leave(journey.one, "c1");
  journey.settle(journey.one);
  journey.expect_owned_once("CentralRegion");
  EXPECT_TRUE(journey.at_centre().device_id.empty());
  EXPECT_EQ(journey.claims(journey.one.store) + journey.claims(journey.centre.store), 0u);
  const auto second = journey.use(journey.two, "c2", "traveller");
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(second->id, journey.port.id);
  EXPECT_EQ(second->mac_address, journey.port.mac_address);
  EXPECT_EQ(second->fixed_ips.front().ip_address, journey.port.fixed_ips.front().ip_address);
  journey.two.report();
  journey.expect_owned_once("Two");
  EXPECT_EQ(reason_of(journey.use(journey.two, "c3", "", bob)), "port.not_found");
}

TEST(TravellingPorts, a_port_that_nobody_came_to_use_goes_back) {
  Journey journey;
  ASSERT_TRUE(journey.one.networks.resolve(alice, {{"", journey.port.id.str(), {}, {}}}));
  journey.one.report();
  journey.settle(journey.one);
  journey.expect_owned_once("One");  // its container may be on the way
  journey.centre.clock.advance(seconds(31));
  EXPECT_TRUE(journey.use(journey.one, "c1"));  // and comes late
  journey.leave(journey.one, "c1");
  journey.settle(journey.one);
  journey.expect_owned_once("CentralRegion");
}

TEST(TravellingPorts, come_home_when_the_centre_is_there_again) {
  Journey journey;
  ASSERT_TRUE(journey.use(journey.one, "c1"));
  journey.one.report();
  journey.one.gateway.cut = true;
  journey.leave(journey.one, "c1");
  journey.settle(journey.one);
  journey.expect_owned_once("One");
  EXPECT_EQ(reason_of(journey.use(journey.one, "c2")), "central.unreachable");
  journey.one.gateway.cut = false;
  const auto deadline = std::chrono::steady_clock::now() + seconds(15);
  auto used = journey.use(journey.two, "c2");
  while (!used && std::chrono::steady_clock::now() < deadline) used = journey.use(journey.two, "c2");
  EXPECT_TRUE(used) << used.error().describe();
  journey.two.report();
  journey.expect_owned_once("Two");
}

TEST(TravellingPorts, stay_until_the_centre_has_taken_what_was_told_of_them) {
  Journey journey;
  ASSERT_TRUE(journey.use(journey.one, "c1"));
  journey.one.report();
  journey.one.set_told(false);
  journey.leave(journey.one, "c1");
  journey.settle(journey.one);
  EXPECT_EQ(journey.at_centre().region.str(), "One");
  EXPECT_EQ(reason_of(journey.use(journey.one, "c2")), "port.not_told");
  journey.one.set_told(true);
  const auto used = journey.use(journey.one, "c2");
  ASSERT_TRUE(used) << used.error().describe();
  journey.one.report();
  journey.expect_owned_once("One");
}

TEST(TravellingPorts, lost_answers_leave_nothing_owned_twice) {
  Journey journey;
  journey.one.gateway.lose_answers = true;
  EXPECT_EQ(reason_of(journey.use(journey.one, "c1")), "central.unreachable");
  EXPECT_EQ(journey.at_centre().region.str(), "One");
  EXPECT_TRUE(journey.one.all<domain::Port>().empty());
  journey.one.gateway.lose_answers = false;
  ASSERT_TRUE(journey.use(journey.one, "c1"));  // hears the same again
  journey.one.report();
  journey.expect_owned_once("One");
  journey.one.gateway.lose_answers = true;
  journey.leave(journey.one, "c1");
  journey.settle(journey.one);
  journey.expect_owned_once("CentralRegion");
  journey.one.gateway.lose_answers = false;
  const auto again = journey.use(journey.one, "c2");
  ASSERT_TRUE(again) << again.error().describe();
  journey.one.report();
  journey.expect_owned_once("One");
}

TEST(TravellingPorts, what_never_arrived_goes_back) {
  Journey journey;
  journey.one.gateway.lose_answers = true;
  EXPECT_FALSE(journey.use(journey.one, "c1"));
  journey.one.gateway.lose_answers = false;
  const NetworkDeps deps{journey.one.store, journey.centre.clock, journey.centre.ids, journey.one.gateway, journey.one.region, {}};
  const LeaseKeeper leases(deps);
  TravellingPorts travelling(deps, leases);
  ASSERT_TRUE(travelling.give_back_lost());
  journey.expect_owned_once("CentralRegion");
}

TEST(TravellingPorts, a_claimed_port_that_is_deleted_leaves_its_numbers_to_the_region) {
  Journey journey;
  ASSERT_TRUE(journey.use(journey.one, "c1"));
  journey.one.report();
  boundary::PortChange move;
  move.fixed_ips.emplace();
  EXPECT_EQ(reason_of(journey.one.networks.update_port(alice, journey.port.id, move, {})), "port.travelling");
  ASSERT_TRUE(journey.one.store.write(
      [&](boundary::Writer& writer) { return journey.one.networks.detach_all(writer, "c1", {}); }));
  journey.settle(journey.one);
  EXPECT_EQ(journey.claims(journey.one.store), 1u);  // the centre has not heard of it
  journey.one.report();
  ASSERT_TRUE(journey.centre.store.write([&](boundary::Writer& writer) {
    return central::forget_lost_claim(writer, journey.port.id);
  }));
  const auto deadline = std::chrono::steady_clock::now() + seconds(10);
  while (journey.claims(journey.one.store) > 0 && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  EXPECT_EQ(journey.claims(journey.one.store), 0u);
  for (const auto& lease : journey.one.all<domain::Lease>()) EXPECT_EQ(domain::used_count(lease), 0u) << lease.resource;
}

TEST(TravellingPorts, only_the_centres_ports_travel_and_only_where_their_network_does) {
  Journey journey;
  const auto own = *journey.one.port(alice, journey.network.id);
  journey.one.report();
  EXPECT_EQ(reason_of(journey.use(journey.two, "c", own.id.str())), "port.other_region");
  boundary::NetworkDraft draft;
  draft.project_id = alice.project_id;
  draft.availability_zone_hints = {"Two"};
  const auto local = journey.centre.networks.create_networks(alice, {draft})->front();
  const auto port = journey.centre.networks.create_ports(alice, {Region::draft(alice, local.id)})->front();
  EXPECT_EQ(reason_of(journey.use(journey.one, "c", port.id.str())), "network.not_found");
  EXPECT_EQ(reason_of(journey.use(journey.two, "c", port.id.str())), "ok");
}

/// They were no port of the centre's when the deletion began, and are none of the region's when it answers.
TEST(TravellingPorts, that_come_home_while_their_network_or_subnet_is_being_deleted_keep_it) {
  for (const bool whole_network : {true, false}) {
    Journey journey;
    ASSERT_TRUE(journey.use(journey.one, "c1"));
    journey.one.report();
    std::string outcome;
    std::thread deleting([&] {
      outcome = whole_network ? reason_of(journey.centre.networks.delete_network(alice, journey.network.id))
                              : reason_of(journey.centre.networks.delete_subnet(alice, journey.subnet.id));
    });
    const auto deletion_began = [&] {
      return boundary::view(journey.centre.store, [&](boundary::Reader& reader) -> Result<bool> {
               TRY(const auto network, boundary::get<domain::Network>(reader, journey.network.id));
               TRY(const auto subnet, boundary::get<domain::Subnet>(reader, journey.subnet.id));
               return network.deleting || subnet.deleting;
             }).value_or(true);
    };
    const auto deadline = std::chrono::steady_clock::now() + seconds(3);
    while (!deletion_began() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    journey.leave(journey.one, "c1");
    journey.settle(journey.one);
    EXPECT_EQ(journey.at_centre().region.str(), "CentralRegion");
    with_feeds({&journey.one}, [&] {
      deleting.join();
      return 0;
    });
    EXPECT_EQ(outcome, whole_network ? "network.in_use" : "subnet.in_use");
    journey.expect_owned_once("CentralRegion");
    EXPECT_TRUE(journey.centre.networks.delete_port(alice, journey.port.id));
    EXPECT_EQ(with_feeds({&journey.one}, [&] { return reason_of(journey.centre.networks.delete_network(alice, journey.network.id)); }), "ok");
  }
}

TEST(TravellingPorts, of_a_region_that_is_removed_come_home) {
  Journey journey;
  ASSERT_TRUE(journey.use(journey.one, "c1"));
  journey.one.report();
  journey.one.networks.stop();
  const auto pods = *journey.centre.pods.list();
  const auto pod = std::find_if(pods.begin(), pods.end(), [](const auto& one) { return one.region_name.str() == "One"; });
  journey.centre.clock.advance(std::chrono::hours(48));
  ASSERT_TRUE(journey.centre.pods.remove(pod->id));
  EXPECT_EQ(journey.at_centre().region.str(), "CentralRegion");
  EXPECT_EQ(journey.claims(journey.centre.store), 0u);
}

}  // namespace
}  // namespace causeway::services
