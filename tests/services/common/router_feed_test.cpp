#include <gtest/gtest.h>

#include "feed_rig.hpp"

using namespace causeway;
using namespace causeway::test;

namespace {

/// The subscriber has ports on n1. Routers: r1 joins n1 and n2, r2 joins n3 and n4.
void fill(boundary::Store& store) {
  for (int i = 1; i <= 4; ++i) {
    const auto number = std::to_string(i);
    put(store, a_network("n" + number, std::uint32_t(i)));
    put(store, a_subnet("s" + number, "n" + number));
    put(store, a_port("p" + number, "n" + number, "R2", i == 1 ? "h1" : "h2", std::uint32_t(i)));
  }
  put(store, a_network("ext", 9));
  put(store, a_subnet("s-ext", "ext"));
  put(store, an_interest("R1", "n1"));
  put(store, a_router("r1", {"n1", "n2"}));
  put(store, a_router("r2", {"n3", "n4"}));
  put(store, a_floating_ip("f1", "r1", 1));
  put(store, a_floating_ip("f2", "r2", 2));
}

/// What a change of routers does to what the subscriber holds: told to it at once, and after it was away.
struct RouterFeed : testing::TestWithParam<std::tuple<FeedRig::Of, bool>> {
  FeedRig rig{std::get<0>(GetParam())};
  std::shared_ptr<MemorySink> sink;

  void SetUp() override {
    fill(rig.source);
    sink = rig.dial();
    rig.follow(sink);
  }
  template <class Change>
  void after(Change change) {
    const bool away = std::get<1>(GetParam());
    if (away) sink->close();
    change();
    if (away) sink = rig.dial();
    const auto seen = rig.follow(sink);
    EXPECT_EQ(seen.find("reset"), std::string::npos) << seen;
    EXPECT_EQ(seen.find("failed"), std::string::npos) << seen;
    EXPECT_EQ(rig.held(), rig.wanted());
  }
  bool has(const std::string& what) { return rig.held().contains(what); }
};
INSTANTIATE_TEST_SUITE_P(Of, RouterFeed,
                         testing::Combine(testing::Values(FeedRig::Of::region, FeedRig::Of::host), testing::Bool()),
                         [](const auto& info) {
                           return std::string(std::get<0>(info.param) == FeedRig::Of::region ? "region" : "host") +
                                  (std::get<1>(info.param) ? "_that_was_away" : "");
                         });

}  // namespace

TEST_P(RouterFeed, brings_the_networks_that_a_router_joins) {
  EXPECT_EQ(rig.held(), rig.wanted());
  for (const char* what : {"router r1", "network n2", "subnet s2", "port p2", "floatingip f1"}) EXPECT_TRUE(has(what)) << what;
  for (const char* what : {"router r2", "network n3", "port p3", "floatingip f2", "network ext"})
    EXPECT_FALSE(has(what)) << what;
}

TEST_P(RouterFeed, an_interface_that_goes_takes_its_network_along) {
  after([&] { put(rig.source, a_router("r1", {"n1"})); });
  EXPECT_TRUE(has("router r1"));
  EXPECT_FALSE(has("network n2") || has("subnet s2") || has("port p2"));
  after([&] { put(rig.source, a_router("r1", {"n1", "n2"})); });
  EXPECT_TRUE(has("network n2") && has("subnet s2") && has("port p2"));
}

TEST_P(RouterFeed, the_interface_on_the_own_network_takes_the_router_along) {
  after([&] { put(rig.source, a_router("r1", {"n2"})); });
  EXPECT_FALSE(has("router r1") || has("floatingip f1") || has("network n2"));
  EXPECT_TRUE(has("network n1"));
}

TEST_P(RouterFeed, a_router_that_goes_takes_its_networks_along) {
  after([&] { erase(rig.source, "router", "r1"); });
  EXPECT_FALSE(has("router r1") || has("network n2") || has("floatingip f1"));
}

TEST_P(RouterFeed, a_router_between_routers_brings_all_behind_it) {
  after([&] { put(rig.source, a_router("r3", {"n2", "n3"})); });
  for (const char* what : {"router r3", "router r2", "network n3", "network n4", "port p4", "floatingip f2"})
    EXPECT_TRUE(has(what)) << what;
  after([&] { erase(rig.source, "router", "r3"); });
  for (const char* what : {"router r3", "router r2", "network n3", "network n4", "port p4", "floatingip f2"})
    EXPECT_FALSE(has(what)) << what;
}

TEST_P(RouterFeed, the_last_port_on_a_network_takes_all_that_it_reached_along) {
  after([&] {
    erase(rig.source, "interest", "R1/n1");
    erase(rig.source, "port", "p1");
  });
  EXPECT_TRUE(rig.held().empty());
}

TEST_P(RouterFeed, a_network_that_is_reached_two_ways_stays_until_both_are_gone) {
  after([&] { put(rig.source, a_router("r4", {"n1", "n2"})); });
  after([&] { put(rig.source, a_router("r1", {"n1"})); });
  EXPECT_TRUE(has("network n2"));
  after([&] { erase(rig.source, "router", "r4"); });
  EXPECT_FALSE(has("network n2"));
}

TEST_P(RouterFeed, a_gateway_brings_the_router_and_the_external_network_which_joins_nothing) {
  put(rig.source, a_router("r5", {"ext"}));
  after([&] { put(rig.source, a_router("r2", {"n3", "n4"}, "ext@R1/h1")); });
  for (const char* what : {"router r2", "network ext", "subnet s-ext", "network n3", "port p4", "floatingip f2"})
    EXPECT_TRUE(has(what)) << what;
  EXPECT_FALSE(has("router r5"));
  after([&] { put(rig.source, a_router("r2", {"n3", "n4"}, "ext@R2/h1")); });
  EXPECT_FALSE(has("router r2") || has("network ext") || has("network n3") || has("floatingip f2"))
      << "a host of that name in another region";
}

TEST_P(RouterFeed, a_floating_ip_leaves_with_its_router) {
  after([&] { put(rig.source, a_floating_ip("f1", "r2", 1)); });
  EXPECT_FALSE(has("floatingip f1"));
  after([&] { put(rig.source, a_floating_ip("f1", "r1", 1)); });
  EXPECT_TRUE(has("floatingip f1"));
  after([&] { put(rig.source, a_floating_ip("f1", "", 1)); });
  EXPECT_FALSE(has("floatingip f1"));
}

TEST(RegionFeed, tells_a_region_which_networks_it_hosts_and_who_else_does) {
  FeedRig rig(FeedRig::Of::region);
  fill(rig.source);
  put(rig.source, an_interest("R2", "n2"));
  put(rig.source, an_interest("R2", "n3"));
  rig.catch_up();
  EXPECT_EQ(records(rig.copy, {"interest"}).size(), 2U) << "n3 is not of this region's interest";
  // a replica from before that gets it with its next stream
  erase(rig.copy, "interest", "R1/n1");
  put(rig.source, a_network("n4", 4, "renamed"));
  rig.catch_up();
  EXPECT_EQ(records(rig.copy, {"interest"}).size(), 2U);
  erase(rig.source, "interest", "R1/n1");
  rig.catch_up();
  EXPECT_TRUE(records(rig.copy, {"interest"}).empty());
}
