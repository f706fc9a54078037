#include "causeway/domain/network/pools/subnet_pool.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/network/tags.hpp"

namespace causeway::domain {
namespace {

SubnetPool pool_of(std::vector<std::string> prefixes) {
  SubnetPool pool;
  for (const auto& text : prefixes) pool.prefixes.push_back(*Cidr::parse(text));
  return *completed_pool(std::move(pool));
}

Subnet taken(const std::string& cidr) {
  Subnet subnet;
  subnet.cidr = *Cidr::parse(cidr);
  return subnet;
}

TEST(SubnetPool, joins_prefixes_that_make_a_larger_one) {
  struct Row {
    std::vector<std::string> given;
    std::vector<std::string> kept;
  };
  const Row rows[] = {
      {{"10.0.1.0/24", "10.0.0.0/24"}, {"10.0.0.0/23"}},
      {{"10.0.1.0/24", "10.0.2.0/24"}, {"10.0.1.0/24", "10.0.2.0/24"}},
      {{"10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24", "10.0.3.0/24"}, {"10.0.0.0/22"}},
      {{"10.0.0.0/8", "10.1.0.0/16"}, {"10.0.0.0/8"}},
      {{"fd00:0:0:1::/64", "fd00::/64"}, {"fd00::/63"}},
  };
  for (const auto& row : rows) {
    std::vector<std::string> kept;
    for (const auto& prefix : pool_of(row.given).prefixes) kept.push_back(prefix.to_string());
    EXPECT_EQ(kept, row.kept);
  }
}

TEST(SubnetPool, cuts_the_lowest_block_that_is_free) {
  struct Row {
    std::vector<std::string> prefixes;
    std::vector<std::string> taken;
    int length;
    std::string block;
  };
  const Row rows[] = {
      {{"10.0.0.0/16"}, {}, 24, "10.0.0.0/24"},
      {{"10.0.0.0/16"}, {"10.0.0.0/24"}, 24, "10.0.1.0/24"},
      {{"10.0.0.0/16"}, {"10.0.0.0/26"}, 24, "10.0.1.0/24"},
      {{"10.0.0.0/16"}, {"10.0.1.0/24"}, 24, "10.0.0.0/24"},
      {{"10.0.0.0/16"}, {"10.0.0.128/25", "10.0.1.0/24"}, 23, "10.0.2.0/23"},
      {{"10.0.0.0/16"}, {"10.0.0.0/17"}, 26, "10.0.128.0/26"},
      {{"10.0.0.0/24", "10.9.0.0/24"}, {"10.0.0.0/24"}, 24, "10.9.0.0/24"},
      {{"10.0.0.0/24"}, {"10.0.0.0/24"}, 24, ""},
      {{"10.0.0.0/24"}, {}, 23, ""},
      {{"255.255.255.0/24"}, {"255.255.255.0/24"}, 25, ""},
      {{"fd00::/48"}, {"fd00::/64"}, 64, "fd00:0:0:1::/64"},
      {{"fd00::/48"}, {}, 48, "fd00::/48"},
  };
  for (const auto& row : rows) {
    std::vector<Subnet> subnets;
    for (const auto& cidr : row.taken) subnets.push_back(taken(cidr));
    const auto block = free_block(pool_of(row.prefixes), subnets, row.length);
    EXPECT_EQ(block ? block->to_string() : "", row.block);
  }
}

TEST(SubnetPool, cuts_a_whole_prefix_into_blocks_that_never_overlap) {
  const auto pool = pool_of({"10.0.0.0/22", "10.0.8.0/23"});
  std::vector<Subnet> subnets;
  const int lengths[] = {26, 24, 27, 25, 28, 24};
  for (int i = 0;; ++i) {
    const auto block = free_block(pool, subnets, lengths[i % 6]);
    if (!block) break;
    EXPECT_TRUE(check_block(pool, subnets, *block)) << block->to_string();
    subnets.push_back(taken(block->to_string()));
    ASSERT_LT(i, 100);
  }
  EXPECT_GT(subnets.size(), 8u);
  EXPECT_EQ(check_block(pool, subnets, subnets.front().cidr).error().reason, "subnetpool.not_available");
  EXPECT_EQ(check_block(pool, {}, *Cidr::parse("10.0.4.0/24")).error().reason, "subnetpool.not_available");
}

TEST(SubnetPool, bounds_fit_each_other_and_the_version) {
  struct Row {
    int low, usual, high;
    bool v6;
    bool good;
  };
  for (const Row& row : {Row{0, 0, 0, false, true}, {8, 24, 28, false, true}, {24, 20, 28, false, false}, {8, 30, 28, false, false},
                         {28, 0, 24, false, false}, {8, 24, 64, false, false}, {64, 64, 128, true, true}, {48, 56, 64, true, true}}) {
    SubnetPool pool;
    pool.prefixes = {*Cidr::parse(row.v6 ? "fd00::/32" : "10.0.0.0/8")};
    pool.min_prefixlen = row.low;
    pool.default_prefixlen = row.usual;
    pool.max_prefixlen = row.high;
    const auto done = completed_pool(pool);
    EXPECT_EQ(done.has_value(), row.good) << row.low << " " << row.usual << " " << row.high;
    if (!done) EXPECT_EQ(done.error().reason, "subnetpool.bad_bounds");
  }
}

TEST(SubnetPool, counts_addresses_of_ipv4_and_blocks_of_ipv6) {
  EXPECT_EQ(quota_use({*Cidr::parse("10.0.0.0/24"), *Cidr::parse("10.0.1.0/32")}), 257u);
  EXPECT_EQ(quota_use({*Cidr::parse("fd00::/62"), *Cidr::parse("fd01::/96")}), 5u);
}

TEST(Tags, are_a_set_in_order_with_bounds) {
  using How = TagChange::How;
  const NetworkLimits limits;
  EXPECT_EQ(*tags_after({"x"}, {How::replace, {"b", "a", "b"}}, limits), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*tags_after({"b"}, {How::add, {"a", "b"}}, limits), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(*tags_after({"a", "b"}, {How::remove, {"a"}}, limits), (std::vector<std::string>{"b"}));
  EXPECT_EQ(tags_after({"a"}, {How::remove, {"z"}}, limits).error().reason, "tag.not_found");
  EXPECT_EQ(tags_after({}, {How::add, {""}}, limits).error().reason, "tags.bad_tag");
  EXPECT_TRUE(tags_after({}, {How::add, {std::string(255, 'x')}}, limits));
  EXPECT_EQ(tags_after({}, {How::add, {std::string(256, 'x')}}, limits).error().reason, "tags.bad_tag");
  std::vector<std::string> many;
  for (std::size_t i = 0; i <= limits.tags; ++i) many.push_back(std::to_string(i));
  EXPECT_EQ(tags_after({}, {How::add, many}, limits).error().reason, "tags.too_many");
}

}  // namespace
}  // namespace causeway::domain
