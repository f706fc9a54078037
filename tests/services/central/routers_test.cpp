#include "router_room.hpp"

namespace causeway::services {
namespace {

TEST(Routers, an_interface_has_the_gateway_address_even_where_a_region_leases_around_it) {
  RouterRoom room;
  Region three(room, "Three");
  const auto subnet = room.a_net("10.0.0.0/28");  // its blocks are single addresses
  for (int i = 0; i < 13; ++i) ASSERT_TRUE(three.port(room.alice, subnet.network_id)) << i;
  const auto router = room.a_router();
  const auto joined = room.join(router, subnet);
  ASSERT_TRUE(joined) << joined.error().describe();
  const auto port = *room.networks.get_port(room.alice, joined->port_id);
  EXPECT_EQ(port.fixed_ips.front().ip_address, *subnet.gateway_ip);
  EXPECT_EQ(port.device_owner, "network:router_interface");
  EXPECT_EQ(port.device_id, router.id.str());
  EXPECT_EQ(port.region.str(), "CentralRegion");
  EXPECT_EQ(port.status, domain::PortStatus::active);
  EXPECT_TRUE(port.security_groups.empty());
  const auto leg = room.again(router).interfaces.at(0);
  EXPECT_EQ(leg.mac_address, port.mac_address);
  EXPECT_EQ(leg.fixed_ips.front().ip_address, *subnet.gateway_ip);
}

TEST(Routers, both_ip_versions_of_a_network_are_one_leg) {
  RouterRoom room;
  const auto four = room.a_net("10.0.0.0/24");
  const auto network = *room.networks.get_network(room.alice, four.network_id);
  const auto six = room.a_subnet(room.alice, network, "fd00::/64");
  const auto router = room.a_router();
  const auto first = room.join(router, four);
  const auto second = room.join(router, six);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->port_id, second->port_id);
  EXPECT_EQ(second->subnet_ids, std::vector{six.id});
  EXPECT_EQ(room.again(router).interfaces.at(0).fixed_ips.size(), 2u);
  ASSERT_TRUE(room.part(router, four));
  EXPECT_EQ(room.again(router).interfaces.at(0).fixed_ips.at(0).subnet_id, six.id);
  ASSERT_TRUE(room.part(router, six));
  EXPECT_TRUE(room.again(router).interfaces.empty());
  EXPECT_TRUE(room.all<domain::Port>().empty());
}

TEST(Routers, says_why_a_subnet_cannot_be_joined) {
  RouterRoom room;
  const auto subnet = room.a_net("10.0.0.0/24");
  const auto router = room.a_router();
  ASSERT_TRUE(room.join(router, subnet));
  EXPECT_EQ(reason_of(room.join(router, subnet)), "router.bad_request");  // already there
  EXPECT_EQ(reason_of(room.join(router, room.a_net("10.0.0.128/25", "other"))), "router.bad_request");  // overlaps
  EXPECT_EQ(reason_of(room.join(room.a_router("second"), subnet)), "ipam.address_in_use");
  EXPECT_EQ(reason_of(room.join(router, room.an_outside())), "router.bad_request");  // external
  EXPECT_EQ(reason_of(room.routers.add_interface(room.alice, router.id, {})), "router.bad_request");
  EXPECT_EQ(reason_of(room.routers.add_interface(room.alice, router.id, {subnet.id, domain::PortId("p")})),
            "router.bad_request");
  EXPECT_EQ(reason_of(room.routers.add_interface(room.bob, router.id, {subnet.id, {}})), "router.not_found");
  auto draft = Centre::subnet_draft(room.alice, room.a_network(room.alice, "headless"), "10.9.0.0/24");
  draft.gateway_ip.emplace();
  const auto headless = room.networks.create_subnets(room.alice, {draft})->front();
  EXPECT_EQ(reason_of(room.join(router, headless)), "router.bad_request");
  EXPECT_EQ(room.again(router).interfaces.size(), 1u);
}

TEST(Routers, a_port_of_the_user_becomes_an_interface_and_goes_with_it) {
  RouterRoom room;
  const auto subnet = room.a_net("10.0.0.0/24");
  const auto router = room.a_router();
  const auto port = room.a_port(subnet.network_id);
  const auto joined = room.routers.add_interface(room.alice, router.id, {std::nullopt, port.id});
  ASSERT_TRUE(joined) << joined.error().describe();
  EXPECT_EQ(room.again(router).interfaces.at(0).fixed_ips.at(0).ip_address, port.fixed_ips.at(0).ip_address);
  EXPECT_EQ(reason_of(room.routers.add_interface(room.alice, room.a_router("b").id, {std::nullopt, port.id})),
            "port.in_use");
  EXPECT_EQ(reason_of(room.networks.delete_port(room.admin, port.id)), "port.service_port");
  boundary::PortChange change;
  change.device_owner = "";
  EXPECT_EQ(reason_of(room.networks.update_port(room.alice, port.id, change, {})), "port.service_port");
  boundary::PortChange rename;
  rename.name = "leg";
  EXPECT_EQ(reason_of(room.networks.update_port(room.alice, port.id, rename, {})), "ok");
  EXPECT_EQ(reason_of(room.routers.remove_interface(room.alice, router.id, {domain::SubnetId("other"), port.id})),
            "router.bad_request");
  ASSERT_TRUE(room.routers.remove_interface(room.alice, router.id, {std::nullopt, port.id}));
  EXPECT_TRUE(room.all<domain::Port>().empty());
  EXPECT_EQ(reason_of(room.routers.remove_interface(room.alice, router.id, {std::nullopt, port.id})),
            "router.interface_not_found");
  EXPECT_EQ(reason_of(room.part(router, subnet)), "router.interface_not_found_for_subnet");
}

TEST(Routers, nobody_makes_a_port_that_looks_like_the_services_own) {
  RouterRoom room;
  const auto subnet = room.a_net("10.0.0.0/24");
  auto draft = Region::draft(room.alice, subnet.network_id);
  draft.device_owner = "network:router_interface";
  EXPECT_EQ(reason_of(room.networks.create_ports(room.alice, {draft})), "port.bad_device_owner");
}

TEST(Routers, regions_show_the_legs_of_routers_on_networks_that_they_know_and_change_none) {
  RouterRoom room;
  Region three(room, "Three");
  const auto subnet = room.a_net("10.0.0.0/24");
  const auto joined = room.join(room.a_router(), subnet);
  ASSERT_TRUE(joined);
  ASSERT_TRUE(three.port(room.alice, subnet.network_id));
  three.sync();
  const auto shown = three.networks.list_ports(
      room.alice, {.id = "", .name = "", .network_id = "", .device_id = joined->router.id.str(), .project_id = ""});
  ASSERT_EQ(shown->size(), 1u);
  EXPECT_EQ(shown->front().id, joined->port_id);
  EXPECT_TRUE(three.networks.get_port(room.alice, joined->port_id));
  EXPECT_EQ(reason_of(three.networks.get_port(room.bob, joined->port_id)), "port.not_found");
  EXPECT_EQ(reason_of(three.networks.delete_port(room.alice, joined->port_id)), "port.not_found");
}

TEST(Routers, cannot_go_while_anything_stands_on_it) {
  RouterRoom room;
  const auto subnet = room.a_net("10.0.0.0/24");
  const auto router = room.a_router();
  ASSERT_TRUE(room.join(router, subnet));
  EXPECT_EQ(reason_of(room.routers.delete_router(room.alice, router.id)), "router.in_use");
  EXPECT_EQ(reason_of(room.networks.delete_subnet(room.alice, subnet.id)), "subnet.in_use");
  EXPECT_EQ(reason_of(room.networks.delete_network(room.alice, subnet.network_id)), "network.in_use");
  boundary::SubnetChange move;
  move.gateway_ip.emplace();
  EXPECT_EQ(reason_of(room.networks.update_subnet(room.alice, subnet.id, move, {})), "subnet.gateway_in_use");
  const auto outside = room.an_outside();
  ASSERT_TRUE(room.set_gateway(router, outside.network_id));
  EXPECT_EQ(reason_of(room.networks.delete_network(room.admin, outside.network_id)), "network.in_use");
  ASSERT_TRUE(room.part(router, subnet));
  EXPECT_EQ(reason_of(room.routers.delete_router(room.alice, router.id)), "ok");
  EXPECT_EQ(reason_of(room.networks.delete_network(room.admin, outside.network_id)), "ok");
  EXPECT_EQ(reason_of(room.networks.delete_network(room.alice, subnet.network_id)), "ok");
  EXPECT_TRUE(room.all<domain::Port>().empty());
  EXPECT_EQ(room.numbers_in_use(), 0u);  // addresses, MACs, VNIs of network and transit
}

TEST(Routers, routes_hold_the_legs_that_they_leave_by) {
  RouterRoom room;
  const auto subnet = room.a_net("10.0.0.0/24");
  const auto router = room.a_router();
  ASSERT_TRUE(room.join(router, subnet));
  const domain::HostRoute west{*domain::Cidr::parse("192.168.0.0/16"), RouterRoom::ip("10.0.0.9")};
  const domain::HostRoute lost{*domain::Cidr::parse("192.168.0.0/16"), RouterRoom::ip("10.7.0.9")};
  using boundary::RouteChange;
  EXPECT_EQ(reason_of(room.routers.change_routes(room.alice, router.id, RouteChange::add, {lost})),
            "router.bad_routes");
  EXPECT_EQ(room.routers.change_routes(room.alice, router.id, RouteChange::add, {west, west})->routes.size(), 1u);
  EXPECT_EQ(reason_of(room.part(router, subnet)), "router.interface_in_use_by_route");
  EXPECT_TRUE(room.routers.change_routes(room.alice, router.id, RouteChange::remove, {west, lost})->routes.empty());
  EXPECT_EQ(reason_of(room.part(router, subnet)), "ok");
}

TEST(Routers, local_and_spanning_routers_stay_where_they_belong) {
  RouterRoom room;
  EXPECT_EQ(reason_of(room.routers.create_routers(
                room.alice, {{room.alice.project_id, "r", "", true, std::nullopt, {"Nowhere"}}})),
            "zone.not_found");
  boundary::NetworkDraft draft;
  draft.project_id = room.alice.project_id;
  draft.availability_zone_hints = {"Two"};
  const auto in_two = room.networks.create_networks(room.alice, {draft})->front();
  const auto two = room.a_subnet(room.alice, in_two, "10.2.0.0/24");
  EXPECT_EQ(reason_of(room.join(room.a_router("local", {"One"}), two)), "router.location_mismatch");
  EXPECT_EQ(reason_of(room.join(room.a_router("local", {"Two"}), two)), "ok");
  const auto everywhere = room.a_net("10.3.0.0/24");
  ASSERT_TRUE(room.join(room.a_router("spanning"), everywhere));
  EXPECT_EQ(reason_of(room.join(room.a_router("local", {"One"}), everywhere)), "router.network_on_other_router");
}

TEST(Routers, several_are_made_at_once_or_none) {
  CentralOptions options;
  options.router_quota = 3;
  RouterRoom room(options);
  const auto outside = room.an_outside();
  boundary::RouterDraft plain, out;
  plain.project_id = out.project_id = room.alice.project_id;
  out.gateway = boundary::GatewayDraft{outside.network_id, true, std::nullopt};
  const auto made = room.routers.create_routers(room.alice, {plain, out});
  ASSERT_TRUE(made) << made.error().describe();
  ASSERT_EQ(made->size(), 2u);
  EXPECT_TRUE((*made)[0].gateways.empty());
  EXPECT_EQ((*made)[1].gateways.size(), 1u);
  const auto before = room.numbers_in_use();
  EXPECT_EQ(reason_of(room.routers.create_routers(room.alice, {out, plain})), "quota.exceeded");
  EXPECT_EQ(room.routers.list_routers(room.alice, {})->size(), 2u);
  EXPECT_EQ(room.numbers_in_use(), before);
}

TEST(Routers, projects_see_their_own_and_stay_within_their_quota) {
  CentralOptions options;
  options.router_quota = 2;
  RouterRoom room(options);
  const auto router = room.a_router("mine");
  room.a_router("second");
  boundary::RouterDraft draft;
  draft.project_id = room.alice.project_id;
  EXPECT_EQ(reason_of(room.routers.create_routers(room.alice, {draft})), "quota.exceeded");
  EXPECT_TRUE(room.routers.list_routers(room.bob, {})->empty());
  EXPECT_EQ(reason_of(room.routers.get_router(room.bob, router.id)), "router.not_found");
  EXPECT_EQ(room.routers.list_routers(room.alice, {.id = "", .name = "mine", .network_id = "", .device_id = "", .project_id = ""})->size(), 1u);
  boundary::RouterChange change;
  change.name = "renamed";
  EXPECT_EQ(reason_of(room.routers.update_router(room.alice, router.id, change, 99)), "revision.mismatch");
  EXPECT_EQ(room.routers.update_router(room.alice, router.id, change, router.revision_number)->name, "renamed");
}

}  // namespace
}  // namespace causeway::services
