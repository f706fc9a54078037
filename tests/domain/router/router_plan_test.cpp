#include <gtest/gtest.h>

#include <algorithm>

#include "causeway/domain/router/router_plan.hpp"

using namespace causeway::domain;

namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
Cidr cidr(std::string_view text) { return *Cidr::parse(text); }

const NetworkId net1("aaaaaaaa-0000-4000-8000-000000000001"), net2("bbbbbbbb-0000-4000-8000-000000000002"),
    outside("eeeeeeee-0000-4000-8000-00000000000e");
const PortId leg1("11111111-0000-4000-8000-000000000001"), leg2("22222222-0000-4000-8000-000000000002"),
    gate("33333333-0000-4000-8000-000000000003");

Subnet a_subnet(const char* id, const NetworkId& network, const char* block, const char* gateway) {
  Subnet subnet;
  subnet.id = SubnetId(id);
  subnet.network_id = network;
  subnet.cidr = cidr(block);
  subnet.gateway_ip = ip(gateway);
  return subnet;
}

struct RouterPlan : testing::Test {
  Router router;
  RouterSite site;
  std::vector<FloatingIp> floating;

  void SetUp() override {
    router.id = RouterId("99999999-0000-4000-8000-000000000009");
    router.interfaces = {
        {leg1, net1, Mac::from_number(0xfa163eff0001), {{SubnetId("s1"), ip("10.1.0.1")}, {SubnetId("s1v6"), ip("fd00:1::1")}}},
        {leg2, net2, Mac::from_number(0xfa163eff0002), {{SubnetId("s2"), ip("10.2.0.1")}}}};
    site.region = RegionName("R1");
    site.host = HostName("h1");
    site.vtep = ip("10.200.1.1");
    site.transit_bridge = "cwbtransit";
    site.networks = {{net1, {"br1", 1450}}, {net2, {"br2", 1400}}, {outside, {"br-ex", 1500}}};
    for (auto& subnet : {a_subnet("s1", net1, "10.1.0.0/24", "10.1.0.1"), a_subnet("s1v6", net1, "fd00:1::/64", "fd00:1::1"),
                         a_subnet("s2", net2, "10.2.0.0/24", "10.2.0.1"),
                         a_subnet("ext", outside, "172.30.1.0/24", "172.30.1.1")})
      site.subnets.emplace(subnet.id, subnet);
  }
  void add_gateway(const char* region, const char* host) {
    RouterGateway gateway;
    gateway.network_id = outside;
    gateway.port_id = gate;
    gateway.mac_address = Mac::from_number(0xfa163eff00ee);
    gateway.external_fixed_ips = {{SubnetId("ext"), ip("172.30.1.11")}};
    gateway.region = RegionName(region);
    gateway.host = HostName(host);
    gateway.vtep = ip("10.200.1.9");
    router.gateways = {gateway};
    router.transit_vni = 4711;
  }
  void add_floating() {
    FloatingIp one;
    one.id = FloatingIpId("f");
    one.floating_network_id = outside;
    one.floating_ip_address = ip("172.30.1.50");
    one.port_id = PortId("p");
    one.fixed_ip_address = ip("10.2.0.7");
    one.router_id = router.id;
    floating = {one};
  }
  RouterNamespace plan() const { return plan_router(router, floating, site); }
  const RouterLeg* leg(const RouterNamespace& space, const std::string& inside) const {
    const auto found = std::ranges::find(space.legs, inside, &RouterLeg::inside);
    return found == space.legs.end() ? nullptr : &*found;
  }
};

}  // namespace

TEST_F(RouterPlan, has_a_leg_on_each_network_with_the_same_addresses_everywhere) {
  const auto space = plan();
  EXPECT_EQ(space.name, "cwr-99999999-0000-4000-8000-000000000009");
  EXPECT_TRUE(space.forwards);
  ASSERT_EQ(space.legs.size(), 2U);
  EXPECT_EQ(space.legs[0].outside, "cwr111111110000");
  EXPECT_EQ(space.legs[0].inside, "qr-11111111000");
  EXPECT_EQ(space.legs[0].bridge, "br1");
  EXPECT_EQ(space.legs[0].mac, Mac::from_number(0xfa163eff0001));
  const std::vector<LegAddress> dual{{ip("10.1.0.1"), 24}, {ip("fd00:1::1"), 64}, {ip("fe80::f816:3eff:feff:1"), 64}};
  EXPECT_EQ(space.legs[0].addresses, dual) << "neighbours are asked from a link-local address";
  EXPECT_EQ(space.legs[1].addresses, (std::vector<LegAddress>{{ip("10.2.0.1"), 24}}));
  EXPECT_EQ(space.legs[1].mtu, 1400U);
  EXPECT_TRUE(space.routes.empty() && space.neighbours.empty() && space.nat.empty());
}

TEST_F(RouterPlan, a_network_that_is_not_here_yet_waits) {
  site.networks.erase(net2);
  EXPECT_EQ(plan().legs.size(), 1U);
}

TEST_F(RouterPlan, one_that_is_administratively_down_does_not_forward) {
  router.admin_state_up = false;
  EXPECT_FALSE(plan().forwards);
  EXPECT_EQ(plan().legs.size(), 2U);
}

