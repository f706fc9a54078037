#include "router_room.hpp"

#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/host_routing.hpp"

namespace causeway::services {
namespace {

using boundary::GatewayDraft;
using boundary::GatewaysChange;
using domain::FloatingIpStatus;
using std::chrono::seconds;

/// A network behind a router, external networks in region One and Two, and two hosts in One, one in Two.
struct ManyGateways : RouterRoom {
  ManyGateways() {
    a_host("host-a", "One");
    a_host("host-b", "One");
    a_host("host-c", "Two");
    EXPECT_TRUE(join(router, inside));
  }
  domain::Subnet inside = a_net("10.0.0.0/24");
  domain::Subnet one = an_outside("203.0.113.0/24", "outside", {"One"});
  domain::Subnet two = an_outside("198.51.100.0/24", "outside", {"Two"});
  domain::Router router = a_router();

  Result<domain::Router> change(GatewaysChange how, const std::vector<GatewayDraft>& drafts, const domain::Caller* who = nullptr,
                                std::optional<std::int64_t> revision = {}) {
    return routers.change_gateways(who == nullptr ? alice : *who, router.id, how, drafts, revision);
  }
  static GatewayDraft on(const domain::Subnet& subnet, const char* address = nullptr) {
    GatewayDraft draft{subnet.network_id, true, std::nullopt};
    if (address != nullptr) draft.external_fixed_ips = std::vector<boundary::FixedIpWish>{{subnet.id, ip(address)}};
    return draft;
  }
  std::vector<std::string> networks_now() {
    std::vector<std::string> out;
    for (const auto& gateway : again(router).gateways) out.push_back(gateway.network_id == one.network_id ? "one" : "two");
    return out;
  }
  std::vector<std::string> hosts_now() {
    std::vector<std::string> out;
    for (const auto& gateway : again(router).gateways) out.push_back(gateway.host.str());
    return out;
  }
  domain::FloatingIpStatus status(const domain::FloatingIp& floating_ip) { return again(floating_ip).status; }
  std::size_t gateway_ports() {
    std::size_t count = 0;
    for (const auto& port : all<domain::Port>()) count += port.device_owner == "network:router_gateway" ? 1 : 0;
    return count;
  }
};
using Texts = std::vector<std::string>;

TEST(ManyGateways, are_added_besides_the_first_each_with_addresses_a_number_and_a_host_of_its_own) {
  ManyGateways room;
  const auto added = room.change(GatewaysChange::add, {room.on(room.one), room.on(room.two), room.on(room.one)});
  ASSERT_TRUE(added) << added.error().describe();
  ASSERT_EQ(added->gateways.size(), 3u);
  EXPECT_EQ(room.networks_now(), (Texts{"one", "two", "one"}));
  EXPECT_EQ(room.hosts_now(), (Texts{"host-a", "host-c", "host-b"})) << "two of one router are not on one host";
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(added->gateways[i].number, i + 1);
  EXPECT_EQ(added->gateways[1].on_link, std::vector{room.two.cidr});
  EXPECT_EQ(room.gateway_ports(), 3u);
  EXPECT_EQ(room.routers.get_router(room.alice, room.router.id)->revision_number, added->revision_number);
}

TEST(ManyGateways, are_made_with_the_router_and_set_with_it) {
  ManyGateways room;
  boundary::RouterDraft draft;
  draft.project_id = room.alice.project_id;
  draft.gateways = {room.on(room.two), room.on(room.one)};
  const auto made = room.routers.create_routers(room.alice, {draft});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->front().gateways.size(), 2u);
  boundary::RouterChange change;
  change.gateways = {room.on(room.two)};
  EXPECT_EQ(room.routers.update_router(room.alice, made->front().id, change, {})->gateways.size(), 1u);
}

TEST(ManyGateways, an_update_finds_those_that_stay_makes_the_new_ones_and_removes_the_rest) {
  ManyGateways room;
  const auto before = *room.change(GatewaysChange::add, {room.on(room.one), room.on(room.two)});
  const auto swapped = room.change(GatewaysChange::update, {room.on(room.two), room.on(room.one)});
  ASSERT_TRUE(swapped) << swapped.error().describe();
  EXPECT_EQ(swapped->gateways[0].port_id, before.gateways[1].port_id) << "the first is external_gateway_info";
  EXPECT_EQ(swapped->gateways[1].port_id, before.gateways[0].port_id);
  const auto moved = room.change(GatewaysChange::update, {room.on(room.two)});
  EXPECT_EQ(moved->gateways.size(), 1u);
  EXPECT_EQ(moved->gateways[0].number, 2u) << "it stays what it is";
  EXPECT_EQ(room.gateway_ports(), 1u);
  EXPECT_EQ(room.change(GatewaysChange::update, {room.on(room.two), room.on(room.one)})->gateways[1].number, 1u);
  EXPECT_TRUE(room.change(GatewaysChange::update, {})->gateways.empty());
  EXPECT_EQ(room.gateway_ports(), 0u);
}

TEST(ManyGateways, addresses_change_while_the_port_stays) {
  ManyGateways room;
  const auto before = *room.change(GatewaysChange::add, {room.on(room.one, "203.0.113.77")}, &room.admin);
  auto wish = room.on(room.one, "203.0.113.77");
  wish.external_fixed_ips->push_back({room.one.id, RouterRoom::ip("203.0.113.78")});
  EXPECT_EQ(reason_of(room.change(GatewaysChange::update, {wish})), "policy.denied");
  const auto after = room.change(GatewaysChange::update, {wish}, &room.admin);
  ASSERT_TRUE(after) << after.error().describe();
  EXPECT_EQ(after->gateways[0].port_id, before.gateways[0].port_id);
  EXPECT_EQ(after->gateways[0].external_fixed_ips.size(), 2u);
  EXPECT_EQ(room.networks.get_port(room.admin, after->gateways[0].port_id)->fixed_ips.size(), 2u);
}

TEST(ManyGateways, it_has_to_be_clear_which_one_is_meant) {
  ManyGateways room;
  EXPECT_EQ(reason_of(room.change(GatewaysChange::remove, {room.on(room.one)})), "router.no_gateways");
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.one, "203.0.113.77"), room.on(room.one, "203.0.113.78")}, &room.admin));
  EXPECT_EQ(reason_of(room.change(GatewaysChange::remove, {room.on(room.one)})), "router.gateways_unmatched");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::remove, {room.on(room.two)})), "router.gateways_unmatched");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::update, {room.on(room.one, "203.0.113.79")}, &room.admin)), "router.gateways_unmatched");
  const auto twice = room.on(room.one, "203.0.113.78");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::remove, {twice, twice})), "router.gateways_unmatched");
  const auto left = room.change(GatewaysChange::remove, {twice});
  ASSERT_TRUE(left) << "one's own addresses may be named: " << left.error().describe();
  EXPECT_EQ(left->gateways.at(0).external_fixed_ips.at(0).ip_address, RouterRoom::ip("203.0.113.77"));
}

