#include <gtest/gtest.h>

#include <algorithm>

#include "causeway/domain/router/gateway_choice.hpp"
#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/router_nat.hpp"
#include "causeway/domain/router/router_plan.hpp"

using namespace causeway::domain;

namespace {

IpAddress ip(std::string_view text) { return *IpAddress::parse(text); }
Cidr cidr(std::string_view text) { return *Cidr::parse(text); }

bool contains(const auto& range, const auto& value) { return std::ranges::find(range, value) != range.end(); }

const NetworkId net1("aaaaaaaa-0000-4000-8000-000000000001"), out1("e1e1e1e1-0000-4000-8000-00000000000e"),
    out2("e2e2e2e2-0000-4000-8000-00000000000e");
const PortId leg1("11111111-0000-4000-8000-000000000001"), gate1("31313131-0000-4000-8000-000000000003"),
    gate2("32323232-0000-4000-8000-000000000003");
constexpr std::uint32_t first = 1, second = 2;

RouterGateway a_gateway(std::uint32_t number, const NetworkId& network, const char* region, const char* host) {
  const auto block = fmt::format("172.30.{}.", number);
  RouterGateway gateway;
  gateway.network_id = network;
  gateway.port_id = number == first ? gate1 : gate2;
  gateway.mac_address = Mac::from_number(0xfa163eff00e0 + number);
  gateway.external_fixed_ips = {{SubnetId("ext" + std::to_string(number)), ip(block + "11")}};
  gateway.number = number;
  gateway.on_link = {cidr(block + "0/24")};
  gateway.region = RegionName(region);
  gateway.host = HostName(host);
  if (!gateway.host.empty()) gateway.vtep = ip(fmt::format("10.200.{}.{}", region[1], host[1] - '0'));
  return gateway;
}

FloatingIp a_floating_ip(const NetworkId& network, const char* outside, const RouterId& router, const char* port = "p",
                         const char* fixed = "10.1.0.7") {
  FloatingIp out;
  out.id = FloatingIpId(outside);
  out.floating_network_id = network;
  out.floating_ip_address = ip(outside);
  out.port_id = PortId(port);
  out.fixed_ip_address = ip(fixed);
  out.router_id = router;
  return out;
}

/// One gateway in each of two regions, on different external networks.
struct ManyGateways : testing::Test {
  Router router;
  RouterSite site;
  std::vector<FloatingIp> floating;

  void SetUp() override {
    router.id = RouterId("99999999-0000-4000-8000-000000000009");
    router.transit_vni = 4711;
    router.interfaces = {{leg1, net1, Mac::from_number(0xfa163eff0001), {{SubnetId("s1"), ip("10.1.0.1")}}}};
    router.gateways = {a_gateway(first, out1, "R1", "h1"), a_gateway(second, out2, "R2", "h1")};
    site.transit_bridge = "cwbtransit";
    site.vtep = ip("10.200.9.9");
    be("R1", "h1");
    site.networks = {{net1, {"br1", 1450}}, {out1, {"br-ex", 1500}}, {out2, {"br-ex", 1500}}};
    for (const auto& [id, network, block, gateway] :
         {std::tuple("s1", net1, "10.1.0.0/24", "10.1.0.1"), std::tuple("ext1", out1, "172.30.1.0/24", "172.30.1.1"),
          std::tuple("ext2", out2, "172.30.2.0/24", "172.30.2.1")}) {
      Subnet subnet;
      subnet.id = SubnetId(id);
      subnet.network_id = network;
      subnet.cidr = cidr(block);
      subnet.gateway_ip = ip(gateway);
      site.subnets.emplace(subnet.id, subnet);
    }
  }
  void be(const char* region, const char* host) {
    site.region = RegionName(region);
    site.host = HostName(host);
  }
  RouterNamespace plan() const { return plan_router(router, floating, site); }
  std::vector<PortId> ways() const {
    std::vector<PortId> out;
    for (const auto* gateway : ways_out(router, site.region, site.host)) out.push_back(gateway->port_id);
    return out;
  }
  static std::vector<RouterRoute> table(const RouterNamespace& space, std::uint32_t number) {
    std::vector<RouterRoute> out;
    for (auto route : space.routes) {
      if (route.table == number) out.push_back(route);
    }
    return out;
  }
  static bool has_leg(const RouterNamespace& space, const std::string& inside) {
    return std::ranges::find(space.legs, inside, &RouterLeg::inside) != space.legs.end();
  }
  static bool has_rule(const RouterNamespace& space, const RouterRule& rule) {
    return std::ranges::find(space.rules, rule) != space.rules.end();
  }
};

}  // namespace

