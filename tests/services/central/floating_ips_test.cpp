#include "router_room.hpp"

#include "causeway/domain/router/host_routing.hpp"

namespace causeway::services {
namespace {

using domain::FloatingIpStatus;

/// A network behind a router with a gateway on host-a in region One.
struct Outside : RouterRoom {
  Outside() {
    a_host("host-a", "One");
    EXPECT_TRUE(join(router, inside));
    EXPECT_TRUE(set_gateway(router, outside.network_id));
  }
  domain::Subnet inside = a_net("10.0.0.0/24");
  domain::Subnet outside = an_outside("203.0.113.0/28");
  domain::Router router = a_router();

  Result<boundary::FloatingIpDetails> set_port(const domain::FloatingIp& floating_ip,
                                               const std::optional<domain::PortId>& port) {
    boundary::FloatingIpChange change;
    change.port_id.emplace(port);
    return floating_ips.update_floating_ip(alice, floating_ip.id, change, std::nullopt);
  }
  void say(std::vector<domain::FloatingIpId> ids, const std::string& host = "host-a", const std::string& region = "One") {
    ASSERT_TRUE(floating_ips.seen(domain::RegionName(region), domain::HostName(host), ids));
  }
};

TEST(FloatingIps, stand_for_a_port_and_are_active_when_the_gateway_host_has_them) {
  Outside room;
  const auto port = room.a_port(room.inside.network_id);
  const auto made = room.a_floating_ip(room.outside);
  EXPECT_FALSE(made.router_id);
  const auto set = room.set_port(made, port.id);
  ASSERT_TRUE(set) << set.error().describe();
  EXPECT_EQ(set->floating_ip.router_id, room.router.id);
  EXPECT_EQ(set->floating_ip.fixed_ip_address, port.fixed_ips.at(0).ip_address);
  EXPECT_EQ(set->port->id, port.id);
  EXPECT_EQ(set->floating_ip.status, FloatingIpStatus::down);
  room.say({made.id}, "host-b");
  room.say({made.id}, "host-a", "Two");  // a host of that name in another region
  EXPECT_EQ(room.again(made).status, FloatingIpStatus::down);
  room.say({made.id});
  EXPECT_EQ(room.again(made).status, FloatingIpStatus::active);
  room.say({});
  EXPECT_EQ(room.again(made).status, FloatingIpStatus::down);
  room.say({made.id});
  const auto unset = room.set_port(made, std::nullopt);
  EXPECT_FALSE(unset->floating_ip.port_id || unset->floating_ip.router_id || unset->floating_ip.fixed_ip_address);
  EXPECT_EQ(unset->floating_ip.status, FloatingIpStatus::down);
}

TEST(FloatingIps, move_between_ports_and_regions) {
  Outside room;
  Region three(room, "Three");
  const auto here = room.a_port(room.inside.network_id);
  const auto there = *three.port(room.alice, room.inside.network_id);
  three.report();
  const auto made = room.a_floating_ip(room.outside, here.id);
  room.say({made.id});
  EXPECT_EQ(room.again(made).status, FloatingIpStatus::active);
  const auto moved = room.set_port(made, there.id);
  ASSERT_TRUE(moved) << moved.error().describe();
  EXPECT_EQ(moved->floating_ip.port_id, there.id);
  EXPECT_EQ(moved->floating_ip.status, FloatingIpStatus::down);
  EXPECT_EQ(room.a_floating_ip(room.outside, here.id).port_id, here.id);  // free for another
}

TEST(FloatingIps, say_why_they_cannot) {
  Outside room;
  const auto port = room.a_port(room.inside.network_id);
  const auto lonely = room.a_port(room.a_net("10.7.0.0/24", "lonely").network_id);
  const auto made = room.a_floating_ip(room.outside, port.id);
  auto draft = room.fip_draft(room.outside);
  const auto reason = [&] { return reason_of(room.floating_ips.create_floating_ips(room.alice, {draft})); };
  draft.port_id = port.id;
  EXPECT_EQ(reason(), "floatingip.port_associated");
  draft.port_id = lonely.id;
  EXPECT_EQ(reason(), "floatingip.no_gateway");
  draft.port_id = domain::PortId("none");
  EXPECT_EQ(reason(), "port.not_found");
  draft.port_id = port.id;
  draft.fixed_ip_address = RouterRoom::ip("10.0.0.250");
  EXPECT_EQ(reason(), "floatingip.bad_request");
  draft.port_id.reset();
  EXPECT_EQ(reason(), "floatingip.bad_request");
  draft.fixed_ip_address.reset();
  draft.floating_network_id = room.inside.network_id;
  EXPECT_EQ(reason(), "floatingip.bad_request");
  draft = room.fip_draft(room.outside);
  draft.floating_ip_address = made.floating_ip_address;
  EXPECT_EQ(reason(), "policy.denied");
  EXPECT_EQ(reason_of(room.floating_ips.create_floating_ips(room.admin, {draft})), "ipam.address_in_use");
  EXPECT_EQ(reason_of(room.floating_ips.get_floating_ip(room.bob, made.id)), "floatingip.not_found");
  EXPECT_EQ(reason_of(room.part(room.router, room.inside)), "router.interface_in_use_by_floating_ip");
  EXPECT_EQ(reason_of(room.set_gateway(room.router, std::nullopt)), "router.gateway_in_use_by_floating_ip");
  EXPECT_EQ(room.floating_ips.list_floating_ips(room.alice, {})->size(), 1u);  // nothing half made
}

TEST(FloatingIps, several_are_made_at_once_or_none) {
  Outside room;
  const auto port = room.a_port(room.inside.network_id);
  auto first = room.fip_draft(room.outside), second = first;
  second.port_id = port.id;
  const auto made = room.floating_ips.create_floating_ips(room.alice, {first, second});
  ASSERT_TRUE(made) << made.error().describe();
  ASSERT_EQ(made->size(), 2u);
  EXPECT_FALSE((*made)[0].port);
  EXPECT_EQ((*made)[1].floating_ip.port_id, port.id);
  const auto before = room.numbers_in_use();
  EXPECT_EQ(reason_of(room.floating_ips.create_floating_ips(room.alice, {first, second})), "floatingip.port_associated");
  EXPECT_EQ(room.floating_ips.list_floating_ips(room.alice, {})->size(), 2u);
  EXPECT_EQ(room.numbers_in_use(), before);
}

TEST(FloatingIps, addresses_run_out_and_come_back) {
  Outside room;
  std::vector<domain::FloatingIp> made;
  // a /28 has 13 addresses for ports, of which the router's gateway has one
  for (int i = 0; i < 12; ++i) made.push_back(room.a_floating_ip(room.outside));
  EXPECT_EQ(reason_of(room.floating_ips.create_floating_ips(room.alice, {room.fip_draft(room.outside)})),
            "floatingip.exhausted");
  ASSERT_TRUE(room.floating_ips.delete_floating_ip(room.alice, made.back().id));
  room.clock.advance(std::chrono::minutes(2));
  EXPECT_EQ(room.a_floating_ip(room.outside).floating_ip_address, made.back().floating_ip_address);
}

TEST(FloatingIps, leave_ports_that_go) {
  Outside room;
  Region three(room, "Three");
  const auto here = room.a_port(room.inside.network_id);
  const auto there = *three.port(room.alice, room.inside.network_id);
  three.report();
  const auto near = room.a_floating_ip(room.outside, here.id);
  const auto far = room.a_floating_ip(room.outside, there.id);
  ASSERT_TRUE(room.networks.delete_port(room.alice, here.id));
  EXPECT_FALSE(room.again(near).port_id);
  GatewayKeeper keeper(room.deps);
  keeper.start();
  ASSERT_TRUE(keeper.wait_idle(std::chrono::seconds(10)));
  EXPECT_TRUE(room.again(far).port_id);
  ASSERT_TRUE(three.networks.delete_port(room.alice, there.id));
  three.report();
  ASSERT_TRUE(keeper.wait_idle(std::chrono::seconds(10)));
  EXPECT_FALSE(room.again(far).port_id);
  keeper.stop();
}

TEST(FloatingIps, are_active_when_the_gateway_host_says_so_of_the_port_that_they_stand_for_now) {
  Outside room;
  GatewayKeeper keeper(room.deps);
  keeper.start();
  const auto settle = [&] { return keeper.wait_idle(std::chrono::seconds(10)); };
  ASSERT_TRUE(settle());
  ASSERT_EQ(room.again(room.router).gateways.front().host.str(), "host-a");
  const auto first = room.a_port(room.inside.network_id), second = room.a_port(room.inside.network_id);
  const auto floating = room.a_floating_ip(room.outside, first.id);
  const auto say = [&](const domain::Port& port) {
    domain::HostRouting routing;
    routing.region = domain::RegionName("One");
    routing.host = domain::HostName("host-a");
    routing.id = domain::HostRouting::id_of(routing.region, routing.host);
    routing.routers = {{room.router.id, true, "", {{floating.id, port.id, port.fixed_ips.front().ip_address}}}};
    ASSERT_TRUE(room.store.write([&](boundary::Writer& writer) -> Result<void> {
      TRY_VOID(boundary::put(writer, routing));
      return {};
    }));
    ASSERT_TRUE(settle());
  };
  EXPECT_EQ(room.again(floating).status, domain::FloatingIpStatus::down);
  say(first);
  EXPECT_EQ(room.again(floating).status, domain::FloatingIpStatus::active);
  boundary::FloatingIpChange move;
  move.port_id = second.id;
  ASSERT_TRUE(room.floating_ips.update_floating_ip(room.alice, floating.id, move, std::nullopt));
  ASSERT_TRUE(settle());
  EXPECT_EQ(room.again(floating).status, domain::FloatingIpStatus::down) << "the host spoke of the former port";
  say(second);
  EXPECT_EQ(room.again(floating).status, domain::FloatingIpStatus::active);
  keeper.stop();
}

}  // namespace
}  // namespace causeway::services
