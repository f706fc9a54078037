#include "causeway/adapters/glance/glance_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <mutex>
#include <thread>

#include "causeway/adapters/glance/glance_messages.hpp"
#include "causeway/adapters/memory/memory_data.hpp"
#include "causeway/http/server.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;
using domain::ImageId;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const ImageId box("aaaaaaaa-0000-4000-8000-000000000001");

class TextBody final : public http::BodySource {
 public:
  TextBody(std::string text, std::optional<std::uint64_t> length, bool breaks) : source_(std::move(text)), length_(length), breaks_(breaks) {}
  Result<std::size_t> read(std::span<char> into) override {
    TRY(const auto count, source_.read(into));
    if (count == 0 && breaks_) return failed(Code::internal, "test.broken", "broken on purpose");
    return count;
  }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  TextSource source_;
  const std::optional<std::uint64_t> length_;
  const bool breaks_;
};

/// A server that answers as it is told, one answer after the other, and keeps what it was asked.
class Server final : public http::Handler {
 public:
  struct Asked {
    std::string method, target, token, range, body;
  };
  Plan plan(const http::Request& head) override { return {head.method == "PUT" ? Body::streamed : Body::whole, UINT64_MAX}; }
  http::Response handle(http::Request request) override {
    Asked asked{request.method, request.target, std::string(request.headers.get("X-Auth-Token")), std::string(request.headers.get("Range")), request.body};
    std::this_thread::sleep_for(delay.load());
    if (request.stream) asked.body += http::read_all(*request.stream, 1 << 20).value_or("broken");
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::move(asked));
    if (answers_.empty()) return text(500, "nothing was expected");
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  static http::Response text(int status, std::string body, std::string content_range = "") {
    http::Response response;
    response.status = status;
    response.body = std::move(body);
    if (!content_range.empty()) response.headers.set("Content-Range", std::move(content_range));
    return response;
  }
  void then(http::Response answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
  }
  std::atomic<std::chrono::milliseconds> delay{0ms};  ///< before each answer
  std::vector<Asked> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::vector<Asked> asked_;
  std::deque<http::Response> answers_;
};

class Us final : public boundary::ServiceIdentity {
 public:
  Result<std::string> token() override { return fmt::format("our token {}", renewed + 1); }
  void refused(std::string_view) override { ++renewed; }
  Result<std::string> endpoint(const boundary::EndpointQuery& query) override {
    EXPECT_EQ(query.service_type, "image");
    EXPECT_EQ(query.region, "RegionOne");
    EXPECT_EQ(query.interface, "internal");
    if (base.empty()) return failed(Code::not_found, "keystone.no_endpoint", "none");
    return base;
  }
  int renewed = 0;
  std::string base;
};

class GlanceClientTest : public ::testing::Test {
 protected:
  void SetUp() override {
    http::ServerOptions options;
    options.name = "glance";
    server_ = std::make_unique<http::Server>(options);
    ASSERT_TRUE(server_->listen({"127.0.0.1", 0, "", -1, std::nullopt}, handler));
    ASSERT_TRUE(server_->start());
    us.base = fmt::format("http://127.0.0.1:{}/image/v2/", server_->port());
  }
  void TearDown() override { server_->stop(); }
  template <class T>
  static std::string reason_of(const Result<T>& result) {
    return result ? "" : result.error().reason;
  }
  std::string opened(std::uint64_t from) {
    auto data = client.open(box, from);
    if (!data) return data.error().reason;
    std::string out, buffer(1000, '\0');
    while (true) {
      const auto count = (*data)->read(buffer);
      if (!count || *count == 0) return count ? out : out + "<broken>";
      out.append(buffer, 0, *count);
    }
  }

  Server handler;
  std::unique_ptr<http::Server> server_;
  Us us;
  GlanceClient client{us, {"", "RegionOne", "internal", "", 5s}};
};

const std::string image_json = R"({"id": "aaaaaaaa-0000-4000-8000-000000000001", "name": "box", "owner": "p1", "status": "active", "visibility": "shared",
  "container_format": "docker", "disk_format": "raw", "size": 5, "checksum": "00", "os_hash_algo": "sha512", "os_hash_value": "ff", "os_hidden": false,
  "tags": ["v1"], "min_disk": 0, "protected": false, "team": "shop", "file": "/v2/images/x/file", "direct_url": "secret", "locations": []})";

