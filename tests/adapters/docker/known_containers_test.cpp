#include "causeway/adapters/docker/known_containers.hpp"

#include <gtest/gtest.h>

namespace causeway::adapters {
namespace {

TEST(KnownContainers, keep_the_first_of_a_label_until_it_is_gone) {
  KnownContainers known;
  const domain::ContainerId box("box");
  EXPECT_FALSE(known.find(box) || known.complete());
  known.learn(box, "one");
  known.learn(box, "copy");
  EXPECT_EQ(known.find(box), "one");
  known.forget(box, "copy");
  EXPECT_EQ(known.find(box), "one");
  known.forget(box, "one");
  EXPECT_FALSE(known.find(box));
  known.learn(box, "");
  EXPECT_FALSE(known.find(box));
  known.replace({{domain::ContainerId("other"), "two"}});
  EXPECT_TRUE(known.complete());
  EXPECT_EQ(known.find(domain::ContainerId("other")), "two");
}

}  // namespace
}  // namespace causeway::adapters