TEST_F(ManyGateways, the_way_out_is_the_hosts_own_or_the_regions_or_any) {
  EXPECT_EQ(ways(), (std::vector{gate1, gate2}));
  be("R2", "h7");
  EXPECT_EQ(ways(), (std::vector{gate2, gate1}));
  be("R3", "h1");
  EXPECT_EQ(ways(), (std::vector{gate1, gate2})) << "the first";
  be("R1", "h5");
  router.gateways[1].region = RegionName("R1");
  router.gateways[1].host = HostName("h5");
  EXPECT_EQ(ways(), (std::vector{gate2, gate1})) << "its own before its region's";
  router.gateways[1].host = HostName();
  EXPECT_EQ(ways(), std::vector{gate1}) << "one without a host is none";
}

TEST_F(ManyGateways, a_host_of_a_region_leaves_by_its_gateway_and_falls_back_on_the_other) {
  be("R2", "h2");
  for (const bool alive : {true, false}) {
    if (!alive) router.gateways[1] = a_gateway(second, out2, "", "");
    const auto there = transit_end(router.gateways[alive ? 1 : 0]);
    const auto routes = table(plan(), 1000);
    EXPECT_TRUE(contains(routes, RouterRoute{cidr("0.0.0.0/0"), there.v4, "qt-99999999000", 1000}));
    EXPECT_EQ(std::ranges::count(routes, cidr("0.0.0.0/0"), &RouterRoute::destination), 1);
  }
  EXPECT_TRUE(table(plan(), 0).empty()) << "what is inside is all that the main table has";
}

TEST_F(ManyGateways, a_neighbour_of_one_gateway_is_reached_by_it_from_everywhere) {
  be("R2", "h2");
  const auto routes = table(plan(), 1000);
  EXPECT_TRUE(contains(routes, RouterRoute{cidr("172.30.1.0/24"), ip("169.254.192.1"), "qt-99999999000", 1000}));
  EXPECT_TRUE(contains(routes, RouterRoute{cidr("172.30.2.0/24"), ip("169.254.192.2"), "qt-99999999000", 1000}));
}

TEST_F(ManyGateways, what_comes_over_the_transit_network_leaves_by_the_gateway_that_it_was_sent_to) {
  const auto space = plan();
  EXPECT_TRUE(has_leg(space, "qt-31313131000") && has_leg(space, "qg-31313131000") && has_leg(space, "qt-99999999000"));
  EXPECT_FALSE(has_leg(space, "qt-32323232000") || has_leg(space, "qg-32323232000"));
  EXPECT_TRUE(has_rule(space, {33000, 1001, 0, "qt-31313131000", {}}));
  EXPECT_TRUE(has_rule(space, {33001, 1001, 0, "", ip("172.30.1.11")})) << "and what the gateway itself says";
  EXPECT_TRUE(has_rule(space, {33010, 1000, 0, "", {}}));
  EXPECT_EQ(table(space, 1001), (std::vector<RouterRoute>{{cidr("172.30.1.0/24"), std::nullopt, "qg-31313131000", 1001},
                                                          {cidr("0.0.0.0/0"), ip("172.30.1.1"), "qg-31313131000", 1001}}));
  EXPECT_EQ(table(space, 1002), (std::vector<RouterRoute>{{cidr("0.0.0.0/0"), ip("169.254.192.2"), "qt-99999999000", 1002}}));
  EXPECT_EQ(space.hidden_behind, std::vector{ip("172.30.1.11")});
}