TEST_F(GlanceClientTest, reads_an_image_with_the_token_of_who_asks) {
  handler.then(Server::text(200, image_json));
  handler.then(Server::text(200, image_json));
  const auto image = client.find("user token", box).value();
  EXPECT_EQ(image.id, box);
  EXPECT_EQ(image.owner.str(), "p1");
  EXPECT_EQ(image.size, 5);
  EXPECT_EQ(image.os_hash_algo, "sha512");
  EXPECT_THAT(image.tags, ElementsAre("v1"));
  EXPECT_EQ(image.properties, (std::map<std::string, std::string>{{"team", "shop"}}));
  EXPECT_TRUE(client.look_up(box));
  EXPECT_EQ(handler.asked()[0].target, "/image/v2/images/" + box.str()) << "the path of the catalog goes before the API's";
  EXPECT_EQ(handler.asked()[0].token, "user token");
  EXPECT_EQ(handler.asked()[1].token, "our token 1");
}

TEST_F(GlanceClientTest, asks_for_a_name_as_it_is_written_and_reads_all_pages) {
  handler.then(Server::text(200, fmt::format(R"({{"images": [{}], "next": "/v2/images?marker=x"}})", image_json)));
  handler.then(Server::text(200, R"({"images": []})"));
  EXPECT_EQ(client.named("user token", "shop/web:v1 & more")->size(), 1u);
  EXPECT_EQ(handler.asked()[0].target, "/image/v2/images?name=eq%3Ashop%2Fweb%3Av1%20%26%20more&limit=200");
  EXPECT_THAT(handler.asked()[1].target, HasSubstr("&marker=" + box.str()));
}

TEST_F(GlanceClientTest, says_in_whose_name_it_was_refused) {
  struct Case {
    int status;
    std::string as_user, as_ourselves;
  };
  for (const auto& [status, as_user, as_ourselves] : {
           Case{401, "token.rejected", "glance.refused"}, Case{403, "image.forbidden", "glance.forbidden"}, Case{404, "image.not_found", "image.not_found"},
           Case{300, "glance.failing", "glance.failing"}, Case{429, "glance.failing", "glance.failing"}, Case{500, "glance.failing", "glance.failing"},
           Case{503, "glance.failing", "glance.failing"}}) {
    handler.then(Server::text(status, "{}"));
    EXPECT_EQ(reason_of(client.find("user token", box)), as_user) << status;
    handler.then(Server::text(status, "{}"));
    if (status == 401) handler.then(Server::text(status, "{}"));
    EXPECT_EQ(reason_of(client.look_up(box)), as_ourselves) << status;
  }
  handler.then(Server::text(200, "<html>a proxy's page</html>"));
  EXPECT_EQ(reason_of(client.find("user token", box)), "glance.failing");
}

TEST_F(GlanceClientTest, a_token_of_ours_that_is_refused_is_renewed_once) {
  handler.then(Server::text(401, ""));
  handler.then(Server::text(200, image_json));
  EXPECT_TRUE(client.look_up(box));
  EXPECT_EQ(handler.asked()[1].token, "our token 2");
  handler.then(Server::text(401, ""));
  handler.then(Server::text(200, "hello"));
  EXPECT_EQ(opened(0), "hello");
  EXPECT_EQ(handler.asked()[3].token, "our token 3");
}

TEST_F(GlanceClientTest, goes_on_from_a_byte_whether_the_server_knows_ranges_or_not) {
  handler.then(Server::text(206, "lo", "bytes 3-4/5"));
  EXPECT_EQ(opened(3), "lo");
  EXPECT_EQ(handler.asked()[0].range, "bytes=3-");
  handler.then(Server::text(200, "hello"));
  EXPECT_EQ(opened(3), "lo");
  handler.then(Server::text(206, "ello", "bytes 1-4/5"));
  EXPECT_EQ(opened(3), "glance.failing");
  handler.then(Server::text(204, ""));
  EXPECT_EQ(opened(0), "image.no_data");
  handler.then(Server::text(404, ""));
  EXPECT_EQ(opened(0), "image.not_found");
}

TEST_F(GlanceClientTest, data_that_breaks_off_is_an_error) {
  auto answer = Server::text(200, "");
  answer.source = std::make_unique<TextBody>("hel", 5, true);
  handler.then(std::move(answer));
  EXPECT_EQ(opened(0), "hel<broken>");
}

