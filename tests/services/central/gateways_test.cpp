#include "router_room.hpp"

namespace causeway::services {
namespace {

using std::chrono::seconds;

/// Runs the keeper until what is there has been dealt with.
struct Keeping {
  explicit Keeping(RouterRoom& room) : keeper(room.deps) { keeper.start(); }
  ~Keeping() { keeper.stop(); }
  void settle() { ASSERT_TRUE(keeper.wait_idle(seconds(10))); }
  GatewayKeeper keeper;
};

TEST(ExternalNetworks, are_the_operators_and_everybody_sees_them) {
  RouterRoom room;
  EXPECT_EQ(reason_of(room.networks.create_networks(room.alice, {room.external_draft()})), "policy.denied");
  const auto outside = room.an_outside();
  EXPECT_EQ(room.networks.list_networks(room.bob, {})->size(), 1u);
  EXPECT_TRUE(room.networks.get_network(room.bob, outside.network_id));
  EXPECT_EQ(reason_of(room.networks.create_ports(room.bob, {Region::draft(room.bob, outside.network_id)})),
            "network.external_attach");
  EXPECT_EQ(room.networks.get_network(room.admin, outside.network_id)->vni, 0u);
}

TEST(ExternalNetworks, a_segment_outside_is_one_networks_in_each_region) {
  RouterRoom room;
  const auto reason = [&](boundary::NetworkDraft draft) {
    return reason_of(room.networks.create_networks(room.admin, {draft}));
  };
  EXPECT_EQ(reason(room.external_draft("outside", {"One"})), "ok");
  EXPECT_EQ(reason(room.external_draft("outside", {"One"})), "network.flat_in_use");
  EXPECT_EQ(reason(room.external_draft("outside")), "network.flat_in_use");
  EXPECT_EQ(reason(room.external_draft("outside", {"Two"})), "ok");
  EXPECT_EQ(reason(room.external_draft("other", {"Nowhere"})), "zone.not_found");
  auto vlan = room.external_draft("outside", {"One"});
  vlan.network_type = "vlan";
  EXPECT_EQ(reason(vlan), "network.bad_provider");
  vlan.vni = 4095;
  EXPECT_EQ(reason(vlan), "network.bad_provider");
  vlan.vni = 101;
  EXPECT_EQ(reason(vlan), "ok");
  EXPECT_EQ(reason(vlan), "network.vlan_in_use");
  EXPECT_EQ(reason(room.external_draft("")), "network.bad_provider");
  auto internal = room.external_draft("third");
  internal.external = false;
  EXPECT_EQ(reason(internal), "network.bad_provider");
  auto standard = room.external_draft("third");
  standard.is_default = true;
  EXPECT_EQ(reason(standard), "ok");
  standard.physical_network = "fourth";
  EXPECT_EQ(reason(standard), "network.default_exists");
}

TEST(Gateways, take_an_address_a_transit_network_and_a_host) {
  RouterRoom room;
  room.a_host("host-a", "One", false, false);
  room.a_host("host-b", "One");
  const auto outside = room.an_outside();
  const auto router = room.a_router();
  const auto with = room.set_gateway(router, outside.network_id);
  ASSERT_TRUE(with) << with.error().describe();
  const auto& gateway = with->gateways.at(0);
  EXPECT_EQ(gateway.host.str(), "host-b");
  EXPECT_EQ(gateway.region.str(), "One");
  EXPECT_EQ(gateway.vtep, RouterRoom::ip("172.16.0.2"));
  EXPECT_NE(with->transit_vni, 0u);
  const auto port = *room.networks.get_port(room.admin, gateway.port_id);
  EXPECT_EQ(port.device_owner, "network:router_gateway");
  EXPECT_EQ(port.fixed_ips.at(0).ip_address, gateway.external_fixed_ips.at(0).ip_address);
  EXPECT_EQ(port.status, domain::PortStatus::active);
  EXPECT_EQ(reason_of(room.networks.get_port(room.alice, gateway.port_id)), "port.not_found");
  EXPECT_EQ(reason_of(room.networks.delete_port(room.admin, gateway.port_id)), "port.service_port");
  const auto without = room.set_gateway(router, std::nullopt);
  EXPECT_TRUE(without->gateways.empty());
  EXPECT_EQ(without->transit_vni, with->transit_vni);  // kept for the next gateway
  EXPECT_EQ(room.set_gateway(router, outside.network_id)->transit_vni, with->transit_vni);
}

TEST(Gateways, only_administrators_choose_addresses_and_snat) {
  RouterRoom room;
  const auto outside = room.an_outside();
  const auto router = room.a_router();
  boundary::RouterChange change;
  change.gateway.emplace(boundary::GatewayDraft{outside.network_id, false, std::nullopt});
  EXPECT_EQ(reason_of(room.routers.update_router(room.alice, router.id, change, {})), "policy.denied");
  EXPECT_FALSE(room.routers.update_router(room.admin, router.id, change, {})->gateways.at(0).enable_snat);
  const auto before = room.again(router).gateways.at(0);
  (*change.gateway)->external_fixed_ips =
      std::vector<boundary::FixedIpWish>{{outside.id, RouterRoom::ip("203.0.113.77")}};
  EXPECT_EQ(reason_of(room.routers.update_router(room.alice, router.id, change, {})), "policy.denied");
  const auto moved = room.routers.update_router(room.admin, router.id, change, {})->gateways.at(0);
  EXPECT_EQ(moved.external_fixed_ips.at(0).ip_address, RouterRoom::ip("203.0.113.77"));
  EXPECT_EQ(moved.port_id, before.port_id) << "an address changes, the port is the same";
  const auto same = room.routers.update_router(room.admin, router.id, change, {})->gateways.at(0);
  EXPECT_EQ(same.port_id, moved.port_id);
}

TEST(Gateways, refuse_what_is_not_outside_or_overlaps) {
  RouterRoom room;
  const auto inside = room.a_net("203.0.113.0/25");
  const auto outside = room.an_outside();
  const auto router = room.a_router();
  EXPECT_EQ(reason_of(room.set_gateway(router, inside.network_id)), "router.bad_request");
  EXPECT_EQ(reason_of(room.set_gateway(router, domain::NetworkId("none"))), "network.not_found");
  ASSERT_TRUE(room.join(router, inside));
  EXPECT_EQ(reason_of(room.set_gateway(router, outside.network_id)), "router.bad_request");
  EXPECT_TRUE(room.again(router).gateways.empty());
}

TEST(GatewayKeeper, moves_gateways_off_hosts_that_go_and_onto_hosts_that_come) {
  RouterRoom room;
  const auto outside = room.an_outside("203.0.113.0/24", "outside", {"One"});
  const auto router = room.a_router();
  ASSERT_TRUE(room.set_gateway(router, outside.network_id));
  EXPECT_TRUE(room.again(router).gateways.at(0).host.empty());
  EXPECT_EQ(room.networks.get_port(room.admin, room.again(router).gateways.at(0).port_id)->status,
            domain::PortStatus::down);
  Keeping keeping(room);
  const auto host_now = [&] {
    keeping.settle();
    return room.again(router).gateways.at(0).host.str();
  };
  room.a_host("host-c", "Two");  // not where the external network is
  EXPECT_EQ(host_now(), "");
  room.a_host("host-a", "One");
  EXPECT_EQ(host_now(), "host-a");
  room.a_host("host-b", "One");
  EXPECT_EQ(host_now(), "host-a");
  room.a_host("host-a", "One", true);
  EXPECT_EQ(host_now(), "host-b");
  EXPECT_EQ(room.again(router).gateways.at(0).vtep, RouterRoom::ip("172.16.0.2"));
  room.a_host("host-a", "One");
  EXPECT_EQ(host_now(), "host-b");
  room.no_host("host-b");
  EXPECT_EQ(host_now(), "host-a");
  room.no_host("host-a");
  EXPECT_EQ(host_now(), "");
}

}  // namespace
}  // namespace causeway::services
