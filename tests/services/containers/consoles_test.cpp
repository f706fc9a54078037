#include "causeway/services/containers/consoles/consoles.hpp"

#include <gtest/gtest.h>

#include "container_fakes.hpp"

namespace causeway::services {
namespace {

using namespace std::chrono_literals;
using adapters::MemoryConsole;
using domain::ContainerStatus;

class ConsolesTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  /// A running container of alice's, that its host has.
  domain::ContainerId running(bool interactive = true) {
    domain::ContainerSpec spec;
    spec.image = "nginx";
    spec.interactive = interactive;
    const auto made = containers.create(alice, spec, true);
    EXPECT_TRUE(made) << made.error().describe();
    EXPECT_TRUE(becomes(made->container.id, ContainerStatus::running));
    host_consoles.console.put(made->container.id, MemoryConsole::State::running);
    return made->container.id;
  }
  static std::string token_of(const ConsoleTicket& ticket) {
    const auto from = ticket.url.find("token=") + 6;
    return ticket.url.substr(from, ticket.url.find('&', from) - from);
  }
  std::string reason_of_open(const std::string& token, const domain::ContainerId& id, const std::string& exec = "") {
    const auto opened = consoles.open(token, id.str(), exec);
    return opened ? "opened" : opened.error().reason;
  }
  std::vector<domain::ConsoleGrant> grants() {
    return boundary::view(store, [](boundary::Reader& r) { return boundary::list<domain::ConsoleGrant>(r); }).value();
  }
};

TEST_F(ConsolesTest, a_ticket_opens_the_console_of_its_container) {
  const auto id = running();
  const auto ticket = consoles.attach(alice, id.str());
  ASSERT_TRUE(ticket) << ticket.error().describe();
  EXPECT_EQ(ticket->url, "ws://region-one:6784/?token=" + token_of(*ticket) + "&uuid=" + id.str());
  EXPECT_EQ(token_of(*ticket).size(), 64U);
  const auto stream = consoles.open(token_of(*ticket), id.str(), "");
  ASSERT_TRUE(stream) << stream.error().describe();
  EXPECT_EQ((*stream)->try_write("ls\n").count, 3U);
  EXPECT_EQ(host_consoles.console.take_far_end()->read(), "ls\n");
}

TEST_F(ConsolesTest, a_token_is_bound_to_its_container_and_its_exec) {
  const auto mine = running(), other = running();
  const auto ticket = consoles.attach(alice, mine.str());
  const auto exec = consoles.create_exec(alice, mine.str(), "sh -c 'echo hi'", true);
  ASSERT_TRUE(exec) << exec.error().describe();
  EXPECT_TRUE(exec->url.ends_with("&uuid=" + mine.str() + "&exec_id=" + exec->exec_id)) << exec->url;
  EXPECT_EQ(host_consoles.console.spec_of(exec->exec_id).command, (std::vector<std::string>{"sh", "-c", "echo hi"}));
  EXPECT_EQ(reason_of_open(token_of(*ticket), other), "console.bad_token");
  EXPECT_EQ(reason_of_open(token_of(*ticket), mine, exec->exec_id), "console.bad_token");
  EXPECT_EQ(reason_of_open(token_of(*exec), mine), "console.bad_token");
  EXPECT_EQ(reason_of_open("", mine), "console.bad_token");
  EXPECT_EQ(reason_of_open(grants().front().id, mine), "console.bad_token") << "what is stored opens nothing";
  EXPECT_EQ(reason_of_open(token_of(*exec), mine, exec->exec_id), "opened");
  EXPECT_EQ(reason_of_open(token_of(*exec), mine, exec->exec_id), "exec.used") << "a command runs once";
}

TEST_F(ConsolesTest, a_token_opens_again_until_it_expires) {
  const auto id = running();
  const auto ticket = consoles.attach(alice, id.str());
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "opened");
  clock.advance(599s);
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "opened");
  ASSERT_TRUE(consoles.sweep());
  EXPECT_EQ(grants().size(), 1U);
  clock.advance(1s);
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "console.bad_token");
  ASSERT_TRUE(consoles.sweep());
  EXPECT_TRUE(grants().empty());
}

