#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>

#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/router_links.hpp"

/// The contract of boundary::RouterLinks. `Rig` gives `run(function)`, which calls it with routers and links of one host.
namespace causeway::conformance {

inline domain::RouterLeg a_leg(int number) {
  const auto n = std::to_string(number);
  return {"cwr" + n,
          "qr-" + n,
          "cwb" + n,
          domain::Mac::from_number(0xfa163eff0000 + std::uint64_t(number)),
          1450,
          {{*domain::IpAddress::parse("10." + n + ".0.1"), 24},
           {*domain::IpAddress::parse("fd00:" + n + "::1"), 64},
           {*domain::IpAddress::parse("fe80::" + n), 64}}};  // from which neighbours are asked
}
inline domain::RouterNamespace a_router(const std::string& name = "cwr-1") {
  domain::RouterNamespace router;
  router.name = name;
  router.legs = {a_leg(1), a_leg(2)};
  router.routes = {{*domain::Cidr::parse("192.168.0.0/16"), *domain::IpAddress::parse("10.2.0.99"), "qr-2"}};
  return router;
}

template <class Rig>
class RouterLinksSuite : public ::testing::Test {
 protected:
  void with(const std::function<void(boundary::RouterLinks&, boundary::Links&)>& test) {
    rig_.run([&](boundary::RouterLinks& routers, boundary::Links& links) {
      for (const char* bridge : {"cwb1", "cwb2"})
        ASSERT_TRUE(links.ensure_bridge({bridge, domain::Mac::from_number(0x020000000001), 1450, false}));
      test(routers, links);
    });
  }
  Rig rig_;
};
TYPED_TEST_SUITE_P(RouterLinksSuite);

TYPED_TEST_P(RouterLinksSuite, makes_a_router_and_changes_what_differs) {
  this->with([](boundary::RouterLinks& routers, boundary::Links&) {
    auto router = a_router();
    for (int round = 0; round < 2; ++round) {
      const auto made = routers.ensure_router(router);
      ASSERT_TRUE(made) << made.error().describe();
    }
    router.legs.pop_back();
    router.routes.clear();
    router.forwards = false;
    router.legs[0].addresses.pop_back();
    const auto changed = routers.ensure_router(router);
    ASSERT_TRUE(changed) << changed.error().describe();
    EXPECT_EQ(*routers.list_routers(), std::vector<std::string>{"cwr-1"});
    ASSERT_TRUE(routers.remove_router("cwr-1"));
  });
}

TYPED_TEST_P(RouterLinksSuite, needs_the_bridges) {
  this->with([](boundary::RouterLinks& routers, boundary::Links& links) {
    ASSERT_TRUE(links.remove_link("cwb2"));
    const auto refused = routers.ensure_router(a_router());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "links.no_bridge");
    ASSERT_TRUE(links.ensure_bridge({"cwb2", domain::Mac::from_number(0x020000000001), 1450, false}));
    EXPECT_TRUE(routers.ensure_router(a_router())) << "what was done before a failure stays: call again";
    ASSERT_TRUE(routers.remove_router("cwr-1"));
  });
}

TYPED_TEST_P(RouterLinksSuite, a_router_that_is_removed_leaves_nothing) {
  this->with([](boundary::RouterLinks& routers, boundary::Links& links) {
    EXPECT_TRUE(routers.remove_router("cwr-1")) << "what is not there";
    ASSERT_TRUE(routers.ensure_router(a_router("cwr-1")));
    ASSERT_TRUE(routers.remove_router("cwr-1"));
    EXPECT_TRUE(routers.list_routers()->empty());
    EXPECT_TRUE(links.observe("cwr")->empty());
    EXPECT_EQ(links.observe("cwb")->size(), 2U);
    EXPECT_TRUE(routers.ensure_router(a_router("cwr-1"))) << "and it can be made again";
    ASSERT_TRUE(routers.remove_router("cwr-1"));
  });
}

REGISTER_TYPED_TEST_SUITE_P(RouterLinksSuite, makes_a_router_and_changes_what_differs, needs_the_bridges,
                            a_router_that_is_removed_leaves_nothing);

}  // namespace causeway::conformance
