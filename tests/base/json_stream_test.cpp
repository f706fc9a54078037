#include <gtest/gtest.h>

#include "causeway/base/base64.hpp"
#include "causeway/base/base64_stream.hpp"
#include "causeway/base/json.hpp"
#include "causeway/base/json_stream.hpp"

namespace causeway {
namespace {

/// What the writer makes of a text that comes in two pieces, cut at `at`.
std::string written(std::string_view text, std::size_t at) {
  std::string out;
  JsonTextWriter writer;
  writer.append(out, text.substr(0, at));
  writer.append(out, text.substr(at));
  writer.finish(out);
  return out;
}

TEST(JsonTextWriter, escapes_the_same_wherever_the_pieces_are_cut) {
  const std::string text = std::string("plain \"quoted\" back\\slash\n\r\t\x01") + '\0' + "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80 end";
  const std::string whole = written(text, 0);
  for (std::size_t at = 0; at <= text.size(); ++at) EXPECT_EQ(written(text, at), whole) << at;
  const auto parsed = parse_json('"' + whole + '"');
  ASSERT_TRUE(parsed) << parsed.error().describe();
  EXPECT_EQ(to_std(parsed->get_string()), text);
}

TEST(JsonTextWriter, replaces_what_is_no_utf8_wherever_the_pieces_are_cut) {
  const std::string mark = "\xEF\xBF\xBD";
  const std::pair<std::string, std::string> rows[] = {
      {"a\xFFz", "a" + mark + "z"},                                  // never a byte of UTF-8
      {"a\x80\xBFz", "a" + mark + mark + "z"},                       // continuations of nothing
      {"a\xC0\xAFz", "a" + mark + mark + "z"},                       // overlong
      {"a\xED\xA0\x80z", "a" + mark + mark + mark + "z"},            // a surrogate
      {"a\xF4\x90\x80\x80z", "a" + mark + mark + mark + mark + "z"}, // beyond the last character
      {"a\xE2\x82z", "a" + mark + "z"},                              // broken off by another character
      {"a\xF0\x9F\x98", "a" + mark},                                 // broken off by the end
      {"\xC3\xC3\xA9", mark + "\xC3\xA9"},
  };
  for (const auto& [text, expected] : rows) {
    for (std::size_t at = 0; at <= text.size(); ++at) EXPECT_EQ(written(text, at), expected) << at;
  }
}

struct Read {
  Result<void> outcome;
  std::string text;
};
/// What the reader makes of a document that comes in two pieces, cut at `at`.
Read read_data(std::string_view document, std::size_t at) {
  Read out;
  JsonTextMember reader("data", [&](std::string_view piece) -> Result<void> {
    out.text += piece;
    return {};
  });
  out.outcome = reader.take(document.substr(0, at));
  if (out.outcome) out.outcome = reader.take(document.substr(at));
  if (out.outcome) out.outcome = reader.finish();
  return out;
}

TEST(JsonTextMember, hands_the_text_on_the_same_wherever_the_pieces_are_cut) {
  const std::string document = " {\n \"data\" : \"ab\\n\\u00e9\\ud83d\\ude00 \xE2\x82\xAC\\\"/z\" }\r\n ";
  for (std::size_t at = 0; at <= document.size(); ++at) {
    const auto read = read_data(document, at);
    ASSERT_TRUE(read.outcome) << at << ": " << read.outcome.error().describe();
    EXPECT_EQ(read.text, "ab\n\xC3\xA9\xF0\x9F\x98\x80 \xE2\x82\xAC\"/z") << at;
  }
  EXPECT_TRUE(read_data(R"({"data":""})", 3).outcome);
  EXPECT_EQ(read_data(R"({"d\u0061ta":"x"})", 0).text, "x");
}

TEST(JsonTextMember, refuses_with_the_name_of_the_field_wherever_the_pieces_are_cut) {
  struct Row {
    std::string_view document, reason, field;
  };
  const Row rows[] = {
      {"", "field.missing", "data"},
      {"  \n", "field.missing", "data"},
      {"{}", "field.missing", "data"},
      {"[\"data\"]", "field.wrong_type", ""},
      {"\"data\"", "field.wrong_type", ""},
      {"12", "field.wrong_type", ""},
      {"null", "field.wrong_type", ""},
      {R"({"data":12})", "field.wrong_type", "data"},
      {R"({"data":-1.5e3})", "field.wrong_type", "data"},
      {R"({"data":null})", "field.wrong_type", "data"},
      {R"({"data":true})", "field.wrong_type", "data"},
      {R"({"data":{"x":1}})", "field.wrong_type", "data"},
      {R"({"data":["x"]})", "field.wrong_type", "data"},
      {R"({"data":"x","data":"y"})", "field.wrong_type", "data"},
      {R"({"data":"x","path":"/"})", "field.unknown", "path"},
      {R"({"data":"x")", "json.malformed", ""},
      {R"({"data":"x)", "json.malformed", ""},
      {R"({"data":"x"} y)", "json.malformed", ""},
      {R"({"data":"x"}{)", "json.malformed", ""},
      {R"({'data':'x'})", "json.malformed", ""},
      {"{\"data\":\"\xFF\"}", "json.malformed", ""},
      {"rubbish", "json.malformed", ""},
  };
  for (const auto& row : rows) {
    for (std::size_t at = 0; at <= row.document.size(); ++at) {
      const auto read = read_data(row.document, at);
      ASSERT_FALSE(read.outcome) << row.document << " cut at " << at;
      EXPECT_EQ(read.outcome.error().reason, row.reason) << row.document << " cut at " << at;
      EXPECT_EQ(read.outcome.error().field, row.field) << row.document << " cut at " << at;
      EXPECT_EQ(read.outcome.error().code, Code::invalid);
    }
  }
}

TEST(JsonTextMember, returns_the_error_of_whoever_takes_the_pieces) {
  JsonTextMember reader("data", [](std::string_view) -> Result<void> { return failed(Code::invalid, "x.y", "no"); });
  const auto outcome = reader.take(R"({"data":"abc"})");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().reason, "x.y");
}

TEST(Base64, encodes_and_decodes_the_same_wherever_the_pieces_are_cut) {
  const std::pair<std::string, std::string> rows[] = {
      {"", ""},           {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},
      {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {std::string("\x00\xFF\xFE", 3), "AP/+"}};
  for (const auto& [bytes, text] : rows) {
    EXPECT_EQ(to_base64(bytes), text);
    for (std::size_t at = 0; at <= bytes.size(); ++at) {
      std::string out;
      Base64Encoder encoder;
      encoder.append(out, std::string_view(bytes).substr(0, at));
      encoder.append(out, std::string_view(bytes).substr(at));
      encoder.finish(out);
      EXPECT_EQ(out, text) << at;
    }
    for (std::size_t at = 0; at <= text.size(); ++at) {
      std::string out;
      Base64Decoder decoder;
      EXPECT_TRUE(decoder.append(out, std::string_view(text).substr(0, at)));
      EXPECT_TRUE(decoder.append(out, std::string_view(text).substr(at)));
      EXPECT_TRUE(decoder.finish());
      EXPECT_EQ(out, bytes) << at;
    }
  }
}

TEST(Base64, passes_over_line_ends_and_refuses_everything_else) {
  std::string out;
  Base64Decoder lines;
  EXPECT_TRUE(lines.append(out, "Zm9v\r\nYmFy\n"));
  EXPECT_TRUE(lines.finish());
  EXPECT_EQ(out, "foobar");
  for (const std::string_view text : {"Zm9*", "Zm=v", "=", "Z===", "Zg==Zg==", "Zm9v-_==", "Zg==="}) {
    Base64Decoder decoder;
    EXPECT_FALSE(decoder.append(out, text) && decoder.finish()) << text;
  }
  Base64Decoder cut;
  EXPECT_TRUE(cut.append(out, "Zm9vYg"));
  EXPECT_FALSE(cut.finish());
}

}  // namespace
}  // namespace causeway
