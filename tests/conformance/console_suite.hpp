#pragma once

#include <gtest/gtest.h>
#include <poll.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <vector>

#include "causeway/boundary/engine/engine_console.hpp"

/// What every EngineConsole does, real or not. A room gives `console()`, a running container `shell()` whose process is
/// a shell with a terminal, another `other()`, and `stop_shell()`. The real one's shell answers; the fake one's far end
/// is made to.
namespace causeway::testing {

/// What a stream says until each of `texts` is there, in any order, within ten seconds.
inline std::string read_until(async::Duplex& stream, const std::vector<std::string_view>& texts) {
  std::string seen, into(4096, '\0');
  const auto missing = [&seen](std::string_view text) { return seen.find(text) == std::string::npos; };
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::ranges::any_of(texts, missing) && std::chrono::steady_clock::now() < until) {
    const auto moved = stream.try_read(into);
    if (moved.state == async::Duplex::State::moved) {
      seen.append(into, 0, moved.count);
    } else if (moved.state == async::Duplex::State::wants_read) {
      pollfd waiting{stream.fd(), POLLIN, 0};
      ::poll(&waiting, 1, 100);
    } else {
      break;
    }
  }
  return seen;
}

template <class Room>
class ConsoleSuite : public ::testing::Test {
 protected:
  boundary::EngineConsole& console() { return room_.console(); }
  Room room_;
};

TYPED_TEST_SUITE_P(ConsoleSuite);

TYPED_TEST_P(ConsoleSuite, attaches_to_the_containers_own_terminal) {
  auto stream = this->console().attach(this->room_.shell());
  ASSERT_TRUE(stream) << stream.error().describe();
  const std::string typed = "echo he''llo\r";
  EXPECT_EQ((*stream)->try_write(typed).count, typed.size());
  this->room_.answer(typed, "hello");
  EXPECT_NE(read_until(**stream, {"hello"}).find("hello"), std::string::npos);
  EXPECT_TRUE(this->console().resize(this->room_.shell(), {40, 100}));
}

TYPED_TEST_P(ConsoleSuite, runs_a_command_once) {
  auto& console = this->console();
  for (const bool interactive : {true, false}) {
    const auto exec = console.create_exec(this->room_.shell(), {{"sh", "-c", "echo out; echo err >&2"}, interactive});
    ASSERT_TRUE(exec) << exec.error().describe();
    EXPECT_TRUE(domain::is_exec_id(*exec));
    EXPECT_EQ(console.resize_exec(this->room_.shell(), *exec, {}).error().reason, "exec.not_running");
    EXPECT_EQ(console.start_exec(this->room_.other(), *exec).error().reason, "exec.not_found")
        << "of another container";
    auto stream = console.start_exec(this->room_.shell(), *exec);
    ASSERT_TRUE(stream) << stream.error().describe();
    this->room_.answer("", "out\r\nerr");
    // Without a terminal these are two pipes, and Docker reads whichever it comes to first.
    const auto shown = read_until(**stream, {"out", "err"});
    EXPECT_NE(shown.find("out"), std::string::npos) << shown;
    EXPECT_NE(shown.find("err"), std::string::npos) << shown;
    EXPECT_EQ(shown.find('\0'), std::string::npos) << "no marks of Docker's are left";
    EXPECT_EQ(console.start_exec(this->room_.shell(), *exec).error().reason, "exec.used");
  }
}

TYPED_TEST_P(ConsoleSuite, sizes_the_terminal_of_a_command_as_soon_as_it_was_started) {
  auto& console = this->console();
  const auto exec = console.create_exec(this->room_.shell(), {{"sh"}, true});
  ASSERT_TRUE(exec) << exec.error().describe();
  auto stream = console.start_exec(this->room_.shell(), *exec);
  ASSERT_TRUE(stream) << stream.error().describe();
  const auto resized = console.resize_exec(this->room_.shell(), *exec, {33, 99});
  EXPECT_TRUE(resized) << resized.error().describe();
  const std::string typed = "stty size\r";
  EXPECT_EQ((*stream)->try_write(typed).count, typed.size());
  this->room_.answer(typed, "33 99");
  EXPECT_NE(read_until(**stream, {"33 99"}).find("33 99"), std::string::npos);
}

TYPED_TEST_P(ConsoleSuite, says_what_is_not_there) {
  auto& console = this->console();
  const domain::ContainerId nobody("nobody");
  const std::string exec(64, 'a');
  EXPECT_EQ(console.attach(nobody).error().reason, "engine.no_container");
  EXPECT_EQ(console.create_exec(nobody, {{"sh"}, true}).error().reason, "engine.no_container");
  EXPECT_EQ(console.start_exec(nobody, exec).error().reason, "engine.no_container");
  EXPECT_EQ(console.resize(nobody, {}).error().reason, "engine.no_container");
  EXPECT_EQ(console.start_exec(this->room_.shell(), exec).error().reason, "exec.not_found");
  EXPECT_EQ(console.resize_exec(this->room_.shell(), "../../info", {}).error().reason, "exec.not_found");
  this->room_.stop_shell();
  EXPECT_EQ(console.attach(this->room_.shell()).error().reason, "container.not_running");
  EXPECT_EQ(console.create_exec(this->room_.shell(), {{"sh"}, true}).error().reason, "container.not_running");
  EXPECT_EQ(console.resize(this->room_.shell(), {}).error().reason, "container.not_running");
}

REGISTER_TYPED_TEST_SUITE_P(ConsoleSuite, attaches_to_the_containers_own_terminal, runs_a_command_once,
                            sizes_the_terminal_of_a_command_as_soon_as_it_was_started, says_what_is_not_there);

}  // namespace causeway::testing
