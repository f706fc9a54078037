#include "causeway/adapters/memory/memory_links.hpp"

#include <gtest/gtest.h>

#include "../../conformance/links_suite.hpp"

namespace causeway::adapters {
namespace {

struct MemoryRig {
  MemoryLinks links;
  template <class Function>
  void run(Function function) {
    function(links);
  }
  void move_peer_away(std::string_view name) { links.move_peer_away(name); }
  void return_peer(std::string_view name) { links.return_peer(name); }
  void add_foreign_link(std::string_view name) { links.add_foreign_link(name); }
};

TEST(MemoryLinks, fails_as_often_as_told_and_changes_nothing_then) {
  MemoryLinks links;
  links.fail_next(MemoryLinks::Operation::ensure_bridge, fail(Code::unavailable, "test.first", "first"));
  links.fail_next(MemoryLinks::Operation::ensure_bridge, fail(Code::internal, "test.second", "second"));
  conformance::expect_refused(links.ensure_bridge(conformance::a_bridge()), Code::unavailable, "test.first");
  conformance::expect_refused(links.ensure_bridge(conformance::a_bridge()), Code::internal, "test.second");
  EXPECT_EQ(links.changes(), 0);
  conformance::expect_done(links.ensure_bridge(conformance::a_bridge()));
  EXPECT_GT(links.changes(), 0);
}

TEST(MemoryLinks, counts_no_change_when_there_is_nothing_to_do) {
  MemoryLinks links;
  conformance::build_port(links);
  conformance::build_tunnel(links);
  const auto changes = links.changes();
  conformance::build_port(links);
  conformance::build_tunnel(links);
  EXPECT_EQ(links.changes(), changes);
}

}  // namespace
}  // namespace causeway::adapters

namespace causeway::conformance {
INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LinksSuite, adapters::MemoryRig);
}
