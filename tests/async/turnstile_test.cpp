#include "causeway/async/turnstile.hpp"

#include <gtest/gtest.h>

namespace causeway::async {
namespace {

TEST(Turnstile, has_room_in_all_and_for_each_and_a_pass_gives_it_back) {
  auto turnstile = std::make_unique<Turnstile>(3, 2);
  const auto one = turnstile->enter("anna");
  auto two = turnstile->enter("anna");
  EXPECT_TRUE(one && two);
  EXPECT_FALSE(turnstile->enter("anna")) << "her share is used up";
  const auto three = turnstile->enter("bert");
  EXPECT_TRUE(three);
  EXPECT_FALSE(turnstile->enter("carl")) << "it is full";
  auto copy = two;
  two.reset();
  EXPECT_EQ(turnstile->inside(), 3u) << "a copy holds the place";
  copy.reset();
  EXPECT_EQ(turnstile->inside(), 2u);
  auto last = turnstile->enter("anna");
  EXPECT_TRUE(last);
  turnstile.reset();
  last.reset();  // the pass outlives it
}

}  // namespace
}  // namespace causeway::async
