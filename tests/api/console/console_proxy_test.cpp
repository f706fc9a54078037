#include "causeway/api/console/console_proxy.hpp"

#include <gtest/gtest.h>

#include "causeway/http/upgrade.hpp"
#include "container_fakes.hpp"

namespace causeway::api {
namespace {

class ConsoleProxyTest : public ::testing::Test, protected test::ContainerRegion {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    domain::ContainerSpec spec;
    spec.image = "nginx";
    spec.interactive = true;
    id_ = containers.create(alice, spec, true).value().container.id;
    ASSERT_TRUE(becomes(id_, domain::ContainerStatus::running));
    host_consoles.console.put(id_, adapters::MemoryConsole::State::running);
    const auto url = consoles.attach(alice, id_.str()).value().url;
    query_ = url.substr(url.find('?') + 1);
  }
  /// The request that the stock client makes.
  http::Request connect(const std::string& query) {
    http::Request request;
    request.method = "GET";
    request.path = "/";
    request.target = "/?" + query;
    request.query = http::Query::parse(query);
    request.headers.set("Upgrade", "websocket");
    request.headers.set("Connection", "Upgrade");
    request.headers.set("Host", "region-one:6784");
    request.headers.set("Origin", "http://region-one:6784");
    request.headers.set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    request.headers.set("Sec-WebSocket-Version", "13");
    request.headers.set("Sec-WebSocket-Protocol", "binary,base64");
    return request;
  }

  ConsoleProxy proxy_{consoles, {"ws://region-one:6784/", {"dashboard.test"}, std::chrono::seconds(30)}};
  domain::ContainerId id_;
  std::string query_;
};

TEST_F(ConsoleProxyTest, opens_a_console_for_the_stock_client) {
  const auto answer = proxy_.handle(connect(query_));
  ASSERT_EQ(answer.status, 101) << answer.body;
  EXPECT_EQ(answer.headers.get("Sec-WebSocket-Protocol"), "binary");
  ASSERT_NE(answer.upgrade, nullptr);
  EXPECT_EQ(answer.upgrade->ping_after.count(), 0) << "a ping would stop its typing";
  const auto far = host_consoles.console.take_far_end();
  far->write("$ ");
  std::string shown(10, '\0');
  EXPECT_EQ(answer.upgrade->target->try_read(shown).count, 2U);
}

TEST_F(ConsoleProxyTest, asks_browsers_for_signs_of_life) {
  auto request = connect(query_);
  request.headers.set("User-Agent", "Mozilla/5.0");
  request.headers.set("Origin", "http://dashboard.test");
  const auto answer = proxy_.handle(std::move(request));
  ASSERT_EQ(answer.status, 101) << answer.body;
  EXPECT_EQ(answer.upgrade->ping_after, std::chrono::seconds(30));
}

TEST_F(ConsoleProxyTest, refuses_strangers_before_anything_is_opened) {
  const auto status_of = [this](http::Request request) { return proxy_.handle(std::move(request)).status; };
  EXPECT_EQ(status_of(connect("token=wrong&uuid=" + id_.str())), 403);
  EXPECT_EQ(status_of(connect("")), 403);
  EXPECT_EQ(status_of(connect(query_ + "&exec_id=" + std::string(64, 'a'))), 403);
  auto foreign = connect(query_);
  foreign.headers.set("Origin", "http://evil.test:6784");
  EXPECT_EQ(status_of(std::move(foreign)), 403);
  auto no_websocket = connect(query_);
  no_websocket.headers.remove("Upgrade");
  EXPECT_EQ(status_of(std::move(no_websocket)), 426);
  auto elsewhere = connect(query_);
  elsewhere.path = "/admin";
  EXPECT_EQ(status_of(std::move(elsewhere)), 404);
  EXPECT_EQ(host_consoles.console.take_far_end(), nullptr);
  auto no_browser = connect(query_);
  no_browser.headers.remove("Origin");
  EXPECT_EQ(status_of(std::move(no_browser)), 101);
}

TEST_F(ConsoleProxyTest, says_why_a_console_cannot_be_had) {
  host_consoles.fault = fail(Code::unavailable, "host.unreachable", "Host h1 cannot be reached now; try again later.");
  EXPECT_EQ(proxy_.handle(connect(query_)).status, 503);
  ASSERT_TRUE(becomes(id_, domain::ContainerStatus::stopped));
  EXPECT_EQ(proxy_.handle(connect(query_)).status, 409);
}

}  // namespace
}  // namespace causeway::api
