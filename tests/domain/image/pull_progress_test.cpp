#include "causeway/domain/image/pull_progress.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

TEST(PullProgress, says_layers_and_bytes_as_far_as_they_are_known) {
  EXPECT_EQ(describe({}), "Pulling");
  EXPECT_EQ(describe({0, 5, 0, 0}), "Pulling 0/5 layers");
  EXPECT_EQ(describe({3, 5, 45'400'000, 119'500'000}), "Pulling 3/5 layers, 45 of 120 MB");
}

TEST(PullProgress, fits_into_a_status_detail) {
  EXPECT_LE(describe({99'999'999, 99'999'999, INT64_MAX / 2, INT64_MAX / 2}).size(), 50U);
}

}  // namespace
}  // namespace causeway::domain
