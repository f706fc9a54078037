#include "causeway/adapters/system/memory_return.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace causeway::adapters {
namespace {

/// As a large answer does: many small pieces, between which some live on.
std::vector<std::unique_ptr<std::string>> leave_holes(std::size_t bytes) {
  constexpr std::size_t piece = 1000;
  std::vector<std::unique_ptr<std::string>> all, kept;
  for (std::size_t made = 0; made < bytes; made += piece) all.push_back(std::make_unique<std::string>(piece, 'x'));
  for (std::size_t i = 0; i < all.size(); i += 100) kept.push_back(std::move(all[i]));
  return kept;
}

TEST(MemoryReturn, gives_back_what_lies_between_pieces_in_use_and_looks_again_when_there_is_more) {
  MemoryReturn memory;
  memory.look();
  const auto before = resident_size();
  ASSERT_GT(before, 0u);
  for (int round = 0; round < 2; ++round) {
    const auto kept = leave_holes(100u << 20U);
    ASSERT_GT(resident_size(), before + (80u << 20U)) << "the allocator keeps it by itself";
    EXPECT_TRUE(memory.look());
    EXPECT_LT(resident_size(), before + (20u << 20U));
    EXPECT_FALSE(memory.look()) << "there is nothing new";
    for (const auto& piece : kept) EXPECT_EQ(piece->size(), 1000u);
  }
}

}  // namespace
}  // namespace causeway::adapters