TEST_F(RouterPlan, sends_outside_over_the_transit_network_when_the_gateway_is_elsewhere) {
  for (const auto& [region, host] : {std::pair("R1", "h2"), std::pair("R2", "h1")}) {
    add_gateway(region, host);
    const auto space = plan();
    EXPECT_EQ(gateway_place(router, router.gateways[0], site), GatewayPlace::elsewhere);
    ASSERT_EQ(space.legs.size(), 3U);
    const auto* transit = leg(space, "qt-99999999000");
    ASSERT_NE(transit, nullptr);
    EXPECT_EQ(transit->bridge, "cwbtransit");
    EXPECT_EQ(transit->addresses.front(), (LegAddress{ip("169.254.192.254"), 24}));
    EXPECT_EQ(transit->mac, transit_end(site.vtep).mac) << "which tells it apart from all other hosts";
    EXPECT_EQ(space.routes, (std::vector<RouterRoute>{{cidr("0.0.0.0/0"), ip("169.254.192.1"), transit->inside}}));
    EXPECT_EQ(space.neighbours.front(), (RouterNeighbour{transit->inside, ip("169.254.192.1"), transit_end(router.gateways[0]).mac}));
    EXPECT_TRUE(space.nat.empty());
  }
}

TEST_F(RouterPlan, the_gateway_host_has_the_external_leg_and_translates) {
  add_gateway("R1", "h1");
  add_floating();
  const auto space = plan();
  EXPECT_EQ(gateway_place(router, router.gateways[0], site), GatewayPlace::here);
  const auto* external = leg(space, "qg-33333333000");
  ASSERT_NE(external, nullptr);
  EXPECT_EQ(external->bridge, "br-ex");
  EXPECT_TRUE(external->announced);
  EXPECT_EQ(external->addresses, (std::vector<LegAddress>{{ip("172.30.1.11"), 24}, {ip("172.30.1.50"), 32}}));
  EXPECT_EQ(space.routes, (std::vector<RouterRoute>{{cidr("0.0.0.0/0"), ip("172.30.1.1"), external->inside}}));
  EXPECT_EQ(leg(space, "qt-33333333000")->addresses.front(), (LegAddress{ip("169.254.192.1"), 24}));
  EXPECT_EQ(space.translations, (std::vector<Translation>{{ip("172.30.1.50"), ip("10.2.0.7")}}));
  EXPECT_TRUE(space.rules.empty()) << "one way out needs none";
  EXPECT_EQ(space.nat, R"(map floating_out_1 {
 type ipv4_addr : ipv4_addr
 elements = { 10.2.0.7 : 172.30.1.50 }
}
map floating_in {
 type ipv4_addr : ipv4_addr
 elements = { 172.30.1.50 : 10.2.0.7 }
}
chain before {
 type nat hook prerouting priority -100; policy accept;
 dnat to ip daddr map @floating_in
}
chain behind {
 type nat hook postrouting priority 100; policy accept;
 oifname "qg-33333333000" ct mark set 1
 oifname "qg-33333333000" snat to ip saddr map @floating_out_1
 oifname "qg-33333333000" ip saddr { 10.1.0.0/24, 10.2.0.0/24 } snat to 172.30.1.11
 ct status dnat ip saddr { 10.1.0.0/24, 10.2.0.0/24 } snat to ip saddr map @floating_out_1
 ct status dnat ip saddr { 10.1.0.0/24, 10.2.0.0/24 } snat to 172.30.1.11
}
)");
}

TEST_F(RouterPlan, without_snat_only_floating_ips_are_translated) {
  add_gateway("R1", "h1");
  router.gateways[0].enable_snat = false;
  EXPECT_TRUE(plan().nat.empty());
  add_floating();
  EXPECT_EQ(plan().nat.find("oifname \"qg-33333333000\" ip saddr"), std::string::npos);
  EXPECT_NE(plan().nat.find("snat to ip saddr map @floating_out_1"), std::string::npos);
}

TEST_F(RouterPlan, translates_only_what_stands_for_somebody_through_its_gateway) {
  add_gateway("R1", "h1");
  add_floating();
  ASSERT_TRUE(translates(router, floating[0]));
  const FloatingIp whole = floating[0];
  floating[0].port_id.reset();
  EXPECT_FALSE(translates(router, floating[0]));
  floating[0] = whole;
  floating[0].router_id = RouterId("another");
  EXPECT_FALSE(translates(router, floating[0]));
  floating[0] = whole;
  floating[0].floating_network_id = net1;
  EXPECT_FALSE(translates(router, floating[0]));
}

TEST_F(RouterPlan, a_gateway_without_a_host_is_none) {
  add_gateway("R1", "");
  EXPECT_EQ(gateway_place(router, router.gateways[0], site), GatewayPlace::none);
  EXPECT_EQ(plan().legs.size(), 2U);
}

TEST_F(RouterPlan, extra_routes_take_the_leg_that_their_next_hop_is_on) {
  add_gateway("R1", "h2");
  router.routes = {{cidr("192.168.5.0/24"), ip("10.2.0.99")}, {cidr("192.168.6.0/24"), ip("172.30.1.7")},
                   {cidr("0.0.0.0/0"), ip("10.1.0.254")}};
  const std::vector<RouterRoute> wanted{{cidr("192.168.5.0/24"), ip("10.2.0.99"), "qr-22222222000"},
                                        {cidr("192.168.6.0/24"), ip("169.254.192.1"), "qt-99999999000"},
                                        {cidr("0.0.0.0/0"), ip("10.1.0.254"), "qr-11111111000"}};
  EXPECT_EQ(plan().routes, wanted);
  router.gateways.clear();
  EXPECT_EQ(plan().routes.size(), 2U) << "nothing leads to the second next hop";
}
