#include "causeway/app/common/build_id.hpp"

#include <gtest/gtest.h>

namespace causeway::app {
namespace {

TEST(BuildId, is_what_the_linker_wrote_into_the_program) {
  const auto id = build_id();
  EXPECT_GE(id.size(), 16u) << "the tests are linked as the product is";
  EXPECT_EQ(id.find_first_not_of("0123456789abcdef"), std::string::npos) << id;
  EXPECT_EQ(build_id(), id);
}

}  // namespace
}  // namespace causeway::app
