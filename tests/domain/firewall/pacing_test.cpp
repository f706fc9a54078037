#include "causeway/domain/firewall/pacing.hpp"

#include <gtest/gtest.h>

#include "firewall_host.hpp"

namespace causeway::domain::firewall {
namespace {

using namespace std::chrono_literals;
using testing::group_id;
using testing::ingress;

std::vector<SecurityGroupRule> rules(std::size_t count, int first = 1) {
  std::vector<SecurityGroupRule> out;
  for (int port = first; out.size() < count; ++port) out.push_back(ingress().protocol("tcp").ports(port, port));
  return out;
}

struct Room : testing::FirewallHost {
  Room() {
    group("large", rules(1000));
    group("small", rules(Pacing::free_rules));
    port(1, {"large"});
    port(2, {"small"});
    hold_back();
  }
  bool hold_back() { return pacing.hold_back(host, now); }
  int first_port(std::string_view name) const { return *host.groups.at(group_id(name))->rules.front().port_range_min; }
  Pacing pacing;
  Pacing::Instant now{1h};
};

constexpr auto pause = 1000 * Pacing::pause_for_each_rule;

TEST(Pacing, takes_up_the_first_change_of_a_group_at_once_and_the_next_after_the_pause) {
  Room room;
  room.now += pause;
  room.group("large", rules(1000, 100));
  EXPECT_FALSE(room.hold_back());
  EXPECT_EQ(room.first_port("large"), 100);
  room.now += pause - 1us;
  room.group("large", rules(1000, 200));
  EXPECT_TRUE(room.hold_back());
  EXPECT_EQ(room.first_port("large"), 100);
  room.now += 1us;
  room.group("large", rules(1000, 300));
  EXPECT_FALSE(room.hold_back());
  EXPECT_EQ(room.first_port("large"), 300) << "with all that came meanwhile";
}

TEST(Pacing, never_lets_small_groups_wait) {
  Room room;
  for (int round = 100; round < 110; ++round) {
    room.group("large", rules(1000, round));
    room.group("small", rules(Pacing::free_rules, round));
    EXPECT_TRUE(room.hold_back());
    EXPECT_EQ(room.first_port("small"), round);
  }
}

TEST(Pacing, opens_at_once_what_was_closed_for_asking_too_much) {
  Room room;
  room.now += pause;
  room.group("large", rules(Limits{}.rules + 1));
  EXPECT_FALSE(room.hold_back());
  room.group("large", rules(100, 500));
  EXPECT_FALSE(room.hold_back());
  EXPECT_EQ(room.first_port("large"), 500);
}

TEST(Pacing, forgets_groups_that_are_gone) {
  Room room;
  room.host.groups.erase(group_id("large"));
  EXPECT_FALSE(room.hold_back());
  room.group("large", rules(1000, 100));
  EXPECT_FALSE(room.hold_back());
  EXPECT_EQ(room.first_port("large"), 100);
}

}  // namespace
}  // namespace causeway::domain::firewall
