#include "causeway/http/upgrade/frame_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <span>
#include <vector>

#include "ws_frames.hpp"

namespace causeway::http {
namespace {

/// Everything that a reader says of the bytes, given in pieces of `piece` bytes: "data:..", "ping:..", "close 1000:..".
std::string heard(std::string bytes, std::size_t piece, std::uint64_t max_message = 1 << 20) {
  FrameReader reader(max_message);
  std::string out, data;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::span<char> part(bytes.data() + at, std::min(piece, bytes.size() - at));
    while (!part.empty()) {
      std::size_t used = 0;
      const auto event = reader.next(part, used);
      part = part.subspan(used);
      using Kind = FrameReader::Kind;
      if (event.kind == Kind::data) data += event.bytes;
      if (event.kind == Kind::need_more || event.kind == Kind::data) continue;
      if (!data.empty()) out += "data:" + std::exchange(data, {}) + ";";
      if (event.kind == Kind::ping) out += "ping:" + std::string(event.bytes) + ";";
      if (event.kind == Kind::pong) out += "pong:" + std::string(event.bytes) + ";";
      if (event.kind == Kind::close) return out + fmt::format("close {}:{};", event.code, event.bytes);
      if (event.kind == Kind::violation) return out + fmt::format("violation {};", event.code);
    }
  }
  if (!data.empty()) out += "data:" + data + ";";
  return out;
}

TEST(FrameReader, reads_the_same_in_pieces_of_any_size) {
  const std::string long_text(300, 'x');
  const std::string bytes = client_frame(0x82, "hello") + client_frame(0x89, "are you there") +
                            client_frame(0x01, "wor") + client_frame(0x8a, "") + client_frame(0x00, "") +
                            client_frame(0x80, "ld") + client_frame(0x82, long_text) +
                            client_frame(0x88,
                                         "\x03\xe8"
                                         "bye");
  const std::string expected = "data:hello;ping:are you there;data:wor;pong:;data:ld" + long_text + ";close 1000:bye;";
  for (const std::size_t piece : {1, 2, 3, 5, 7, 64, 1000}) EXPECT_EQ(heard(bytes, piece), expected) << piece;
}

TEST(FrameReader, refuses_what_the_protocol_forbids) {
  const std::string close_of_one_byte = client_frame(0x88, "\x03");
  const std::vector<std::pair<const char*, std::string>> cases{
      {"not masked", std::string("\x82\x01"
                                 "a")},
      {"reserved bit", client_frame(0xc2, "a")},
      {"unknown data opcode", client_frame(0x83, "a")},
      {"unknown control opcode", client_frame(0x8b, "a")},
      {"fragmented ping", client_frame(0x09, "a")},
      {"long ping", client_frame(0x89, std::string(126, 'a'))},
      {"continuation of nothing", client_frame(0x80, "a")},
      {"new message within one", client_frame(0x02, "a") + client_frame(0x82, "b")},
      {"length in two bytes for nothing", std::string("\x82\xfe\x00\x05"
                                                      "keyyhello",
                                                      13)},
      {"length in eight bytes for nothing", std::string("\x82\xff\x00\x00\x00\x00\x00\x00\x00\x05"
                                                        "keyyhello",
                                                        19)},
      {"negative length", std::string("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x05"
                                      "keyyhello",
                                      19)},
      {"half a close code", close_of_one_byte},
      {"close code that is never sent", client_frame(0x88, "\x03\xed")},
      {"close code below all", client_frame(0x88, std::string("\x00\x01", 2))},
  };
  for (const auto& [what, bytes] : cases) {
    for (const std::size_t piece : {1, 100}) {
      const std::string answer = heard(bytes, piece);
      EXPECT_TRUE(answer.ends_with("violation 1002;")) << what << ": " << answer;
    }
  }
}

TEST(FrameReader, bounds_a_message_over_all_its_fragments) {
  EXPECT_EQ(heard(client_frame(0x82, "12345"), 100, 5), "data:12345;");
  EXPECT_EQ(heard(client_frame(0x82, "123456"), 100, 5), "violation 1009;");
  EXPECT_EQ(heard(client_frame(0x02, "123") + client_frame(0x80, "456"), 100, 5), "data:123;violation 1009;");
  EXPECT_EQ(heard(client_frame(0x82, "123") + client_frame(0x82, "456"), 100, 5), "data:123456;");
}

TEST(FrameReader, survives_any_bytes) {
  std::uint32_t seed = 4711;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(40, '\0');
    for (char& byte : bytes) byte = char((seed = seed * 1664525 + 1013904223) >> 24);
    if (round % 2 == 0) bytes[0] = '\x82', bytes[1] = char(bytes[1] | 0x80);
    EXPECT_EQ(heard(bytes, 7), heard(bytes, 40));
  }
}

TEST(Frames, say_their_length_in_the_shortest_way) {
  EXPECT_EQ(format_frame(WsOpcode::binary, "hi"), "\x82\x02hi");
  EXPECT_EQ(format_frame(WsOpcode::binary, std::string(126, 'a')).substr(0, 4), std::string("\x82\x7e\x00\x7e", 4));
  EXPECT_EQ(format_frame(WsOpcode::binary, std::string(65536, 'a')).substr(0, 10),
            std::string("\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00", 10));
  EXPECT_EQ(format_close(1000, "x"), std::string("\x88\x03\x03\xe8x"));
}

TEST(Utf8, holds_back_what_may_become_a_character_and_nothing_else) {
  const std::vector<std::pair<std::string, std::size_t>> cases{
      {"", 0},
      {"plain", 0},
      {"\xc3\xa4", 0},  // a-umlaut, whole
      {"x\xc3", 1},     // its first half
      {"\xe2\x82", 2},  // two thirds of the euro sign
      {"\xe2\x82\xac", 0},
      {"\xf0\x9f\x98", 3},  // three quarters of an emoji
      {"\xf0", 1},
      {"\xf0\x9f\x98\x80", 0},
      {"\x80", 0},  // a continuation of nothing
      {"a\x80\x80\x80", 0},
      {"\xc0", 0},  // never begins a character
      {"\xf5", 0},
      {"\xe0\x80", 0},  // overlong
      {"\xed\xa0", 0},  // a surrogate
      {"\xf4\x90", 0},  // beyond the last character
      {"\xf0\x80\x80", 0},
      {"\xff\xfe", 0},
  };
  for (const auto& [text, kept] : cases) EXPECT_EQ(incomplete_tail(text), kept) << ::testing::PrintToString(text);
}

}  // namespace
}  // namespace causeway::http
