#pragma once

#include <gtest/gtest.h>

#include <optional>

#include "causeway/boundary/kernel/shaper.hpp"

/// The contract of boundary::Shaper, for every implementation. A Rig owns one host with a link "cwp1" and offers:
///   void run(void function(boundary::Shaper&))  where the implementation may be called
///   void lose_link()  "cwp1" is not there any more
namespace causeway::conformance {

using boundary::LinkLimits;
using boundary::Rate;

template <class Rig>
class ShaperSuite : public ::testing::Test {
 protected:
  void set(const LinkLimits& limits) {
    rig.run([&](boundary::Shaper& shaper) {
      const auto done = shaper.ensure_limits("cwp1", "cwi1", limits);
      EXPECT_TRUE(done) << done.error().describe();
    });
  }
  void expect(std::optional<std::uint64_t> download, std::optional<std::uint64_t> upload) {
    rig.run([&](boundary::Shaper& shaper) {
      const auto seen = shaper.observe_limits("cwp1", "cwi1");
      ASSERT_TRUE(seen) << seen.error().describe();
      const auto kbps = [](const std::optional<Rate>& rate) { return rate ? std::optional(rate->kbps) : std::nullopt; };
      EXPECT_EQ(kbps(seen->download), download);
      EXPECT_EQ(kbps(seen->upload), upload);
    });
  }
  Rig rig;
};
TYPED_TEST_SUITE_P(ShaperSuite);

TYPED_TEST_P(ShaperSuite, holds_exactly_what_was_asked_for_last) {
  this->expect(std::nullopt, std::nullopt);
  this->set({Rate{8'000, 0}, std::nullopt});
  this->expect(8'000, std::nullopt);
  this->set({Rate{8'000, 0}, Rate{16'000, 4'000}});
  this->expect(8'000, 16'000);
  this->set({Rate{80'000, 0}, Rate{1'000, 0}});
  this->expect(80'000, 1'000);
  this->set({std::nullopt, Rate{1'000, 0}});
  this->expect(std::nullopt, 1'000);
  this->set({});
  this->expect(std::nullopt, std::nullopt);
  this->set({});
  this->expect(std::nullopt, std::nullopt);
}

TYPED_TEST_P(ShaperSuite, takes_every_rate_from_the_least_to_beyond_32_bits_of_bytes) {
  for (const std::uint64_t kbps : {8ULL, 1'000ULL, 1'000'000ULL, 100'000'000ULL}) {
    this->set({Rate{kbps, 0}, Rate{kbps, 0}});
    this->expect(kbps, kbps);
  }
}

TYPED_TEST_P(ShaperSuite, says_that_a_link_is_not_there) {
  this->rig.lose_link();
  this->rig.run([&](boundary::Shaper& shaper) {
    const auto done = shaper.ensure_limits("cwp1", "cwi1", {Rate{1'000, 0}, std::nullopt});
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "shaper.no_link");
    EXPECT_EQ(done.error().code, Code::not_found);
  });
}

REGISTER_TYPED_TEST_SUITE_P(ShaperSuite, holds_exactly_what_was_asked_for_last, takes_every_rate_from_the_least_to_beyond_32_bits_of_bytes,
                            says_that_a_link_is_not_there);

}  // namespace causeway::conformance
