#include "causeway/base/base64.hpp"

#include <gtest/gtest.h>

namespace causeway {
namespace {

TEST(Base64, is_what_the_standard_says) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},         {"f", "Zg=="},     {"fo", "Zm8="},        {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "+/8="}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(to_base64(bytes), text);
    EXPECT_EQ(from_base64(text), std::string(bytes));
  }
  EXPECT_EQ(to_padded_base64url("\xfb\xff"), "-_8=");
}

TEST(Base64, line_breaks_do_not_matter) { EXPECT_EQ(from_base64("Zm9v\r\nYmFy\n"), "foobar"); }

TEST(Base64, what_is_not_base64_is_nothing) {
  for (const char* text : {"Z", "Zg", "Zg=", "Z===", "====", "-_8=", "Zm9v!", "Zh==", "Zg==Zg=="}) EXPECT_EQ(from_base64(text), std::nullopt) << text;
}

}  // namespace
}  // namespace causeway
