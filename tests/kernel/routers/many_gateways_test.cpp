#include "router_rig.hpp"

#include "causeway/domain/router/router_plan.hpp"

namespace causeway::adapters {
namespace {

/// A neighbour of a gateway, 172.30.<number>.1, with an address beyond: 198.51.100.<number>.
struct Outside {
  NetNamespace net;
  domain::IpAddress near, beyond;
  static domain::IpAddress other(int number) { return ip("172.30." + std::to_string(number) + ".2"); }

  Outside(Host& host, int number)
      : near(ip("172.30." + std::to_string(number) + ".1")), beyond(ip("198.51.100." + std::to_string(number))) {
    const auto n = "9" + std::to_string(number);
    host.net.run([&] {
      ASSERT_TRUE(host.links->ensure_bridge({"br-ex" + std::to_string(number), domain::Mac::from_number(0x020000000001), 1450, false}));
      ASSERT_TRUE(host.links->ensure_veth({"cwp" + n, "cwc" + n, domain::Mac::from_number(0xfa163e000090 + std::uint64_t(number)), 1450, "br-ex" + std::to_string(number)}));
    });
    host.net.move_link_to("cwc" + n, net);
    net.set_up("cwc" + n);
    net.add_address("cwc" + n, near, 24);
    net.add_address("cwc" + n, other(number), 24);
    net.add_address("cwc" + n, beyond, 32);
  }
};

/// A router whose two gateways are on this host, as it is planned.
class ManyGatewayPackets : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* bridge : {"cwb1", "cwbt"})
      host.net.run([&] { ASSERT_TRUE(host.links->ensure_bridge({bridge, domain::Mac::from_number(0x020000000001), 1450, false})); });
    box = std::make_unique<Box>(host, 1, 10);
    for (const int number : {1, 2}) worlds[std::size_t(number - 1)] = std::make_unique<Outside>(host, number);
    site.region = domain::RegionName("R");
    site.host = domain::HostName("h");
    site.vtep = ip("10.200.0.1");
    site.transit_bridge = "cwbt";
    router.id = domain::RouterId("99999999-0000-4000-8000-000000000009");
    router.transit_vni = 7;
    const domain::NetworkId inner("n");
    router.interfaces = {{domain::PortId("11111111-0000-4000-8000-000000000001"), inner, domain::Mac::from_number(0xfa163eff0001),
                          {{domain::SubnetId("s"), ip("10.1.0.1")}}}};
    site.networks[inner] = {"cwb1", 1450};
    add_subnet("s", "10.1.0.0/24", "10.1.0.1");
    for (const char* number : {"1", "2"}) add_gateway(number);
  }
  void add_subnet(const std::string& id, const std::string& block, const std::string& gateway) {
    domain::Subnet subnet;
    subnet.id = domain::SubnetId(id);
    subnet.cidr = cidr(block);
    subnet.gateway_ip = ip(gateway);
    site.subnets.emplace(subnet.id, subnet);
  }
  void add_gateway(const std::string& number) {
    const auto block = "172.30." + number + ".";
    domain::RouterGateway gateway;
    gateway.network_id = domain::NetworkId("ext" + number);
    gateway.port_id = domain::PortId(number + "3333333-0000-4000-8000-000000000003");
    gateway.mac_address = domain::Mac::from_number(0xfa163eff00e0 + std::uint64_t(number[0]));
    gateway.external_fixed_ips = {{domain::SubnetId("ext" + number), ip(block + "11")}};
    gateway.number = std::uint32_t(number[0] - '0');
    gateway.on_link = {cidr(block + "0/24")};
    gateway.region = site.region;
    gateway.host = site.host;
    gateway.vtep = site.vtep;
    site.networks[gateway.network_id] = {"br-ex" + number, 1450};
    add_subnet("ext" + number, block + "0/24", block + "1");
    router.gateways.push_back(gateway);
  }
  void float_on(const std::string& number) {
    domain::FloatingIp out;
    out.floating_network_id = domain::NetworkId("ext" + number);
    out.floating_ip_address = ip("172.30." + number + ".50");
    out.port_id = domain::PortId("p");
    out.fixed_ip_address = ip("10.1.0.10");
    out.router_id = router.id;
    floating.push_back(out);
  }
  void ensure() { host.ensure(domain::plan_router(router, floating, site)); }
  /// From an address beyond to one of the container's, and back: the address that the answer comes from, if it comes there.
  std::string answer_from(const Outside& world, const char* to) {
    const Udp inner(box->net, true), outer(world.net, true, world.beyond);
    const auto asked = deliver(outer, ip(to), inner);
    if (!asked) return "not heard";
    if (asked->from != world.beyond) return "heard from " + asked->from.to_string();
    const auto answer = deliver(inner, world.beyond, outer, asked->port);
    return answer ? answer->from.to_string() : "no answer";
  }
  std::string seen_as(const Outside& world, const domain::IpAddress& target) {
    const Udp inner(box->net, true), outer(world.net, true);
    const auto heard = deliver(inner, target, outer);
    return heard ? heard->from.to_string() : "not seen";
  }

  Host host;
  std::unique_ptr<Box> box;
  std::array<std::unique_ptr<Outside>, 2> worlds;
  domain::Router router;
  domain::RouterSite site;
  std::vector<domain::FloatingIp> floating;
};

}  // namespace

TEST_F(ManyGatewayPackets, leave_by_the_gateway_that_is_near_their_destination_or_by_the_first) {
  ensure();
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->near), "172.30.1.11");
  EXPECT_EQ(seen_as(*worlds[1], worlds[1]->near), "172.30.2.11");
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "172.30.1.11");
  EXPECT_EQ(seen_as(*worlds[1], worlds[1]->beyond), "not seen") << "the first is the way to what is beyond";
}

TEST_F(ManyGatewayPackets, of_a_floating_ip_leave_by_its_gateway) {
  float_on("2");
  ensure();
  EXPECT_EQ(seen_as(*worlds[1], worlds[1]->beyond), "172.30.2.50");
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "not seen");
  floating.clear();
  ensure();
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "172.30.1.11");
}

TEST_F(ManyGatewayPackets, are_answered_by_the_gateway_that_they_came_in_by) {
  float_on("1");
  float_on("2");
  ensure();
  EXPECT_EQ(answer_from(*worlds[0], "172.30.1.50"), "172.30.1.50");
  EXPECT_EQ(answer_from(*worlds[1], "172.30.2.50"), "172.30.2.50");
}

TEST_F(ManyGatewayPackets, stay_with_their_gateway_while_it_is_there_and_others_come_and_go) {
  const auto first = router.gateways[0], second = router.gateways[1];
  router.gateways = {first};
  ensure();
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "172.30.1.11");
  EXPECT_EQ(seen_as(*worlds[1], worlds[1]->near), "not seen");
  for (int round = 0; round < 2; ++round) {
    router.gateways = {second, first};
    ensure();
    EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "172.30.1.11") << "this flow is known";
    EXPECT_EQ(seen_as(*worlds[1], worlds[1]->beyond), "172.30.2.11") << "the first is another one now";
    EXPECT_EQ(seen_as(*worlds[1], Outside::other(2)), "172.30.2.11");
  }
  router.gateways = {first};
  ensure();
  EXPECT_EQ(seen_as(*worlds[0], worlds[0]->beyond), "172.30.1.11");
  EXPECT_EQ(seen_as(*worlds[1], Outside::other(2)), "not seen");
}

}  // namespace causeway::adapters