TEST(ManyGateways, the_next_takes_the_place_of_a_first_one_that_is_cleared) {
  ManyGateways room;
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.one), room.on(room.two)}));
  EXPECT_EQ(room.set_gateway(room.router, std::nullopt)->gateways.size(), 1u);
  EXPECT_EQ(room.networks_now(), Texts{"two"});
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.two)}));
  ASSERT_TRUE(room.set_gateway(room.router, room.one.network_id));
  EXPECT_EQ(room.networks_now(), (Texts{"one", "two"})) << "the first alone is exchanged";
}

TEST(ManyGateways, refuse_what_overlaps_or_is_too_much_or_is_not_the_revision_that_was_seen) {
  ManyGateways room;
  const auto same = room.an_outside("203.0.113.0/25", "third", {"Two"});
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.one)}));
  EXPECT_EQ(reason_of(room.change(GatewaysChange::add, {room.on(same)})), "router.bad_request");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::add, {room.on(room.inside)})), "router.bad_request");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::add, std::vector(domain::max_gateways, room.on(room.two)))), "router.bad_request");
  EXPECT_EQ(room.gateway_ports(), 1u) << "all of them, or none";
  const auto revision = room.again(room.router).revision_number;
  EXPECT_EQ(reason_of(room.change(GatewaysChange::add, {room.on(room.two)}, nullptr, revision - 1)), "revision.mismatch");
  EXPECT_TRUE(room.change(GatewaysChange::add, {room.on(room.two)}, nullptr, revision));
  EXPECT_EQ(reason_of(room.change(GatewaysChange::add, {room.on(room.two)}, &room.bob)), "router.not_found");
}

