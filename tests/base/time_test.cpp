#include "causeway/base/time.hpp"

#include <gtest/gtest.h>

namespace causeway {
namespace {

using namespace std::chrono_literals;
constexpr Time moment = std::chrono::sys_days{std::chrono::year{2026} / 1 / 2} + 3h + 4min + 5s + 6us;

TEST(TimeText, has_the_forms_of_the_apis) {
  EXPECT_EQ(iso_time(moment), "2026-01-02T03:04:05Z");
  EXPECT_EQ(iso_time(moment, true), "2026-01-02T03:04:05.000006Z");
  EXPECT_EQ(plain_time(moment), "2026-01-02 03:04:05");
  EXPECT_EQ(iso_time(Time(-1us), true), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeText, is_read_in_all_forms) {
  for (const auto* text :
       {"2026-01-02T03:04:05.000006Z", "2026-01-02T03:04:05.000006+00:00", "2026-01-02 03:04:05.0000069"}) {
    EXPECT_EQ(parse_time(text), moment) << text;
  }
  EXPECT_EQ(parse_time("2026-01-02T03:04:05Z"), moment - 6us);
  EXPECT_EQ(parse_time("2024-02-29 00:00:00").has_value(), true);
}

TEST(TimeText, that_is_no_time_is_refused) {
  for (const auto* text :
       {"", "yesterday", "2026-01-02", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-02T24:00:00Z",
        "2026-01-02T00:60:00Z", "2026-01-02T03:04:05+02:00", "2026-01-02T03:04:05Zx", "2026-01-02x03:04:05"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

}  // namespace
}  // namespace causeway
