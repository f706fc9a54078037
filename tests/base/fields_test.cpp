#include "causeway/base/fields.hpp"

#include <gtest/gtest.h>

#include <array>

namespace causeway {
namespace {

enum class Color { red, green };
constexpr std::array<std::pair<Color, std::string_view>, 2> names_of(Color) {
  return {{{Color::red, "red"}, {Color::green, "green"}}};
}

struct Inner {
  std::uint8_t small = 7;
  static constexpr auto fields() { return std::tuple{field("small", &Inner::small)}; }
};
struct ThingTag {};
struct Outer {
  Id<ThingTag> id;
  std::string text = "default";
  bool flag = false;
  double real = 0;
  std::optional<std::int64_t> maybe;
  std::vector<Inner> inners;
  std::map<std::string, std::string> labels;
  Color color = Color::red;
  Time at{};
  static constexpr auto fields() {
    return std::tuple{field("id", &Outer::id),         field("text", &Outer::text),   field("flag", &Outer::flag),
                      field("real", &Outer::real),     field("maybe", &Outer::maybe), field("inners", &Outer::inners),
                      field("labels", &Outer::labels), field("color", &Outer::color), field("at", &Outer::at)};
  }
};

constexpr auto full =
    R"({"id":"i","text":"t","flag":true,"real":1.5,"maybe":3,"inners":[{"small":255}],"labels":{"k":"v"},"color":"green","at":5})";

TEST(Fields, decode_and_encode_are_inverse) {
  const auto outer = decode<Outer>(parse_json(full).value());
  ASSERT_TRUE(outer) << outer.error().describe();
  EXPECT_EQ(to_text(encode(*outer)), full);
}

TEST(Fields, what_is_absent_keeps_its_default) {
  const auto outer = decode<Outer>(parse_json(R"({"maybe":null})").value());
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->text, "default");
  EXPECT_FALSE(outer->maybe);
}

TEST(Fields, an_error_names_the_path) {
  const std::tuple<const char*, const char*, const char*> cases[] = {
      {R"({"text":1})", "field.wrong_type", "text"},
      {R"({"flag":"true"})", "field.wrong_type", "flag"},
      {R"({"real":"1"})", "field.wrong_type", "real"},
      {R"({"maybe":1.5})", "field.wrong_type", "maybe"},
      {R"({"inners":{}})", "field.wrong_type", "inners"},
      {R"({"inners":[{},{"small":256}]})", "field.wrong_type", "inners[1].small"},
      {R"({"inners":[{"small":-1}]})", "field.wrong_type", "inners[0].small"},
      {R"({"labels":{"k":1}})", "field.wrong_type", "labels.k"},
      {R"({"color":"blue"})", "field.bad_value", "color"},
  };
  for (const auto& [text, reason, path] : cases) {
    const auto outer = decode<Outer>(parse_json(text).value());
    ASSERT_FALSE(outer) << text;
    EXPECT_EQ(outer.error().reason, reason) << text;
    EXPECT_EQ(outer.error().field, path) << text;
  }
}

TEST(Fields, unknown_members_are_ignored_or_refused_as_asked) {
  const Json json = JsonObject{{"stranger", 1}};
  EXPECT_TRUE(decode<Outer>(json));
  const auto refused = decode<Outer>(json, Unknown::refuse);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "field.unknown");
  EXPECT_EQ(refused.error().field, "stranger");
}

}  // namespace
}  // namespace causeway