TEST(ManyGateways, a_port_has_a_floating_ip_of_each_external_network_and_its_gateway_stays) {
  ManyGateways room;
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.one), room.on(room.two)}));
  const auto port = room.a_port(room.inside.network_id);
  const auto f1 = room.a_floating_ip(room.one, port.id), f2 = room.a_floating_ip(room.two, port.id);
  EXPECT_EQ(room.again(f1).router_id, room.router.id);
  EXPECT_EQ(room.again(f2).router_id, room.router.id);
  auto third = room.fip_draft(room.two);
  third.port_id = port.id;
  EXPECT_EQ(reason_of(room.floating_ips.create_floating_ips(room.alice, {third})), "floatingip.port_associated");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::remove, {room.on(room.two)})), "router.gateway_in_use_by_floating_ip");
  EXPECT_EQ(reason_of(room.set_gateway(room.router, std::nullopt)), "router.gateway_in_use_by_floating_ip");
  EXPECT_EQ(reason_of(room.change(GatewaysChange::update, {room.on(room.one)})), "router.gateway_in_use_by_floating_ip");
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.two, "198.51.100.9")}, &room.admin));
  EXPECT_TRUE(room.change(GatewaysChange::remove, {room.on(room.two, "198.51.100.9")})) << "another one is on that network";
}

TEST(ManyGateways, floating_ips_follow_their_own_gateway) {
  ManyGateways room;
  ASSERT_TRUE(room.change(GatewaysChange::add, {room.on(room.one), room.on(room.two)}));
  const auto port = room.a_port(room.inside.network_id);
  const auto f1 = room.a_floating_ip(room.one, port.id), f2 = room.a_floating_ip(room.two, port.id);
  const auto say = [&](const char* host, const char* region, std::vector<domain::FloatingIpId> ids) {
    EXPECT_TRUE(room.floating_ips.seen(domain::RegionName(region), domain::HostName(host), ids));
  };
  say("host-a", "One", {f1.id, f2.id});
  EXPECT_EQ(room.status(f1), FloatingIpStatus::active);
  EXPECT_EQ(room.status(f2), FloatingIpStatus::down) << "that host does not carry its gateway";
  say("host-c", "Two", {f2.id});
  EXPECT_EQ(room.status(f1), FloatingIpStatus::active);
  EXPECT_EQ(room.status(f2), FloatingIpStatus::active);
  GatewayKeeper keeper(room.deps);
  keeper.start();
  room.a_host("host-c", "Two", true);
  ASSERT_TRUE(keeper.wait_idle(seconds(10)));
  EXPECT_EQ(room.hosts_now(), (Texts{"host-a", ""})) << "nobody else reaches the second";
  EXPECT_EQ(room.status(f1), FloatingIpStatus::active);
  EXPECT_EQ(room.status(f2), FloatingIpStatus::down);
  keeper.stop();
}

TEST(ManyGateways, nothing_is_left_of_them_when_the_router_goes) {
  ManyGateways room;
  const auto before = room.numbers_in_use();
  boundary::RouterDraft draft;
  draft.project_id = room.alice.project_id;
  draft.gateways = {room.on(room.one), room.on(room.two), room.on(room.two)};
  const auto made = room.routers.create_routers(room.alice, {draft});
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_GT(room.numbers_in_use(), before);
  EXPECT_TRUE(room.routers.delete_router(room.alice, made->front().id));
  EXPECT_EQ(room.gateway_ports(), 0u);
  EXPECT_EQ(room.numbers_in_use(), before);
}

}  // namespace
}  // namespace causeway::services