TEST_F(ManyGateways, two_on_one_host_have_legs_and_addresses_of_their_own) {
  router.gateways[1].region = RegionName("R1");
  const auto space = plan();
  for (const char* leg : {"qt-31313131000", "qg-31313131000", "qt-32323232000", "qg-32323232000"}) EXPECT_TRUE(has_leg(space, leg)) << leg;
  EXPECT_FALSE(has_leg(space, "qt-99999999000")) << "no gateway is elsewhere";
  EXPECT_NE(transit_end(router.gateways[0]).mac, transit_end(router.gateways[1]).mac);
  EXPECT_EQ(space.hidden_behind, (std::vector{ip("172.30.1.11"), ip("172.30.2.11")}));
  EXPECT_NE(space.nat.find("oifname \"qg-31313131000\" ip saddr { 10.1.0.0/24 } snat to 172.30.1.11"), std::string::npos);
  EXPECT_NE(space.nat.find("oifname \"qg-32323232000\" ip saddr { 10.1.0.0/24 } snat to 172.30.2.11"), std::string::npos);
}

TEST_F(ManyGateways, what_comes_in_for_a_floating_ip_goes_on_to_the_router_where_the_container_is) {
  floating = {a_floating_ip(out1, "172.30.1.50", router.id)};
  site.vteps = {{PortId("p"), ip("10.200.5.5")}};
  const auto space = plan();
  const auto host = transit_end(ip("10.200.5.5"));
  EXPECT_TRUE(has_rule(space, {1000, 1000 + 0x100 + first, entering_mark(first), "", {}}));
  EXPECT_EQ(table(space, 1000 + 0x100 + first),
            (std::vector<RouterRoute>{{cidr("10.1.0.7/32"), ip("10.200.5.5"), "qt-31313131000", 1000 + 0x100 + first}}));
  EXPECT_TRUE(contains(space.neighbours, RouterNeighbour{"qt-31313131000", ip("10.200.5.5"), host.mac}));
  EXPECT_TRUE(contains(plan_transit(router, floating, site), TransitNeighbour{host.mac, ip("10.200.5.5"), {}}));
  EXPECT_NE(space.nat.find(" ip daddr { 172.30.1.50 } meta mark set 257\n"), std::string::npos);
  site.vteps.clear();
  EXPECT_TRUE(table(plan(), 1000 + 0x100 + first).empty()) << "the container is here, or nobody knows where";
}

TEST_F(ManyGateways, connections_are_marked_where_the_container_is_by_the_gateway_that_they_came_by) {
  be("R3", "h3");
  floating = {a_floating_ip(out1, "172.30.1.50", router.id), a_floating_ip(out2, "172.30.2.50", router.id)};
  const auto text = plan().nat;
  EXPECT_NE(text.find(" iifname \"qt-99999999000\" ether saddr 0a:00:00:00:00:01 ct state new ct mark set 1\n"), std::string::npos);
  EXPECT_NE(text.find(" iifname \"qt-99999999000\" ether saddr 0a:00:00:00:00:02 ct state new ct mark set 2\n"), std::string::npos);
  EXPECT_NE(text.find(" iifname \"qr-*\" ct mark != 0 meta mark set ct mark\n"), std::string::npos);
  EXPECT_EQ(text.find("snat"), std::string::npos) << "nothing is translated where no gateway is";
  for (const std::uint32_t number : {first, second}) EXPECT_TRUE(has_rule(plan(), {33002, 1000 + number, leaving_mark(number), "", {}}));
}

