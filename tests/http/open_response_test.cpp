#include <thread>

#include "causeway/http/open_response.hpp"
#include "http_fixture.hpp"

namespace causeway::http {
namespace {

class OpenResponseTest : public HttpTest {
 protected:
  void serve(std::uint64_t size, bool tells_length, std::uint64_t breaks_at = UINT64_MAX) {
    handler.handling = [=](const Request&) {
      Response response;
      response.headers.set("X-Mark", "here");
      response.source = std::make_unique<TestSource>(size, tells_length, breaks_at);
      return response;
    };
    start();
  }
};

TEST_F(OpenResponseTest, is_pulled_to_its_end_also_after_its_client_is_gone) {
  for (const bool tells_length : {true, false}) {
    serve(3'000'000, tells_length);
    std::optional<OpenResponse> answer;
    {
      auto dialled = client();
      auto opened = dialled.open(get("/"));
      ASSERT_TRUE(opened) << opened.error().describe();
      answer = *std::move(opened);
    }
    EXPECT_EQ(answer->head.status, 200);
    EXPECT_EQ(answer->head.headers.get("X-Mark"), "here");
    EXPECT_EQ(answer->body->length(), tells_length ? std::optional<std::uint64_t>(3'000'000) : std::nullopt);
    const auto drained = drain(*answer->body);
    EXPECT_FALSE(drained.error);
    EXPECT_EQ(drained.count, 3'000'000u);
    EXPECT_TRUE(drained.right);
    server->stop();
  }
}

TEST_F(OpenResponseTest, that_breaks_off_is_an_error_and_never_an_end) {
  for (const bool tells_length : {true, false}) {
    serve(3'000'000, tells_length, 1'000'000);
    auto dialled = client();
    auto answer = dialled.open(get("/"));
    ASSERT_TRUE(answer);
    const auto drained = drain(*answer->body);
    ASSERT_TRUE(drained.error);
    EXPECT_EQ(drained.error->reason, "http.broken");
    EXPECT_TRUE(drained.right);
    server->stop();
  }
}

TEST_F(OpenResponseTest, comes_when_the_server_refuses_an_upload_before_its_end) {
  handler.planning = [](const Request&) { return Handler::Plan{Handler::Body::streamed, UINT64_MAX}; };
  handler.handling = [](const Request&) { return text_response("no", 409); };
  start();
  auto dialled = client();
  auto request = get("/");
  request.method = "PUT";
  request.source = std::make_unique<TestSource>(64u << 20, false);
  auto answer = dialled.open(std::move(request));
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(answer->head.status, 409);
  EXPECT_EQ(read_all(*answer->body, 100).value(), "no");
}

TEST_F(OpenResponseTest, stops_waiting_when_it_is_told_to) {
  handler.handling = [](const Request&) {
    Response response;
    response.open_stream = [](std::shared_ptr<StreamWriter> writer) {
      writer->write("one");
      auto* kept = writer.get();
      kept->on_drain([writer = std::move(writer)] {});
    };
    return response;
  };
  start();
  std::stop_source stop;
  CallOptions options;
  options.stop = stop.get_token();
  auto dialled = client();
  auto answer = dialled.open(get("/"), options);
  ASSERT_TRUE(answer);
  std::string piece(10, '\0');
  EXPECT_EQ(answer->body->read(piece).value(), 3u);
  const std::jthread stopper([&] { stop.request_stop(); });
  const auto more = answer->body->read(piece);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::cancelled);
}

TEST(ReadAll, drops_what_is_beyond_the_bound) {
  TestSource source(100'000, false);
  EXPECT_EQ(read_all(source, 1000)->size(), 1000u);
}

}  // namespace
}  // namespace causeway::http
