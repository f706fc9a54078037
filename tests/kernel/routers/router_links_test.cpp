#include "router_rig.hpp"

#include "../../conformance/router_links_suite.hpp"

namespace causeway::adapters {
namespace {

class RouterPackets : public ::testing::Test {
 protected:
  void SetUp() override {
    host.net.run([&] {
      for (const char* bridge : {"cwb1", "cwb2", "br-ex"})
        ASSERT_TRUE(host.links->ensure_bridge({bridge, domain::Mac::from_number(0x020000000001), 1450, false}));
    });
    one = std::make_unique<Box>(host, 1, 10);
    two = std::make_unique<Box>(host, 2, 20);
  }
  /// One way, and the hops it made. Links that were made just now drop what comes before the kernel has noticed them.
  static int hops(const NetNamespace& from, const NetNamespace& to, const domain::IpAddress& address, int tries = 8) {
    const Udp sender(from, address.is_v4()), receiver(to, address.is_v4());
    for (int i = 0; i < tries; ++i) {
      sender.send(address);
      if (const auto heard = receiver.hear()) return 64 - heard->ttl;
    }
    return -1;
  }
  static bool passes(const NetNamespace& from, const NetNamespace& to, const domain::IpAddress& address) {
    return hops(from, to, address, 2) >= 0;
  }
  std::uint32_t outside_index() {
    return host.net.run([] { return std::uint32_t(::if_nametoindex("cwr1")); });
  }
  Host host;
  std::unique_ptr<Box> one, two;
};

}  // namespace

TEST_F(RouterPackets, are_routed_with_one_hop_in_both_families) {
  EXPECT_FALSE(passes(one->net, two->net, two->v4)) << "nothing joins the networks yet";
  host.ensure(conformance::a_router());
  EXPECT_EQ(hops(one->net, two->net, two->v4), 1);
  EXPECT_EQ(hops(two->net, one->net, one->v4), 1);
  EXPECT_EQ(hops(one->net, two->net, two->v6), 1);
  EXPECT_EQ(hops(two->net, one->net, one->v6), 1);
}

TEST_F(RouterPackets, do_not_pass_a_router_that_is_down_or_gone) {
  auto router = conformance::a_router();
  router.forwards = false;
  host.ensure(router);
  EXPECT_FALSE(passes(one->net, two->net, two->v4));
  EXPECT_FALSE(passes(one->net, two->net, two->v6));
  host.ensure(conformance::a_router());
  ASSERT_EQ(hops(one->net, two->net, two->v4), 1);
  auto cut = conformance::a_router();
  cut.legs.pop_back();
  cut.routes.clear();
  host.ensure(cut);
  EXPECT_FALSE(passes(one->net, two->net, two->v4));
  host.ensure(conformance::a_router());
  EXPECT_EQ(hops(one->net, two->net, two->v6), 1);
}

TEST_F(RouterPackets, a_router_is_adopted_by_the_next_life_of_the_agent) {
  host.ensure(conformance::a_router());
  const auto before = outside_index();
  host.routers = host.net.run([&] { return NetlinkRouterLinks::open(host.folder).value(); });
  EXPECT_EQ(*host.routers->list_routers(), std::vector<std::string>{"cwr-1"});
  host.ensure(conformance::a_router());
  EXPECT_EQ(outside_index(), before) << "its legs are the same";
  EXPECT_EQ(hops(one->net, two->net, two->v4), 1);
}

TEST_F(RouterPackets, a_leg_that_somebody_took_away_comes_back) {
  host.ensure(conformance::a_router());
  host.net.run([&] { ASSERT_TRUE(host.links->remove_link("cwr1")); });
  host.ensure(conformance::a_router());
  EXPECT_EQ(hops(one->net, two->net, two->v4), 1);
}

TEST_F(RouterPackets, neighbours_hear_at_once_of_an_interface_that_came_again_with_another_mac_address) {
  auto router = conformance::a_router();
  for (auto& leg : router.legs) leg.announced = true;
  host.ensure(router);
  ASSERT_EQ(hops(two->net, one->net, one->v4), 1);
  ASSERT_EQ(hops(two->net, one->net, one->v6), 1);
  auto cut = router;
  cut.legs.pop_back();
  cut.routes.clear();
  host.ensure(cut);
  router.legs[1].mac = domain::Mac::from_number(0xfa163eff00aa);
  host.ensure(router);
  EXPECT_TRUE(passes(two->net, one->net, one->v4)) << "its cache still had the former one";
  EXPECT_TRUE(passes(two->net, one->net, one->v6));
}

TEST_F(RouterPackets, a_leftover_file_of_a_crash_is_no_router) {
  { const std::unique_ptr<FILE, int (*)(FILE*)> file(::fopen((host.folder + "/cwr-1").c_str(), "w"), &::fclose); }
  host.ensure(conformance::a_router());
  EXPECT_EQ(hops(one->net, two->net, two->v4), 1);
}

/// The outside: 172.30.0.1 on the bridge of the physical network.
class RouterGatewayPackets : public RouterPackets {
 protected:
  void SetUp() override {
    RouterPackets::SetUp();
    host.net.run([&] {
      ASSERT_TRUE(host.links->ensure_veth({"cwp99", "cwc99", domain::Mac::from_number(0xfa163e000099), 1450, "br-ex"}));
    });
    host.net.move_link_to("cwc99", outside);
    outside.set_up("cwc99");
    outside.add_address("cwc99", ip("172.30.0.1"), 24);
  }
  static domain::RouterNamespace a_gateway(const char* floating_for) {
    auto router = conformance::a_router();
    router.legs.push_back({"cwr9", "qg-9", "br-ex", domain::Mac::from_number(0xfa163eff0009), 1450,
                           {{ip("172.30.0.11"), 24}}, true});
    router.hidden_behind = {ip("172.30.0.11")};
    const std::string to(floating_for);
    if (!to.empty()) {
      router.legs.back().addresses.push_back({ip("172.30.0.50"), 32});
      router.translations = {{ip("172.30.0.50"), ip(to)}};
      router.nat = "chain before {\n type nat hook prerouting priority -100; policy accept;\n dnat to ip daddr map { "
                   "172.30.0.50 : " + to + " }\n}\n";
    }
    router.nat += "chain behind {\n type nat hook postrouting priority 100; policy accept;\n";
    if (!to.empty()) router.nat += " oifname \"qg-9\" snat to ip saddr map { " + to + " : 172.30.0.50 }\n";
    router.nat += " oifname \"qg-9\" snat to 172.30.0.11\n}\n";
    return router;
  }
  NetNamespace outside;
};

TEST_F(RouterGatewayPackets, leave_under_the_gateways_address_and_answers_come_back) {
  host.ensure(a_gateway(""));
  const Udp inner(one->net, true), outer(outside, true);
  const auto heard = deliver(inner, ip("172.30.0.1"), outer);
  ASSERT_TRUE(heard);
  EXPECT_EQ(heard->from, ip("172.30.0.11"));
  EXPECT_TRUE(deliver(outer, heard->from, inner, heard->port));
}

TEST_F(RouterGatewayPackets, a_floating_ip_leads_in_and_moves_with_its_connections_cut) {
  host.ensure(a_gateway("10.1.0.10"));
  const Udp first(one->net, true), second(two->net, true), outer(outside, true);
  ASSERT_TRUE(deliver(outer, ip("172.30.0.50"), first));
  const auto answer = deliver(first, ip("172.30.0.1"), outer);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->from, ip("172.30.0.50"));
  while (first.hear()) {
  }
  host.ensure(a_gateway("10.2.0.20"));
  EXPECT_TRUE(deliver(outer, ip("172.30.0.50"), second)) << "the same flow, which was known with the former container";
  EXPECT_FALSE(first.hear());
  host.ensure(a_gateway(""));
  outer.send(ip("172.30.0.50"));
  EXPECT_FALSE(second.hear());
}

}  // namespace causeway::adapters

namespace causeway::conformance {

INSTANTIATE_TYPED_TEST_SUITE_P(Kernel, RouterLinksSuite, adapters::Host);

}  // namespace causeway::conformance
