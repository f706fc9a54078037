#include "causeway/api/host/host_console_api.hpp"

#include <gtest/gtest.h>

#include "causeway/adapters/memory/memory_console.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/http/upgrade.hpp"

namespace causeway::testing {
namespace {

class HostConsoleTest : public ::testing::Test {
 protected:
  HostConsoleTest() { console_.put(domain::ContainerId("c1"), adapters::MemoryConsole::State::running); }
  http::Response call(const char* method, const std::string& path, const std::string& body = "", bool upgrade = false,
                      const std::string& peer = "region:RegionOne") {
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.body = body;
    request.peer.common_name = peer;
    if (upgrade) {
      request.headers.set("Connection", "Upgrade");
      request.headers.set("Upgrade", "causeway-stream");
    }
    return service_.handle(std::move(request));
  }
  static api::Mount mount_of(api::HostConsoleApi& api) {
    api::Mount mount;
    mount.style.name = "host";
    mount.style.render_error = [](const Error& error, int status, const api::Call*) {
      http::Response response;
      response.status = status;
      response.body = error.reason;
      return response;
    };
    api::bind_host_console_routes(mount.routes, api);
    return mount;
  }

  adapters::MemoryConsole console_;
  adapters::SequentialIds ids_;
  api::HostConsoleApi api_{console_, "region:RegionOne"};
  api::Service service_{{mount_of(api_)}, {nullptr, ids_, {}}};
};

TEST_F(HostConsoleTest, tunnels_the_terminal_of_a_container) {
  const auto answer = call("GET", "/v1/containers/c1/attach", "", true);
  ASSERT_EQ(answer.status, 101) << answer.body;
  EXPECT_EQ(answer.headers.get("Upgrade"), "causeway-stream");
  EXPECT_EQ(answer.upgrade->protocol, http::Upgrade::Protocol::tunnel);
  EXPECT_EQ(answer.upgrade->target->try_write("x").count, 1U);
  EXPECT_EQ(console_.take_far_end()->read(), "x");
  EXPECT_EQ(call("POST", "/v1/containers/c1/resize", R"({"height":40,"width":100})").status, 200);
  EXPECT_EQ(console_.size_of("c1"), (domain::TerminalSize{40, 100}));
}

TEST_F(HostConsoleTest, makes_and_tunnels_an_exec) {
  const auto made = call("POST", "/v1/containers/c1/execs", R"({"command":["sh"],"interactive":true})");
  ASSERT_EQ(made.status, 200) << made.body;
  const std::string exec = text_member(*parse_json(made.body), "exec_id");
  const std::string path = "/v1/containers/c1/execs/" + exec;
  EXPECT_EQ(call("POST", path + "/resize", R"({"height":40,"width":100})").body, "exec.not_running");
  EXPECT_EQ(call("POST", path + "/start", "", true).status, 101);
  EXPECT_EQ(call("POST", path + "/start", "", true).body, "exec.used");
  EXPECT_EQ(call("POST", path + "/resize", R"({"height":40,"width":100})").status, 200);
}

TEST_F(HostConsoleTest, refuses_strangers_and_nonsense) {
  EXPECT_EQ(call("GET", "/v1/containers/c1/attach", "", true, "region:RegionTwo").status, 403);
  EXPECT_EQ(call("GET", "/v1/containers/c1/attach", "", true, "").status, 401);
  EXPECT_EQ(call("POST", "/v1/containers/c1/execs", R"({"command":["sh"]})", false, "host:RegionOne/h1").status, 403);
  EXPECT_EQ(call("GET", "/v1/containers/c1/attach").body, "tunnel.not_asked");
  EXPECT_EQ(console_.take_far_end(), nullptr) << "nothing was opened";
  EXPECT_EQ(call("GET", "/v1/containers/c2/attach", "", true).body, "engine.no_container");
  EXPECT_EQ(call("POST", "/v1/containers/c1/execs", R"({"command":[]})").body, "exec.no_command");
  EXPECT_EQ(call("POST", "/v1/containers/c1/resize", R"({"height":0,"width":100})").body, "terminal.bad_size");
  EXPECT_EQ(call("POST", "/v1/containers/c1/execs/" + std::string(64, 'a') + "/start", "", true).body,
            "exec.not_found");
}

}  // namespace
}  // namespace causeway::testing
