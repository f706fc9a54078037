#include "causeway/base/json.hpp"

#include <gtest/gtest.h>

namespace causeway {
namespace {

TEST(JsonText, is_written_as_it_was_read) {
  for (const auto* text : {"null", "true", "-5", "18446744073709551615", "512.0", "0.1", "1e+300",
                           R"("a\"\\\n\u0001é")", "[]", "{}", R"([1,[2,{"b":1,"a":null}]])"}) {
    const auto json = parse_json(text);
    ASSERT_TRUE(json) << text;
    EXPECT_EQ(to_text(*json), text);
  }
}

TEST(JsonText, that_is_malformed_is_refused) {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1,]"), std::string("1 2"), std::string("nul"),
        std::string("1e400"), std::string("\"\xff\""), std::string("NaN"), deep}) {
    const auto json = parse_json(text);
    ASSERT_FALSE(json) << text;
    EXPECT_EQ(json.error().code, Code::invalid);
    EXPECT_EQ(json.error().reason, "json.malformed");
  }
}

TEST(JsonMember, is_found_in_objects_only) {
  const Json object = JsonObject{{"a", "text"}, {"n", 1}};
  EXPECT_EQ(text_member(object, "a"), "text");
  EXPECT_EQ(text_member(object, "n"), "");
  EXPECT_EQ(text_member(object, "z"), "");
  EXPECT_EQ(member(Json(JsonArray{}), "a"), nullptr);
  EXPECT_NE(member(object, "n"), nullptr);
}

}  // namespace
}  // namespace causeway
