#include "causeway/base/encoding.hpp"

#include <gtest/gtest.h>

namespace causeway {
namespace {

TEST(Hex, goes_both_ways_and_refuses_the_rest) {
  const std::string bytes("\x00\x7f\xff", 3);
  EXPECT_EQ(to_hex(bytes), "007fff");
  EXPECT_EQ(from_hex("007FfF"), bytes);
  EXPECT_EQ(from_hex(""), "");
  for (const auto* bad : {"0", "0g", "0x00", " 00 "}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Base64url, keeps_the_vectors_of_rfc_4648) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},           {"f", "Zg"},        {"fo", "Zm8"},
                                                       {"foo", "Zm9v"},    {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"},
                                                       {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : cases) {
    EXPECT_EQ(to_base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
}

TEST(Base64url, has_one_text_for_the_same_bytes) {
  for (const auto* bad : {"Z", "Zh", "Zm9=v", "Zg+/", "Zm 9v"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(Percent, goes_both_ways) {
  EXPECT_EQ(percent_encode("a-b_c.d~/ é"), "a-b_c.d~%2F%20%C3%A9");
  EXPECT_EQ(percent_decode("a%2fb%20c+d"), "a/b c+d");
  EXPECT_EQ(percent_decode("c+d", true), "c d");
  for (const auto* bad : {"%", "%2", "%zz", "a%"}) EXPECT_FALSE(percent_decode(bad)) << bad;
}

TEST(Text, splits_and_trims) {
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(trim("  a b \t"), "a b");
  EXPECT_EQ(trim("   "), "");
  EXPECT_EQ(to_lower("AbC-1"), "abc-1");
}

TEST(Uuid, is_recognised) {
  EXPECT_TRUE(is_uuid("00000000-0000-4000-8000-00000000000a"));
  for (const auto* bad : {"", "x", "00000000-0000-4000-8000-00000000000", "00000000-0000-4000-8000-00000000000g",
                          "00000000000040008000000000000000a000"}) {
    EXPECT_FALSE(is_uuid(bad)) << bad;
  }
}

TEST(Utf8, is_checked) {
  for (const auto* good : {"", "plain", "é", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    EXPECT_TRUE(is_valid_utf8(good)) << good;
  for (const auto* bad : {"\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\x80"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << to_hex(bad);
  }
}

}  // namespace
}  // namespace causeway
