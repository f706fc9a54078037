#include <gtest/gtest.h>

#include "causeway/domain/router/reach.hpp"

using causeway::domain::Reach;
using Ids = std::vector<std::string>;
using Set = std::set<std::string>;

TEST(Reach, follows_routers_however_many_lie_between) {
  Reach reach;
  reach.set_router("r1", {{"a", "b"}, {}});
  reach.set_router("r2", {{"b", "c"}, {}});
  reach.set_router("r3", {{"x", "y"}, {}});
  EXPECT_EQ(reach.add_own("a").networks_in.size(), 3U);
  EXPECT_EQ(reach.networks(), (Set{"a", "b", "c"}));
  EXPECT_EQ(reach.routers(), (Set{"r1", "r2"}));
}

TEST(Reach, what_shrinks_gives_up_only_what_nothing_else_reaches) {
  Reach reach;
  reach.add_own("a");
  reach.set_router("r1", {{"a", "b"}, {}});
  reach.set_router("r2", {{"a", "b", "c"}, {}});
  EXPECT_EQ(reach.set_router("r2", {{"a"}, {}}).networks_out, Ids{"c"});
  EXPECT_EQ(reach.remove_router("r1").networks_out, Ids{"b"});
  const auto all = reach.remove_own("a");
  EXPECT_EQ(all.networks_out, Ids{"a"});
  EXPECT_EQ(all.routers_out, Ids{"r2"});
}

TEST(Reach, an_external_network_is_known_and_joins_nothing) {
  Reach reach;
  reach.set_router("r2", {{"ext", "z"}, {}});
  const auto delta = reach.set_router("r1", {{"a"}, {"ext"}});
  EXPECT_EQ(delta.routers_in, Ids{"r1"});
  EXPECT_EQ(reach.networks(), (Set{"a", "ext"}));
  EXPECT_FALSE(reach.has_router("r2"));
}

TEST(Reach, a_gateway_is_known_however_its_router_was_met) {
  Reach reach;
  reach.set_router("r1", {{"a", "b"}, {"out1"}});
  reach.set_router("r2", {{"a"}, {"out2"}});
  EXPECT_TRUE(reach.set_router("r1", {{"a"}, {"out1"}}).networks_out == Ids{"b"});
  EXPECT_EQ(reach.networks(), (Set{"a", "out1", "out2"}));
}

TEST(Reach, says_nothing_twice) {
  Reach reach;
  reach.add_own("a");
  EXPECT_TRUE(reach.add_own("a").networks_in.empty());
  EXPECT_EQ(reach.set_router("r1", {{"a", "b"}, {}}).routers_in, Ids{"r1"});
  const auto grown = reach.set_router("r1", {{"a", "b", "c"}, {}});
  EXPECT_TRUE(grown.routers_in.empty());
  EXPECT_EQ(grown.networks_in, Ids{"c"});
  EXPECT_TRUE(reach.set_router("r1", {{"a", "b", "c"}, {}}).networks_in.empty());
}

TEST(Reach, tells_what_lies_around_a_network_that_is_nobodys) {
  Reach reach;
  reach.set_router("r1", {{"a", "b"}, {}});
  EXPECT_EQ(reach.around("b").networks_in.size(), 2U);
  EXPECT_TRUE(reach.networks().empty());
}
