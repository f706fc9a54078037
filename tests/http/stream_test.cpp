#include <atomic>
#include <mutex>
#include <thread>

#include "http_fixture.hpp"

namespace causeway::http {
namespace {

constexpr std::uint64_t large = 5'000'000;

Handler::Plan streamed(const Request&) { return {Handler::Body::streamed, 100'000'000}; }

std::string describe(const Drained& drained) {
  return fmt::format("{} {} {}", drained.count, drained.right ? "right" : "wrong",
                     drained.error ? drained.error->reason : "whole");
}

class StreamTest : public HttpTest {
 protected:
  StreamTest() { handler.planning = streamed; }
  void answer_with_what_came() {
    handler.handling = [this](Request request) {
      const auto drained = drain(*request.stream);
      std::lock_guard lock(mutex);
      seen = describe(drained);
      return text_response(seen);
    };
  }
  std::string seen_so_far() {
    std::lock_guard lock(mutex);
    return seen;
  }
  std::mutex mutex;
  std::string seen;
};

TEST_F(StreamTest, moves_large_uploads_with_and_without_a_known_length) {
  answer_with_what_came();
  start();
  auto caller = client();
  for (const bool tells_length : {true, false}) {
    ClientRequest request;
    request.method = "PUT";
    request.source = std::make_unique<TestSource>(large, tells_length);
    const auto answer = caller.call(std::move(request));
    ASSERT_TRUE(answer) << answer.error().describe();
    EXPECT_EQ(answer->body, "5000000 right whole");
  }
}

TEST_F(StreamTest, moves_large_downloads_with_and_without_a_known_length) {
  handler.handling = [](Request request) {
    Response response;
    response.source = std::make_unique<TestSource>(large, request.path == "/length");
    return response;
  };
  start();
  auto caller = client();
  for (const char* path : {"/length", "/chunked", "/length"}) {
    const auto answer = caller.call(get(path));
    ASSERT_TRUE(answer) << answer.error().describe();
    ASSERT_EQ(answer->body.size(), large);
    bool right = true;
    for (std::uint64_t i = 0; i < large; ++i) right = right && answer->body[i] == test_byte(i);
    EXPECT_TRUE(right);
  }
}

TEST_F(StreamTest, shows_the_client_that_a_download_broke_off) {
  handler.handling = [](Request request) {
    Response response;
    response.source = std::make_unique<TestSource>(large, request.path == "/length", 100'000);
    return response;
  };
  start();
  auto caller = client();
  for (const char* path : {"/length", "/chunked"}) {
    const auto answer = caller.call(get(path));
    ASSERT_FALSE(answer) << path;
    EXPECT_EQ(answer.error().reason, "http.broken");
  }
}

TEST_F(StreamTest, tells_the_handler_that_an_upload_broke_off) {
  answer_with_what_came();
  start();
  {
    auto raw = peer();
    raw.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nahov");
    raw.close();
  }
  EXPECT_TRUE(eventually([&] { return seen_so_far() == "4 right http.body_broken"; })) << seen_so_far();
}

TEST_F(StreamTest, tells_the_handler_that_an_upload_fell_silent) {
  answer_with_what_came();
  ServerOptions options;
  options.read_timeout = 60ms;
  start(options);
  auto raw = peer();
  raw.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nahov");
  EXPECT_TRUE(raw.read_to_end().ends_with("4 right http.body_timeout"));
}

TEST_F(StreamTest, tells_the_handler_that_an_upload_is_too_large) {
  answer_with_what_came();
  handler.planning = [](const Request&) { return Handler::Plan{Handler::Body::streamed, 5}; };
  start();
  auto raw = peer();
  raw.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nahov\r\n4\r\ncjqx\r\n0\r\n\r\n");
  EXPECT_TRUE(raw.read_to_end().ends_with("4 right http.body_too_large"));
}

TEST_F(StreamTest, asks_for_an_expected_upload_only_when_the_handler_reads_it) {
  answer_with_what_came();
  auto reads = handler.handling;
  handler.handling = [reads](Request request) {
    return request.path == "/no" ? text_response("not wanted", 401) : reads(std::move(request));
  };
  start();
  auto refused = peer();
  refused.send("PUT /no HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_TRUE(refused.read_to_end().starts_with("HTTP/1.1 401 "));
  auto wanted = peer();
  wanted.send("PUT /yes HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(wanted.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  wanted.send("ahov");
  EXPECT_TRUE(wanted.read_until("whole").ends_with("4 right whole"));
}

TEST_F(StreamTest, answers_while_the_client_still_uploads) {
  handler.handling = [](Request) { return text_response("enough", 413); };
  start();
  auto caller = client();
  ClientRequest request;
  request.method = "POST";
  request.source = std::make_unique<TestSource>(1'000'000'000, false);
  const auto answer = caller.call(std::move(request));
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(answer->status, 413);
  EXPECT_EQ(answer->body, "enough");
}

TEST_F(StreamTest, keeps_the_connection_after_a_whole_upload) {
  answer_with_what_came();
  start();
  auto raw = peer();
  for (int i = 0; i < 2; ++i) {
    raw.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nahov");
    EXPECT_TRUE(raw.read_until("whole").ends_with("4 right whole"));
  }
}

class OpenStreamTest : public HttpTest {
 protected:
  OpenStreamTest() {
    handler.handling = [this](Request) {
      Response response;
      response.headers.set("Content-Type", "application/x-ndjson");
      response.open_stream = [this](std::shared_ptr<StreamWriter> given) {
        given->on_drain([this] { ++calls; });
        std::lock_guard lock(mutex);
        writer = std::move(given);
      };
      return response;
    };
  }
  ~OpenStreamTest() override {
    if (server) server->stop();
  }
  std::shared_ptr<StreamWriter> current() {
    std::lock_guard lock(mutex);
    return writer;
  }
  std::shared_ptr<StreamWriter> wait_for_writer() {
    EXPECT_TRUE(eventually([&] { return current() != nullptr; }));
    return current();
  }

  std::mutex mutex;
  std::shared_ptr<StreamWriter> writer;
  std::atomic<int> calls = 0;
};

TEST_F(OpenStreamTest, carries_what_another_thread_writes_until_it_closes) {
  start();
  auto caller = client();
  std::jthread producer([&] {
    const auto out = wait_for_writer();
    for (int i = 0; i < 1000; ++i) out->write(fmt::format("line {}\n", i));
    out->close();
    EXPECT_FALSE(out->write("late"));
  });
  std::string all;
  int status = 0;
  const auto done = caller.stream(
      get("/watch"),
      [&](const Response& head) -> Result<void> {
        status = head.status;
        EXPECT_EQ(head.headers.get("content-type"), "application/x-ndjson");
        return {};
      },
      [&](std::string_view piece) -> Result<void> {
        all.append(piece);
        return {};
      });
  EXPECT_TRUE(done) << done.error().describe();
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += fmt::format("line {}\n", i);
  EXPECT_EQ(all, expected);
  EXPECT_EQ(status, 200);
}

TEST_F(OpenStreamTest, calls_back_when_its_queue_has_drained) {
  start();
  auto raw = peer();
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.read_until("\r\n\r\n");
  const auto out = wait_for_writer();
  EXPECT_TRUE(out->write("hello"));
  EXPECT_EQ(raw.read_until("hello"), "5\r\nhello");
  EXPECT_TRUE(eventually([&] { return calls == 1 && out->pending() == 0; }));
  EXPECT_TRUE(out->write("again"));
  EXPECT_TRUE(eventually([&] { return calls == 2; }));
}

TEST_F(OpenStreamTest, keeps_count_of_what_a_slow_reader_leaves) {
  start();
  auto raw = peer();
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.read_until("\r\n\r\n");
  const auto out = wait_for_writer();
  for (int i = 0; i < 40; ++i) out->write(std::string(1'000'000, 'x'));
  EXPECT_GT(out->pending(), 1'000'000u);
  EXPECT_FALSE(out->closed());
}

TEST_F(OpenStreamTest, notices_a_peer_that_leaves_silently_or_rudely) {
  start();
  for (const bool rude : {false, true}) {
    calls = 0;
    {
      std::lock_guard lock(mutex);
      writer.reset();
    }
    auto raw = peer();
    raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    raw.read_until("\r\n\r\n");
    const auto out = wait_for_writer();
    rude ? raw.reset() : raw.close();
    EXPECT_TRUE(eventually([&] { return out->closed() && calls == 1; }));
    EXPECT_FALSE(out->write("nobody hears"));
  }
}

TEST_F(OpenStreamTest, ends_when_the_producer_lets_go) {
  start();
  auto raw = peer();
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.read_until("\r\n\r\n");
  wait_for_writer();
  {
    std::lock_guard lock(mutex);
    writer.reset();
  }
  EXPECT_EQ(raw.read_to_end(), "0\r\n\r\n");
}

TEST_F(OpenStreamTest, ends_when_the_server_stops_and_outlives_it_harmlessly) {
  start();
  auto raw = peer();
  raw.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  raw.read_until("\r\n\r\n");
  const auto out = wait_for_writer();
  server->stop();
  server.reset();
  EXPECT_TRUE(out->closed());
  EXPECT_FALSE(out->write("late"));
  EXPECT_EQ(raw.read_to_end(), "0\r\n\r\n");
}

TEST_F(OpenStreamTest, gives_head_the_headers_only) {
  start();
  auto raw = peer();
  raw.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(raw.read_to_end().ends_with("\r\n\r\n"));
  EXPECT_EQ(current(), nullptr);
}

}  // namespace
}  // namespace causeway::http
