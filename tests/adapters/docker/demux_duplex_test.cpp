#include "causeway/adapters/docker/demux_duplex.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_duplex.hpp"

namespace causeway::adapters {
namespace {

using State = async::Duplex::State;

/// A piece of output as Docker sends it: 1 = stdout, 2 = stderr.
std::string piece(char stream, const std::string& payload) {
  const auto size = payload.size();
  return std::string{stream, 0, 0, 0, char(size >> 24), char(size >> 16), char(size >> 8), char(size)} + payload;
}

TEST(DemuxDuplex, gives_the_bytes_of_both_streams_as_they_came) {
  auto [near, far] = make_memory_duplex();
  DemuxDuplex stream(std::move(near));
  std::string sent, expected, into(3, '\0'), received;
  for (int i = 0; i < 50; ++i) {
    const std::string payload(std::size_t(i % 7), char('a' + i % 26));
    sent += piece(char(1 + i % 2), payload);
    expected += payload;
  }
  std::size_t at = 0;
  while (received.size() < expected.size()) {
    const auto moved = stream.try_read(into);
    if (moved.state == State::moved) received.append(into, 0, moved.count);
    if (moved.state == State::moved) continue;
    ASSERT_EQ(moved.state, State::wants_read);
    ASSERT_LT(at, sent.size()) << received;
    far->write(sent.substr(at, 5));  // cuts headers and payloads anywhere
    at += 5;
  }
  EXPECT_EQ(received, expected);
  EXPECT_EQ(stream.try_write("typed").count, 5U);
  EXPECT_EQ(far->read(), "typed") << "what is typed has no marks";
  far->end_writing();
  EXPECT_EQ(stream.try_read(into).state, State::ended);
}

TEST(DemuxDuplex, breaks_on_what_is_no_such_stream) {
  auto [near, far] = make_memory_duplex();
  DemuxDuplex stream(std::move(near));
  far->write("this is a terminal's raw output");
  std::string into(64, '\0');
  EXPECT_EQ(stream.try_read(into).state, State::broken);
}

}  // namespace
}  // namespace causeway::adapters
