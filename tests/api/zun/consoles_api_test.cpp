#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

class ZunConsoles : public ::testing::Test, protected ZunService {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    const auto made =
        send("POST", "/v1/containers?run=true", {.body = R"({"image":"nginx","name":"web","interactive":true})"});
    uuid_ = text_member(made.body, "uuid");
    ASSERT_TRUE(becomes(domain::ContainerId(uuid_), domain::ContainerStatus::running)) << made.text;
    host_consoles.console.put(domain::ContainerId(uuid_), adapters::MemoryConsole::State::running);
  }
  std::string uuid_;
};

// covers: GET /v1/containers/{id}/attach
TEST_F(ZunConsoles, attach_answers_with_the_url_alone) {
  const auto answer = send("GET", "/v1/containers/web/attach");
  ASSERT_EQ(answer.status, 200) << answer.text;
  ASSERT_TRUE(answer.body.is_string()) << answer.text;
  EXPECT_TRUE(answer.text.starts_with("\"ws://region-one:6784/?token=")) << answer.text;
  EXPECT_TRUE(answer.text.ends_with("&uuid=" + uuid_ + "\"")) << answer.text;
  EXPECT_EQ(send("GET", "/v1/containers/web/attach?bogus=1").status, 400);
  EXPECT_EQ(as("bob", "GET", "/v1/containers/" + uuid_ + "/attach").status, 404);
}

TEST_F(ZunConsoles, attach_needs_a_container_with_input) {
  running("deaf");
  const auto answer = send("GET", "/v1/containers/deaf/attach");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.error("code"), "container.no-interactive-flag");
}

// covers: POST /v1/containers/{id}/execute
TEST_F(ZunConsoles, an_interactive_execution_answers_as_the_client_needs) {
  // as zunclient sends it
  const auto answer = send("POST", "/v1/containers/web/execute?command=%22sh%22+%22-l%22&interactive=True&run=False");
  ASSERT_EQ(answer.status, 200) << answer.text;
  const auto exec = text_member(answer.body, "exec_id");
  EXPECT_EQ(exec.size(), 64U);
  EXPECT_TRUE(member(answer.body, "output")->is_null());
  EXPECT_TRUE(member(answer.body, "exit_code")->is_null());
  EXPECT_TRUE(text_member(answer.body, "proxy_url").ends_with("&exec_id=" + exec)) << answer.text;
  EXPECT_EQ(host_consoles.console.spec_of(exec).command, (std::vector<std::string>{"sh", "-l"}));
  EXPECT_TRUE(host_consoles.console.spec_of(exec).interactive);
  // as tempest does
  const auto body = send("POST", "/v1/containers/web/execute", {.body = R"({"command":"ls","run":"false"})"});
  EXPECT_FALSE(host_consoles.console.spec_of(text_member(body.body, "exec_id")).interactive) << body.text;
}

// covers: POST /v1/containers/{id}/execute_resize
TEST_F(ZunConsoles, a_size_for_an_exec_that_does_not_run_is_400) {
  const auto exec =
      text_member(send("POST", "/v1/containers/web/execute?command=sh&interactive=True&run=False").body, "exec_id");
  const std::string path = "/v1/containers/web/execute_resize?h=30&w=90&exec_id=";
  EXPECT_EQ(send("POST", path + exec).status, 400) << "not started";
  EXPECT_EQ(send("POST", path + std::string(64, 'e')).status, 400) << "unknown";
  ASSERT_TRUE(host_consoles.console.start_exec(domain::ContainerId(uuid_), exec));
  EXPECT_EQ(send("POST", path + exec).text, "null");
  EXPECT_EQ(host_consoles.console.size_of(exec), (domain::TerminalSize{30, 90}));
  EXPECT_EQ(send("POST", path + "xyz").status, 400);
  EXPECT_EQ(send("POST", path).status, 400) << "Zun answers 500";
}

// covers: POST /v1/containers/{id}/resize
TEST_F(ZunConsoles, resize_takes_whole_numbers_from_one) {
  const std::string path = "/v1/containers/web/resize?";
  EXPECT_EQ(send("POST", path + "w=100&h=40").text, "null");
  EXPECT_EQ(host_consoles.console.size_of(uuid_), (domain::TerminalSize{40, 100}));
  for (const char* bad :
       {"h=0&w=80", "h=24", "w=80", "h=24&w=-1", "h=24&w=wide", "h=24&w=65536", "h=24&w=80&x=1", "h=None&w=80"}) {
    EXPECT_EQ(send("POST", path + bad).status, 400) << bad;
  }
  ASSERT_TRUE(becomes(domain::ContainerId(uuid_), domain::ContainerStatus::stopped));
  EXPECT_EQ(send("POST", path + "h=24&w=80").status, 409);
}

}  // namespace
}  // namespace causeway::test
