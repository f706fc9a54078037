#include "causeway/domain/host/cpu_set.hpp"

#include <gtest/gtest.h>

namespace causeway::domain {
namespace {

TEST(CpuSets, are_written_as_the_kernel_writes_them) {
  for (const std::string text : {"", "0", "0-3", "0,2", "0-1,4,6-8"}) EXPECT_EQ(to_text(parse_cpus(text)), text);
  EXPECT_EQ(parse_cpus("2-3,x,7-"), (CpuSet{2, 3}));
}

TEST(CpuSets, the_lowest_free_ones_are_chosen_and_some_are_left_for_the_others) {
  EXPECT_EQ(choose_cpus(4, {0, 2}, 2, 0), (CpuSet{1, 3}));
  EXPECT_EQ(choose_cpus(4, {0, 2}, 2, 1), std::nullopt);
  EXPECT_EQ(choose_cpus(4, {}, 5, 0), std::nullopt);
}

TEST(CpuSets, those_without_their_own_share_the_rest) {
  EXPECT_EQ(to_text(shared_cpus(4, {1})), "0,2-3");
  EXPECT_EQ(to_text(shared_cpus(4, {})), "") << "no need to say so";
}

}  // namespace
}  // namespace causeway::domain
