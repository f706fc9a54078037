#include <algorithm>
#include <set>

#include "agent_room.hpp"

#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"

namespace causeway::testing {
namespace {

const domain::NetworkId net_b("bbbbbbbb-0000-4000-8000-000000000001");
const domain::NetworkId net_out("eeeeeeee-0000-4000-8000-000000000001");
const domain::RouterId the_router("99999999-0000-4000-8000-000000000001");
const domain::PortId leg_a("aaaa0000-0000-4000-8000-000000000001"), leg_b("bbbb0000-0000-4000-8000-000000000001"),
    leg_out("eeee0000-0000-4000-8000-000000000001");

class AgentRouters : public AgentRoom {
 protected:
  void SetUp() override {
    AgentRoom::SetUp();
    put_running_container();
    put(far_network());
    put(far_subnet());
    auto far = a_port(port_far, "h2", "10.12.0.20", 0x20);
    far.network_id = net_b;
    far.fixed_ips = {{subnet_b, ip("10.12.0.20")}};
    put(far);
  }
  static domain::Network far_network() {
    auto network = a_network();
    network.id = net_b;
    network.vni = 1002;
    return network;
  }
  static domain::Subnet far_subnet() {
    domain::Subnet subnet;
    subnet.id = subnet_b;
    subnet.network_id = net_b;
    subnet.cidr = *domain::Cidr::parse("10.12.0.0/24");
    subnet.gateway_ip = ip("10.12.0.1");
    return subnet;
  }
  static domain::Router a_router() {
    domain::Router router;
    router.id = the_router;
    router.interfaces = {{leg_a, net_a, domain::Mac::from_number(0xfa163eff0001), {{subnet_a, ip("10.11.0.1")}}},
                         {leg_b, net_b, domain::Mac::from_number(0xfa163eff0002), {{subnet_b, ip("10.12.0.1")}}}};
    return router;
  }
  static domain::Router a_router_with_gateway(const char* host) {
    auto router = a_router();
    domain::RouterGateway gateway;
    gateway.network_id = net_out;
    gateway.port_id = leg_out;
    gateway.region = domain::RegionName("R1");
    gateway.host = domain::HostName(host);
    gateway.vtep = ip("10.200.0.2");
    gateway.external_fixed_ips = {{domain::SubnetId("s-out"), ip("172.30.1.11")}};
    router.gateways = {gateway};
    router.transit_vni = 5001;
    return router;
  }
  /// Stands for the address of the far port.
  domain::FloatingIp a_floating_ip() const {
    domain::FloatingIp floating;
    floating.id = domain::FloatingIpId("ffffffff-0000-4000-8000-000000000001");
    floating.floating_network_id = net_out;
    floating.floating_ip_address = ip("172.30.1.50");
    floating.port_id = port_far;
    floating.fixed_ip_address = ip("10.12.0.20");
    floating.router_id = the_router;
    return floating;
  }
  std::optional<domain::RouterNamespace> kernel() { return routers.router(domain::router_namespace_name(the_router)); }
  bool has_legs(std::size_t count) {
    return eventually([&] { return kernel() && kernel()->legs.size() == count; });
  }
  std::vector<boundary::RemoteEntry> entries(const std::string& tunnel) {
    return links.observe_remote_entries(tunnel).value_or(std::vector<boundary::RemoteEntry>());
  }
  bool told_ready() {
    const auto routing = region.routing();
    return routing && routing->routers.size() == 1 && routing->routers[0].id == the_router && routing->routers[0].ready;
  }
};

}  // namespace

TEST_F(AgentRouters, a_router_brings_the_networks_that_it_joins) {
  EXPECT_FALSE(has_link(services::bridge_name(net_b)));
  put(a_router());
  EXPECT_TRUE(has_legs(2));
  EXPECT_TRUE(has_link(services::tunnel_name(net_b)));
  EXPECT_TRUE(eventually([&] { return entries(services::tunnel_name(net_b)).size() == 1; })) << "it knows the far port";
  EXPECT_TRUE(eventually([&] { return told_ready(); }));
}

TEST_F(AgentRouters, an_interface_that_goes_takes_its_network_along) {
  put(a_router());
  ASSERT_TRUE(has_legs(2));
  auto router = a_router();
  router.interfaces.pop_back();
  put(router);
  EXPECT_TRUE(has_legs(1));
  EXPECT_TRUE(eventually([&] { return !has_link(services::bridge_name(net_b)) && !has_link(services::tunnel_name(net_b)); }));
  EXPECT_TRUE(has_link(services::bridge_name(net_a)));
  put(a_router());
  EXPECT_TRUE(has_legs(2));
}

TEST_F(AgentRouters, a_router_that_goes_leaves_nothing_and_is_not_told_of_any_more) {
  put(a_router_with_gateway("h2"));
  ASSERT_TRUE(has_legs(3));
  EXPECT_TRUE(has_link(services::transit_tunnel_name(the_router)));
  erase<domain::Router>(the_router);
  EXPECT_TRUE(eventually([&] { return !kernel(); }));
  EXPECT_TRUE(eventually([&] { return !has_link(services::transit_tunnel_name(the_router)) && !has_link(services::bridge_name(net_b)); }));
  EXPECT_TRUE(eventually([&] { return region.routing() && region.routing()->routers.empty(); }));
}

TEST_F(AgentRouters, the_way_out_leads_to_the_gateway_host) {
  put(a_router_with_gateway("h2"));
  ASSERT_TRUE(has_legs(3));
  const auto tunnel = services::transit_tunnel_name(the_router);
  ASSERT_TRUE(eventually([&] { return entries(tunnel).size() == 1; }));
  EXPECT_EQ(entries(tunnel)[0].vtep, ip("10.200.0.2"));
}

TEST_F(AgentRouters, on_the_gateway_host_floating_ips_are_translated_and_told_of) {
  domain::Network external;
  external.id = net_out;
  external.external = true;
  external.network_type = "flat";
  external.physical_network = "external";
  domain::Subnet block;
  block.id = domain::SubnetId("s-out");
  block.network_id = net_out;
  block.cidr = *domain::Cidr::parse("172.30.1.0/24");
  auto floating = a_floating_ip();
  ASSERT_TRUE(links.ensure_bridge({"br-ex", domain::Mac::from_number(0x020000000099), 1500, false}));
  put(external);
  put(block);
  put(floating);
  put(a_router_with_gateway("h1"));
  ASSERT_TRUE(has_legs(4));
  EXPECT_EQ(kernel()->translations, (std::vector<domain::Translation>{{ip("172.30.1.50"), ip("10.12.0.20")}}));
  const auto told = [&] {
    const auto routing = region.routing();
    return routing && routing->routers.size() == 1 ? routing->routers[0].floating_ips : std::vector<domain::SeenFloatingIp>();
  };
  EXPECT_TRUE(eventually([&] { return told() == std::vector<domain::SeenFloatingIp>{{floating.id, port_far, ip("10.12.0.20")}}; }));
  EXPECT_EQ(region.host().physical_networks, std::vector<std::string>{"external"});
  EXPECT_EQ(region.host().cannot.at("split_vlans"), "The kernel takes no program.");
  floating.port_id.reset();
  floating.fixed_ip_address.reset();
  floating.router_id.reset();
  put(floating);
  EXPECT_TRUE(eventually([&] { return kernel()->translations.empty() && told().empty(); }));
}

TEST_F(AgentRouters, with_several_gateways_what_comes_in_follows_the_port_to_its_host) {
  ASSERT_TRUE(links.ensure_bridge({"br-ex", domain::Mac::from_number(0x020000000099), 1500, false}));
  domain::Network external;
  external.id = net_out;
  external.network_type = "flat";
  external.physical_network = "external";
  put(external);
  auto router = a_router_with_gateway("h1");
  router.gateways.push_back(router.gateways[0]);
  router.gateways[1].network_id = domain::NetworkId("another");
  router.gateways[1].port_id = domain::PortId("ffff0000-0000-4000-8000-000000000001");
  router.gateways[1].number = 2;
  router.gateways[1].host = domain::HostName("h9");
  router.gateways[1].vtep = ip("10.200.0.9");
  put(router);
  auto floating = a_floating_ip();
  put(floating);
  const auto sent_to = [&] {
    std::set<std::string> out;
    for (const auto& entry : entries(services::transit_tunnel_name(the_router))) out.insert(entry.vtep.to_string());
    return out;
  };
  EXPECT_TRUE(has_legs(5)) << "two inside, one outside, two on the transit network";
  EXPECT_TRUE(eventually([&] { return sent_to() == std::set<std::string>{"10.200.0.2", "10.200.0.9"}; }));
  auto far = a_port(port_far, "h3", "10.12.0.20", 0x20);
  far.network_id = net_b;
  far.fixed_ips = {{subnet_b, ip("10.12.0.20")}};
  far.vtep = ip("10.200.0.3");
  put(far);
  EXPECT_TRUE(eventually([&] { return sent_to() == std::set<std::string>{"10.200.0.3", "10.200.0.9"}; }));
  router.gateways.clear();
  put(router);
  EXPECT_TRUE(has_legs(2));
  EXPECT_TRUE(eventually([&] { return !has_link(services::transit_tunnel_name(the_router)); }));
}

TEST_F(AgentRouters, a_gateway_on_a_vlan_has_its_leg_there) {
  domain::Network external;
  external.id = net_out;
  external.external = true;
  external.network_type = "vlan";
  external.vlan = 300;
  external.physical_network = "external";
  ASSERT_TRUE(links.ensure_bridge({"br-ex", domain::Mac::from_number(0x020000000099), 1500, false}));
  put(external);
  put(a_router_with_gateway("h1"));
  ASSERT_TRUE(has_legs(4));
  const auto legs = kernel()->legs;
  EXPECT_EQ(std::ranges::count(legs, 300, &domain::RouterLeg::vlan), 1) << "the external one alone";
}

TEST_F(AgentRouters, a_physical_network_that_is_not_reached_is_told_of) {
  domain::Network external;
  external.id = net_out;
  external.network_type = "flat";
  external.physical_network = "elsewhere";
  put(external);
  put(a_router_with_gateway("h1"));
  EXPECT_TRUE(eventually([&] {
    const auto routing = region.routing();
    return routing && !routing->routers.empty() && !routing->routers[0].ready &&
           routing->routers[0].error.find("elsewhere") != std::string::npos;
  }));
  EXPECT_TRUE(has_legs(3)) << "what is inside works all the same";
}

TEST_F(AgentRouters, a_refusal_of_the_kernel_is_tried_again) {
  routers.fail_next(fail(Code::unavailable, "links.refused", "The kernel has no memory."));
  put(a_router());
  EXPECT_TRUE(has_legs(2));
  EXPECT_TRUE(eventually([&] { return told_ready(); }));
}

TEST_F(AgentRouters, an_agent_that_was_killed_adopts_what_is_there_and_removes_orphans_after_a_grace) {
  put(a_router());
  ASSERT_TRUE(has_legs(2));
  domain::RouterNamespace stray;
  stray.name = domain::router_namespace_name(domain::RouterId("88888888-0000-4000-8000-000000000001"));
  ASSERT_TRUE(routers.ensure_router(stray));
  const int before = routers.changes();
  start_agent();
  ASSERT_TRUE(eventually([&] { return told_ready(); }));
  ASSERT_TRUE(agent->wait_idle(std::chrono::seconds(5)));
  EXPECT_EQ(routers.changes(), before);
  EXPECT_TRUE(routers.router(stray.name));
  clock.advance(std::chrono::seconds(61));
  EXPECT_TRUE(eventually([&] { return !routers.router(stray.name); }));
  EXPECT_TRUE(kernel());
}

}  // namespace causeway::testing
