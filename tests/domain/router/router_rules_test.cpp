#include <gtest/gtest.h>

#include "causeway/domain/router/gateway_choice.hpp"
#include "causeway/domain/router/router_rules.hpp"

namespace causeway::domain {
namespace {

IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

Subnet a_subnet(const std::string& id, const std::string& cidr) {
  Subnet subnet;
  subnet.id = SubnetId(id);
  subnet.cidr = *Cidr::parse(cidr);
  subnet.ip_version = subnet.cidr.version();
  return subnet;
}

Router a_router() {
  Router router;
  router.id = RouterId("r");
  RouterInterface leg;
  leg.network_id = NetworkId("n");
  leg.fixed_ips = {{SubnetId("a"), ip("10.0.0.1")}, {SubnetId("six"), ip("fd00::1")}};
  router.interfaces = {leg};
  return router;
}

HostRoute route(const std::string& destination, const std::string& nexthop) {
  return {*Cidr::parse(destination), ip(nexthop)};
}

std::string reason(const Result<void>& result) { return result ? "ok" : result.error().reason; }

TEST(RouterRules, a_route_leaves_by_a_neighbour_on_a_leg) {
  const std::vector<Subnet> legs{a_subnet("a", "10.0.0.0/24"), a_subnet("six", "fd00::/64")};
  const struct {
    HostRoute route;
    std::string reason;
  } cases[] = {
      {route("192.168.0.0/16", "10.0.0.9"), "ok"},
      {route("2001:db8::/32", "fd00::9"), "ok"},
      {route("192.168.0.0/16", "10.0.1.9"), "router.bad_routes"},
      {route("192.168.0.0/16", "10.0.0.1"), "router.bad_routes"},  // the router itself
      {route("2001:db8::/32", "10.0.0.9"), "router.bad_routes"},   // another version
  };
  for (const auto& row : cases)
    EXPECT_EQ(reason(check_routes(a_router(), {row.route}, legs)), row.reason) << row.route.nexthop.to_string();
  const std::vector<HostRoute> many(max_routes + 1, route("192.168.0.0/16", "10.0.0.9"));
  EXPECT_EQ(reason(check_routes(a_router(), many, legs)), "router.too_many_routes");
}

TEST(RouterRules, a_leg_that_a_route_leaves_by_stays) {
  Router router = a_router();
  router.routes = {route("192.168.0.0/16", "10.0.0.9")};
  EXPECT_EQ(reason(check_no_route_by(router, a_subnet("a", "10.0.0.0/24"))), "router.interface_in_use_by_route");
  EXPECT_EQ(reason(check_no_route_by(router, a_subnet("six", "fd00::/64"))), "ok");
}

TEST(RouterRules, legs_do_not_share_addresses) {
  const std::vector<Subnet> legs{a_subnet("a", "10.0.0.0/24")};
  const auto again = check_legs(legs, a_subnet("a", "10.0.0.0/24"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, "Bad router request: Router already has a port on subnet a.");
  const auto overlap = check_legs(legs, a_subnet("b", "10.0.0.128/25"));
  ASSERT_FALSE(overlap);
  EXPECT_EQ(overlap.error().message,
            "Bad router request: Cidr 10.0.0.128/25 of subnet b overlaps with cidr 10.0.0.0/24 of subnet a.");
  EXPECT_EQ(reason(check_legs(legs, a_subnet("b", "10.0.1.0/24"))), "ok");
}

Pod a_pod(const std::string& region, const std::string& zone) {
  Pod pod;
  pod.region_name = RegionName(region);
  pod.az_name = zone;
  return pod;
}

TEST(RouterRules, where_a_router_may_have_a_leg) {
  using Hints = std::vector<std::string>;
  const std::vector<Pod> pods{a_pod("One", "west"), a_pod("Two", "west"), a_pod("Three", "east")};
  const struct {
    Hints router, network;
    bool fits;
  } cases[] = {
      {{}, {}, true},           {{}, {"One"}, true},
      {{"One"}, {}, true},      {{"One"}, {"One"}, true},
      {{"One"}, {"west"}, true}, {{"One"}, {"Two"}, false},
      {{"One", "Two"}, {}, false}, {{"One", "Two"}, {"One"}, true},
      {{"One", "Two"}, {"Three"}, false}, {{"west"}, {"One", "Two"}, true},
      {{"west"}, {"One", "Three"}, false}, {{"east"}, {}, false},  // a zone of one region is no region
  };
  for (const auto& row : cases) {
    Router router;
    router.availability_zone_hints = row.router;
    Network network;
    network.availability_zone_hints = row.network;
    EXPECT_EQ(reason(check_location(router, network, pods)), row.fits ? "ok" : "router.location_mismatch")
        << fmt::format("{} {}", row.router.size(), row.network.size());
  }
  EXPECT_EQ(reason(check_hints({"One", "east"}, pods)), "ok");
  EXPECT_EQ(reason(check_hints({"One", "nowhere"}, pods)), "zone.not_found");
  EXPECT_EQ(reason(check_hints({""}, pods)), "zone.not_found");
}

Host a_host(const std::string& name, const std::string& region, std::vector<std::string> physical = {"outside"}) {
  Host host;
  host.id = HostName(name);
  host.region = RegionName(region);
  host.vtep = ip("172.16.0.1");
  host.physical_networks = std::move(physical);
  return host;
}

std::string chosen(const GatewayNeed& need, const std::vector<Host>& hosts,
                   const std::map<HostName, std::size_t>& loads = {}) {
  const Host* host = choose_gateway_host(need, hosts, loads);
  return host == nullptr ? "none" : host->id.str();
}

TEST(GatewayChoice, takes_a_host_that_reaches_the_outside) {
  const GatewayNeed need{"outside", std::nullopt, HostName()};
  std::vector<Host> hosts{a_host("a", "One", {}), a_host("b", "One"), a_host("c", "Two")};
  EXPECT_EQ(chosen(need, hosts), "b");
  EXPECT_EQ(chosen({"outside", std::set{RegionName("Two")}, HostName()}, hosts), "c");
  EXPECT_EQ(chosen({"elsewhere", std::nullopt, HostName()}, hosts), "none");
  EXPECT_EQ(chosen({"", std::nullopt, HostName()}, hosts), "none");
  hosts[1].down = true;
  EXPECT_EQ(chosen(need, hosts), "c");
  hosts[1].down = false;
  hosts[1].forced_down = true;
  EXPECT_EQ(chosen(need, hosts), "c");
  hosts[1].forced_down = false;
  hosts[1].vtep.reset();
  EXPECT_EQ(chosen(need, hosts), "c");
  EXPECT_EQ(chosen(need, {}), "none");
}

TEST(GatewayChoice, spreads_over_hosts_and_stays_where_it_is) {
  const std::vector<Host> hosts{a_host("a", "One"), a_host("b", "One"), a_host("c", "Two")};
  const std::map<HostName, std::size_t> loads{{HostName("a"), 2}, {HostName("b"), 1}, {HostName("c"), 1}};
  EXPECT_EQ(chosen({"outside", std::nullopt, HostName()}, hosts, loads), "b");
  EXPECT_EQ(chosen({"outside", std::nullopt, HostName("a")}, hosts, loads), "a");
  std::map<HostName, std::size_t> counted;
  for (int i = 0; i < 9; ++i) ++counted[HostName(chosen({"outside", std::nullopt, HostName()}, hosts, counted))];
  for (const auto& [host, count] : counted) EXPECT_EQ(count, 3u) << host.str();
}

TEST(GatewayChoice, a_disabled_host_keeps_what_it_has_and_gets_nothing_new) {
  std::vector<Host> hosts{a_host("a", "One"), a_host("b", "One")};
  hosts[0].disabled = true;
  EXPECT_EQ(chosen({"outside", std::nullopt, HostName()}, hosts), "b");
  EXPECT_EQ(chosen({"outside", std::nullopt, HostName("a")}, hosts), "a");
}

}  // namespace
}  // namespace causeway::domain