TEST_F(GlanceClientTest, uploads_as_it_reads_and_returns_what_the_source_fails_with) {
  handler.then(Server::text(204, ""));
  TextSource data(std::string(300'000, 'x'), 1000);
  EXPECT_EQ(reason_of(client.upload(box, data)), "");
  EXPECT_EQ(handler.asked()[0].body, std::string(300'000, 'x'));
  TextSource broken(std::string(300'000, 'x'), 1000, 5000);
  EXPECT_EQ(reason_of(client.upload(box, broken)), "engine.unreachable");
  while (handler.asked().size() < 2) std::this_thread::yield();
  EXPECT_EQ(handler.asked()[1].body, "broken") << "the server sees that more should have come";
  handler.then(Server::text(413, "<html><head><title>413 Too large</title></head><body><h1>413 Too large</h1>\n over &quot;quota&quot;<br /></body></html>"));
  TextSource again("x");
  const auto full = client.upload(box, again);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Code::too_large);
  EXPECT_EQ(full.error().message, "over \"quota\"");
}

TEST_F(GlanceClientTest, makes_images_under_ids_of_ours_and_deletes_them) {
  handler.then(Server::text(201, "{}"));
  ASSERT_TRUE(client.create("user token", {box, "shop/web", "v1"}));
  const auto body = parse_json(handler.asked()[0].body).value();
  EXPECT_EQ(text_member(body, "id"), box.str());
  EXPECT_EQ(text_member(body, "name"), "shop/web");
  EXPECT_EQ(text_member(body, "container_format"), "docker");
  EXPECT_EQ(handler.asked()[0].token, "user token");
  for (const int status : {204, 404}) {
    handler.then(Server::text(status, ""));
    EXPECT_TRUE(client.remove(box)) << status;
  }
  handler.then(Server::text(409, "in use"));
  EXPECT_EQ(client.remove(box).error().message, "in use");
}

TEST_F(GlanceClientTest, a_service_that_is_away_slow_or_nowhere_is_unavailable) {
  us.base.clear();
  const auto nowhere = client.look_up(box);
  EXPECT_EQ(reason_of(nowhere), "glance.unreachable");
  EXPECT_EQ(nowhere.error().message, "Keystone's catalog has no internal endpoint of an image service in region RegionOne.");
  us.base = "http://127.0.0.1:1";
  const auto away = client.look_up(box);
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().reason, "glance.unreachable");
  EXPECT_EQ(away.error().code, Code::unavailable);
  EXPECT_EQ(away.error().message, "The image service of region RegionOne cannot be reached now; try again later.");
  us.base = fmt::format("http://127.0.0.1:{}", server_->port());
  handler.delay = 400ms;
  GlanceClient hasty{us, {"", "RegionOne", "internal", "", 20ms}};
  for (const auto& slow : {hasty.look_up(box), hasty.find("user token", box)}) {
    ASSERT_FALSE(slow);
    EXPECT_EQ(slow.error().reason, "glance.away");
    EXPECT_EQ(slow.error().message, "The image service of region RegionOne does not answer in time; try again later.");
  }
  EXPECT_EQ(reason_of(hasty.open(box, 0)), "glance.away");
  us.base = "nonsense";
  EXPECT_EQ(reason_of(client.look_up(box)), "glance.unreachable");
  client.stop();
  us.base = fmt::format("http://127.0.0.1:{}", server_->port());
  EXPECT_EQ(client.look_up(box).error().code, Code::cancelled);
}

TEST(GlanceMessages, refusals_are_one_short_line) {
  const auto words = [](std::string body) { return glance::words_of(Server::text(400, std::move(body))); };
  EXPECT_EQ(words(R"({"message": "too\nlong"})"), "too long");
  EXPECT_EQ(words(R"({"error": {"message": "no"}})"), "no");
  EXPECT_EQ(words("plain  text\n"), "plain text");
  EXPECT_EQ(words("400 Bad Request\n\nNo such thing\n\n   "), "No such thing");
  EXPECT_EQ(words("400 Bad Request"), "It answered 400.");
  EXPECT_EQ(words(""), "It answered 400.");
  EXPECT_EQ(words("\xff\xfe"), "It answered 400.");
  EXPECT_LT(words(std::string(100'000, 'x')).size(), 400u);
}

}  // namespace
}  // namespace causeway::adapters
