#include <atomic>
#include <future>
#include <latch>

#include "http_fixture.hpp"

namespace causeway::http {
namespace {

const std::string end_of_head = "\r\n\r\n";

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

class ServerTest : public HttpTest {
 protected:
  ServerTest() {
    handler.handling = [](Request request) {
      return text_response(request.method + " " + request.target + " " + request.body);
    };
  }
  /// As `start`, but nobody is answered yet.
  void open() {
    server = std::make_unique<Server>(ServerOptions{.name = "test"});
    Listen where;
    where.address = "127.0.0.1";
    ASSERT_TRUE(server->listen(std::move(where), handler));
    ASSERT_TRUE(server->open());
  }
};

TEST_F(ServerTest, answers_several_requests_on_one_connection) {
  start();
  auto raw = peer();
  for (int i = 0; i < 3; ++i) {
    raw.send("GET /a HTTP/1.1\r\nHost:\r\n\r\n");
    const auto head = raw.read_until(end_of_head);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
    EXPECT_TRUE(contains(head, "Content-Length: 7\r\n")) << head;
    EXPECT_EQ(raw.read_until("/a "), "GET /a ");
  }
}

TEST_F(ServerTest, lets_a_client_wait_between_open_and_start) {
  open();
  auto raw = peer();
  raw.send("GET /early HTTP/1.1\r\nHost:\r\n\r\n");
  ASSERT_TRUE(server->start());
  EXPECT_EQ(server->start().error().reason, "http.started");
  EXPECT_TRUE(raw.read_until(end_of_head).starts_with("HTTP/1.1 200 OK\r\n"));
}

TEST_F(ServerTest, stops_when_it_was_opened_and_never_started) {
  open();
  auto raw = peer();
  server->stop();
  EXPECT_EQ(raw.read_to_end(), "");
}

TEST_F(ServerTest, answers_pipelined_requests_in_order) {
  start();
  auto raw = peer();
  raw.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nPOST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto all = raw.read_to_end();
  const auto first = all.find("GET /1 ");
  const auto second = all.find("POST /2 abc");
  const auto third = all.find("GET /3 ");
  ASSERT_NE(third, std::string::npos) << all;
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_TRUE(contains(all, "Connection: close\r\n"));
}

TEST_F(ServerTest, closes_after_an_http_1_0_request_unless_asked_to_stay) {
  start();
  auto once = peer();
  once.send("GET /a HTTP/1.0\r\n\r\n");
  EXPECT_TRUE(once.read_to_end().ends_with("GET /a "));
  auto stays = peer();
  for (int i = 0; i < 2; ++i) {
    stays.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_TRUE(contains(stays.read_until("GET /a "), "Connection: keep-alive"));
  }
}

TEST_F(ServerTest, reads_chunked_bodies) {
  start();
  auto raw = peer();
  raw.send("POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  raw.send("4\r\ndefg\r\n0\r\n\r\n");
  EXPECT_TRUE(contains(raw.read_until("abcdefg"), "POST /c abcdefg"));
}

TEST_F(ServerTest, gives_head_the_headers_of_get_and_no_body) {
  start();
  auto raw = peer();
  raw.send("HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(contains(raw.read_until(end_of_head), "Content-Length: 8\r\n"));
  EXPECT_TRUE(raw.read_until(end_of_head).starts_with("HTTP/1.1 200")) << "no body stands between";
}

TEST_F(ServerTest, sends_no_body_with_204) {
  handler.handling = [](Request) { return text_response("", 204); };
  start();
  auto raw = peer();
  raw.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_FALSE(contains(raw.read_until(end_of_head), "Content-Length"));
}

TEST_F(ServerTest, asks_for_the_body_when_the_client_expects_it) {
  start();
  auto raw = peer();
  raw.send("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(raw.read_until(end_of_head), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("ok");
  EXPECT_TRUE(contains(raw.read_until("POST /e ok"), "200 OK"));
}

TEST_F(ServerTest, refuses_an_expected_body_that_is_too_large_without_asking_for_it) {
  start();
  auto raw = peer();
  raw.send("POST /e HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(raw.read_to_end().starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, refuses_what_is_over_a_limit_with_the_right_status) {
  handler.planning = [](const Request&) { return Handler::Plan{Handler::Body::whole, 10}; };
  ServerOptions options;
  options.max_head = 1024;
  start(options);
  const auto status_of = [&](const std::string& request) {
    auto raw = peer();
    raw.send(request);
    const auto answer = raw.read_to_end();
    EXPECT_TRUE(contains(answer, "Connection: close\r\n")) << answer;
    return answer.substr(0, 12);
  };
  EXPECT_EQ(status_of("GET /" + std::string(2000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n"), "HTTP/1.1 414");
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nHost: h\r\nA: " + std::string(2000, 'x') + "\r\n\r\n"), "HTTP/1.1 431");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890"), "HTTP/1.1 413");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"),
            "HTTP/1.1 413");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"), "HTTP/1.1 400");
  EXPECT_EQ(status_of("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n"), "HTTP/1.1 501");
  EXPECT_EQ(status_of("nonsense\r\n\r\n"), "HTTP/1.1 400");
}

TEST_F(ServerTest, lets_a_413_reach_a_client_that_is_still_sending) {
  start();
  auto raw = peer();
  raw.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 8000000\r\n\r\n");
  raw.send(std::string(4'000'000, 'x'));
  EXPECT_TRUE(raw.read_until(end_of_head).starts_with("HTTP/1.1 413 "));
}

TEST_F(ServerTest, ends_slow_and_idle_connections) {
  ServerOptions options;
  options.read_timeout = 60ms;
  options.idle_timeout = 60ms;
  start(options);
  auto slow_head = peer();
  slow_head.send("GET / HT");
  auto slow_body = peer();
  slow_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");
  auto idle = peer();
  EXPECT_TRUE(slow_head.read_to_end().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(slow_body.read_to_end().starts_with("HTTP/1.1 408 "));
  EXPECT_EQ(idle.read_to_end(), "");
}

TEST_F(ServerTest, turns_an_exception_into_a_500_and_goes_on) {
  handler.handling = [](Request request) -> Response {
    if (request.path == "/bad") throw std::runtime_error("a bug");
    return text_response("fine");
  };
  start();
  auto raw = peer();
  raw.send("GET /bad HTTP/1.1\r\nHost: h\r\n\r\nGET /good HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(raw.read_until(end_of_head).starts_with("HTTP/1.1 500 "));
  EXPECT_TRUE(contains(raw.read_until("fine"), "200 OK"));
}

TEST_F(ServerTest, answers_503_when_too_many_requests_wait) {
  std::latch go(1);
  std::atomic<int> entered = 0;
  handler.handling = [&](Request) {
    ++entered;
    go.wait();
    return text_response("served");
  };
  ServerOptions options;
  options.worker_threads = 1;
  options.max_queued_requests = 1;
  start(options);
  const std::string request = "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  auto running = peer();
  running.send(request);
  ASSERT_TRUE(eventually([&] { return entered == 1; }));
  auto one = peer();
  auto two = peer();
  auto three = peer();
  for (auto* raw : {&one, &two, &three}) raw->send(request);
  std::atomic<int> busy = 0;
  std::vector<std::future<void>> readers;
  for (auto* raw : {&one, &two, &three}) {
    readers.push_back(
        std::async(std::launch::async, [&busy, raw] { busy += contains(raw->read_to_end(), "Retry-After: 1"); }));
  }
  EXPECT_TRUE(eventually([&] { return busy == 2; }));
  go.count_down();
  for (auto& reader : readers) reader.get();
  EXPECT_EQ(busy, 2);
  EXPECT_TRUE(contains(running.read_to_end(), "served"));
}

TEST_F(ServerTest, turns_connections_over_its_maximum_away) {
  ServerOptions options;
  options.max_connections = 1;
  start(options);
  auto first = peer();
  first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  first.read_until("GET /a ");
  auto second = peer();
  EXPECT_TRUE(second.read_to_end().starts_with("HTTP/1.1 503 "));
  first.close();
  EXPECT_TRUE(eventually([&] {
    auto again = peer();
    again.send("GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    return contains(again.read_to_end(), "GET /b ");
  }));
}

TEST_F(ServerTest, lets_requests_under_way_finish_when_it_stops) {
  std::latch entered(1);
  std::latch go(1);
  handler.handling = [&](Request) {
    entered.count_down();
    go.wait();
    return text_response("finished");
  };
  start();
  auto busy = peer();
  auto idle = peer();
  busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  entered.wait();
  auto stopped = std::async(std::launch::async, [&] { server->stop(); });
  EXPECT_EQ(idle.read_to_end(), "");
  go.count_down();
  EXPECT_TRUE(contains(busy.read_to_end(), "finished"));
  stopped.get();
}

TEST_F(ServerTest, says_which_address_it_cannot_listen_on) {
  start();
  Server second(ServerOptions{.name = "second"});
  Listen where;
  where.address = "127.0.0.1";
  where.port = server->port();
  ASSERT_TRUE(second.listen(where, handler));
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().reason, "http.listen");
  EXPECT_TRUE(contains(started.error().message, std::to_string(server->port())));
}

}  // namespace
}  // namespace causeway::http