TEST_F(ConsolesTest, a_container_has_a_bounded_number_of_tickets_the_newest_ones) {
  const auto id = running();
  std::vector<std::string> tokens;
  for (int i = 0; i < 5; ++i) {
    clock.advance(1s);
    tokens.push_back(token_of(consoles.attach(alice, id.str()).value()));
  }
  EXPECT_EQ(grants().size(), 3U);
  EXPECT_EQ(reason_of_open(tokens[1], id), "console.bad_token");
  EXPECT_EQ(reason_of_open(tokens[2], id), "opened");
  EXPECT_EQ(reason_of_open(tokens[4], id), "opened");
}

TEST_F(ConsolesTest, tickets_go_with_their_container) {
  const auto id = running();
  const auto ticket = consoles.attach(alice, id.str());
  ASSERT_TRUE(containers.remove(alice, id.str(), RemoveMode::stop));
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "container.invalid_state");
  ASSERT_TRUE(becomes(id, ContainerStatus::deleted, true));
  EXPECT_TRUE(grants().empty());
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "console.bad_token");
}

TEST_F(ConsolesTest, refuses_what_the_container_cannot_do) {
  const auto deaf = running(false), id = running();
  EXPECT_EQ(consoles.attach(alice, deaf.str()).error().reason, "container.no_interactive_flag");
  EXPECT_EQ(consoles.attach(bob, id.str()).error().reason, "container.not_found");
  EXPECT_EQ(consoles.create_exec(bob, id.str(), "sh", true).error().reason, "container.not_found");
  EXPECT_EQ(consoles.resize(bob, id.str(), {}).error().reason, "container.not_found");
  EXPECT_EQ(consoles.create_exec(alice, id.str(), "  ", true).error().field, "command");
  ASSERT_TRUE(becomes(id, ContainerStatus::stopped));
  for (const auto& outcome :
       {consoles.attach(alice, id.str()).error(), consoles.create_exec(alice, id.str(), "sh", true).error(),
        consoles.resize(alice, id.str(), {}).error()}) {
    EXPECT_EQ(outcome.reason, "container.invalid_state") << outcome.describe();
  }
}

TEST_F(ConsolesTest, sizes_reach_the_terminal_they_are_for) {
  const auto id = running(), other = running();
  ASSERT_TRUE(consoles.resize(alice, id.str(), {50, 120}));
  EXPECT_EQ(host_consoles.console.size_of(id.str()), (domain::TerminalSize{50, 120}));
  const auto exec = consoles.create_exec(alice, id.str(), "sh", true).value();
  const auto too_early = consoles.resize_exec(alice, id.str(), exec.exec_id, {50, 120});
  EXPECT_EQ(too_early.error().code, Code::invalid) << "the stock client lives with 400 alone";
  EXPECT_EQ(consoles.resize_exec(alice, id.str(), std::string(64, 'f'), {50, 120}).error().code, Code::invalid);
  ASSERT_EQ(reason_of_open(token_of(exec), id, exec.exec_id), "opened");
  EXPECT_TRUE(consoles.resize_exec(alice, id.str(), exec.exec_id, {50, 120}));
  EXPECT_EQ(host_consoles.console.size_of(exec.exec_id), (domain::TerminalSize{50, 120}));
  EXPECT_EQ(consoles.resize_exec(alice, other.str(), exec.exec_id, {1, 1}).error().code, Code::invalid)
      << "an exec of another container";
}

TEST_F(ConsolesTest, a_host_that_is_away_is_said_so) {
  const auto id = running();
  const auto ticket = consoles.attach(alice, id.str());
  host_consoles.fault = fail(Code::unavailable, "host.unreachable", "Host h1 cannot be reached now.");
  EXPECT_EQ(reason_of_open(token_of(*ticket), id), "host.unreachable");
  EXPECT_EQ(consoles.resize_exec(alice, id.str(), std::string(64, 'f'), {}).error().reason, "host.unreachable");
  EXPECT_EQ(consoles.create_exec(alice, id.str(), "sh", true).error().reason, "host.unreachable");
}

}  // namespace
}  // namespace causeway::services