TEST_F(ManyGateways, what_has_floating_ips_leaves_by_the_nearest_of_their_gateways_that_is_carried) {
  floating = {a_floating_ip(out1, "172.30.1.50", router.id), a_floating_ip(out2, "172.30.2.50", router.id),
              a_floating_ip(out2, "172.30.2.51", router.id, "q", "10.1.0.8")};
  const auto own = [&] {
    const auto text = plan().nat;
    const auto at = text.find("meta mark set ip saddr map");
    return at == std::string::npos ? "" : text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(own(), "meta mark set ip saddr map { 10.1.0.7 : 1, 10.1.0.8 : 2 }");
  be("R2", "h2");
  EXPECT_EQ(own(), "meta mark set ip saddr map { 10.1.0.7 : 2, 10.1.0.8 : 2 }");
  router.gateways[1] = a_gateway(second, out2, "", "");
  EXPECT_EQ(own(), "meta mark set ip saddr map { 10.1.0.7 : 1 }") << "10.1.0.8 leaves by what is left";
}

TEST_F(ManyGateways, from_inside_a_floating_ip_is_reached_at_its_gateway_whatever_gateway_one_leaves_by) {
  floating = {a_floating_ip(out2, "172.30.2.50", router.id)};
  for (const std::uint32_t number : {0U, first, second}) {
    EXPECT_TRUE(contains(table(plan(), 1000 + number),
                         RouterRoute{cidr("172.30.2.50/32"), ip("169.254.192.2"), "qt-99999999000", 1000 + number}));
  }
}

TEST_F(ManyGateways, two_on_one_external_network_share_its_floating_ips_one_at_a_time) {
  router.gateways[1].network_id = out1;
  EXPECT_EQ(carrier_of(router, out1)->port_id, gate1);
  router.gateways[0] = a_gateway(first, out1, "", "");
  EXPECT_EQ(carrier_of(router, out1)->port_id, gate2);
  router.gateways[1].host = HostName();
  EXPECT_EQ(carrier_of(router, out1)->port_id, gate1) << "nobody carries it, yet it has one";
  EXPECT_EQ(carrier_of(router, out2), nullptr);
}

TEST_F(ManyGateways, an_extra_route_beyond_a_gateway_leads_over_its_host) {
  router.routes = {{cidr("192.168.1.0/24"), ip("172.30.1.7")}, {cidr("192.168.2.0/24"), ip("172.30.2.7")},
                   {cidr("192.168.3.0/24"), ip("10.1.0.9")}};
  const auto space = plan();
  const auto out = table(space, 1000);
  EXPECT_TRUE(contains(out, RouterRoute{cidr("192.168.1.0/24"), ip("172.30.1.7"), "qg-31313131000", 1000}));
  EXPECT_TRUE(contains(out, RouterRoute{cidr("192.168.2.0/24"), ip("169.254.192.2"), "qt-99999999000", 1000}));
  EXPECT_EQ(table(space, 0), (std::vector<RouterRoute>{{cidr("192.168.3.0/24"), ip("10.1.0.9"), "qr-11111111000"}}));
}

TEST_F(ManyGateways, are_found_by_network_and_addresses) {
  const auto port = [&](const GatewayName& name) {
    const auto found = match_gateway(router, name);
    return !found ? std::string(found.error().reason) : *found == nullptr ? "none" : (*found)->port_id.str();
  };
  EXPECT_EQ(port({out2, {}}), gate2.str());
  EXPECT_EQ(port({net1, {}}), "none");
  EXPECT_EQ(port({out2, {ip("172.30.2.99")}}), "router.gateways_unmatched");
  router.gateways[1].network_id = out1;
  EXPECT_EQ(port({out1, {}}), "router.gateways_unmatched") << "which of the two?";
  EXPECT_EQ(port({out1, {ip("172.30.2.11")}}), gate2.str());
  EXPECT_EQ(port({out1, {ip("172.30.1.99"), ip("172.30.1.11")}}), gate1.str()) << "one address in common is enough";
}

TEST_F(ManyGateways, numbers_are_taken_again_and_do_not_move) {
  EXPECT_EQ(free_number(router), 3U);
  router.gateways.erase(router.gateways.begin());
  EXPECT_EQ(free_number(router), 1U);
  EXPECT_EQ(router.gateways[0].number, 2U);
}

TEST(GatewayChoice, prefers_a_host_without_another_gateway_of_the_router) {
  std::vector<Host> hosts(2);
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    hosts[i].id = HostName(i == 0 ? "a" : "b");
    hosts[i].region = RegionName("R1");
    hosts[i].vtep = ip("10.0.0.1");
    hosts[i].physical_networks = {"outside"};
  }
  GatewayNeed need{"outside", std::nullopt, {}, {HostName("a")}};
  EXPECT_EQ(choose_gateway_host(need, hosts, {{HostName("b"), 5}})->id.str(), "b");
  hosts[1].down = true;
  EXPECT_EQ(choose_gateway_host(need, hosts, {})->id.str(), "a") << "better than none";
  hosts[1].down = false;
  need.current = HostName("a");
  EXPECT_EQ(choose_gateway_host(need, hosts, {})->id.str(), "a") << "moving costs every flow";
}
