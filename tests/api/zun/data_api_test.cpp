#include <gtest/gtest.h>

#include <thread>

#include "causeway/base/base64.hpp"
#include "zun_service.hpp"

namespace causeway::test {
namespace {

using domain::ContainerId;
using domain::ContainerStatus;

struct ZunData : ZunService, ::testing::Test {
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    uuid = running("web");
  }
  Answer put(const std::string& body, const std::string& version = "container 1.40",
             const std::string& query = "?path=/tmp") {
    return send("POST", "/v1/containers/web/put_archive" + query, {.body = body, .version = version});
  }
  std::string uuid;
};

// covers: GET /v1/containers/{id}/logs
TEST_F(ZunData, a_log_is_one_json_string_however_it_comes) {
  host_data.log = "caf\xC3\xA9 \"1\"\n\xFF\n";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{1000}}) {
    host_data.piece = piece;
    const auto logs = send("GET", "/v1/containers/web/logs?stdout=True&stderr=True&timestamps=False&tail=all");
    EXPECT_EQ(logs.status, 200);
    EXPECT_EQ(logs.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(logs.text, "\"caf\xC3\xA9 \\\"1\\\"\\n\xEF\xBF\xBD\\n\"");
    EXPECT_FALSE(logs.broke_off);
  }
  EXPECT_FALSE(host_data.last_query.tail);
  EXPECT_EQ(host_data.last_host, "h1");
  send("GET", "/v1/containers/web/logs?tail=7&since=2026-01-02%2003:04:05,678&stderr=False");
  EXPECT_EQ(host_data.last_query.tail, 7);
  EXPECT_EQ(host_data.last_query.since, 1767323045);
  EXPECT_FALSE(host_data.last_query.stderr_);
  EXPECT_EQ(send("GET", "/v1/containers/web/logs?since=yesterday").status, 400);
  EXPECT_EQ(send("GET", "/v1/containers/web/logs?bogus=1").status, 400);
}

TEST_F(ZunData, an_answer_that_fails_before_its_first_byte_is_an_error_and_later_breaks_off) {
  host_data.log = host_data.tar = "some bytes";
  host_data.breaks_at = 0;
  for (const char* path : {"logs", "get_archive?path=/f"}) {
    const auto answer = send("GET", "/v1/containers/web/" + std::string(path));
    EXPECT_EQ(answer.status, 503) << path;
    EXPECT_NE(answer.error("title"), "") << path;
  }
  host_data.breaks_at = 4;
  for (const char* path : {"logs", "get_archive?path=/f"}) {
    const auto answer = send("GET", "/v1/containers/web/" + std::string(path));
    EXPECT_EQ(answer.status, 200) << path;
    EXPECT_TRUE(answer.broke_off) << path;
    EXPECT_FALSE(parse_json(answer.text)) << "it must not look whole";
  }
}

TEST_F(ZunData, trouble_of_the_host_is_told_as_what_it_means) {
  struct Row {
    Error error;
    int status;
    const char* code;
  };
  const Row rows[] = {
      {fail(Code::not_found, "engine.no_container", "No such container"), 409, "container.conflict"},
      {fail(Code::conflict, "container.not_running", "It is not running."), 409, "container.invalid-state-exception"},
      {fail(Code::invalid, "container.no_path", "no"), 400, "container.container-no-path"},
      {fail(Code::unavailable, "host.unreachable", "away"), 503, "container.container-host-not-up"},
  };
  for (const auto& [error, status, code] : rows) {
    host_data.fault = error;
    for (const char* path : {"logs", "stats", "top", "get_archive?path=/f"}) {
      const auto answer = send("GET", "/v1/containers/web/" + std::string(path));
      EXPECT_EQ(answer.status, status) << path << " " << error.reason;
      EXPECT_EQ(answer.error("code"), code) << path;
    }
    EXPECT_EQ(put(R"({"data":""})").status, status);
  }
  host_data.fault = rows[0].error;
  EXPECT_EQ(send("GET", "/v1/containers/web/stats").error("title"), "Cannot act on container in 'Error' state");
}

TEST_F(ZunData, the_legality_table_holds_and_foreign_containers_do_not_exist) {
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::stopped));
  EXPECT_EQ(send("GET", "/v1/containers/web/stats").error("title"),
            "Cannot stats container " + uuid + " in Stopped state");
  EXPECT_EQ(send("GET", "/v1/containers/web/top").status, 409);
  EXPECT_EQ(send("GET", "/v1/containers/web/logs").status, 200);
  EXPECT_EQ(send("GET", "/v1/containers/web/get_archive?path=/f").status, 200);
  ASSERT_TRUE(becomes(ContainerId(uuid), ContainerStatus::dead));
  EXPECT_EQ(send("GET", "/v1/containers/web/logs").status, 409);
  EXPECT_EQ(send("GET", "/v1/containers/web/get_archive?path=/f").status, 409);
  EXPECT_EQ(put(R"({"data":""})").status, 409);
  for (const char* path : {"logs", "stats", "top", "get_archive?path=/f"}) {
    EXPECT_EQ(as("bob", "GET", "/v1/containers/" + uuid + "/" + path).status, 404) << path;
  }
  EXPECT_EQ(as("bob", "POST", "/v1/containers/" + uuid + "/put_archive?path=/", R"({"data":""})").status, 404);
}

// covers: GET /v1/containers/{id}/stats
TEST_F(ZunData, stats_have_the_keys_and_types_of_zun) {
  EXPECT_EQ(send("GET", "/v1/containers/web/stats").text,
            R"x({"CONTAINER":"web","CPU %":12.5,"MEM USAGE(MiB)":1.5,"MEM LIMIT(MiB)":6.0,"MEM %":25.0,)x"
            R"x("BLOCK I/O(B)":"10/20","NET I/O(B)":"30/40"})x");
  host_data.values = {};
  EXPECT_EQ(to_text(*member(send("GET", "/v1/containers/web/stats").body, "MEM %")), "0.0") << "nothing of nothing";
}

// covers: GET /v1/containers/{id}/top
TEST_F(ZunData, top_takes_ps_args) {
  EXPECT_EQ(send("GET", "/v1/containers/web/top?ps_args=None").text,
            R"({"Titles":["PID","CMD"],"Processes":[["1","sleep 100"]]})");
  EXPECT_EQ(host_data.last_ps_args, "");
  send("GET", "/v1/containers/web/top?ps_args=aux%20-w");
  EXPECT_EQ(host_data.last_ps_args, "aux -w");
}

// covers: GET /v1/containers/{id}/get_archive
TEST_F(ZunData, an_archive_comes_as_base64_since_1_25_and_as_text_before) {
  host_data.tar = std::string("ab\0\n", 4);
  host_data.piece = 1;
  const auto stat = R"("stat":{"name":"f","size":5,"mode":420,"mtime":"2026-01-02T03:04:05Z","linkTarget":""}})";
  EXPECT_EQ(send("GET", "/v1/containers/web/get_archive?path=/etc/f").text,
            R"({"data":")" + to_base64(host_data.tar) + "\"," + stat);
  EXPECT_EQ(host_data.last_path, "/etc/f");
  EXPECT_EQ(send("GET", "/v1/containers/web/get_archive?path=/f", {.version = "container 1.24"}).text,
            R"({"data":"ab\u0000\n",)" + std::string(stat));
  EXPECT_EQ(send("GET", "/v1/containers/web/get_archive").status, 400);
}

// covers: POST /v1/containers/{id}/put_archive
TEST_F(ZunData, an_archive_goes_in_as_base64_since_1_25_and_as_text_before) {
  std::string tar(3'000'000, 'x');
  for (std::size_t i = 0; i < tar.size(); i += 7) tar[i] = char(i);
  for (const std::string& bytes : {std::string(), std::string("ab\0c", 4), tar}) {
    EXPECT_EQ(put(R"({"data":")" + to_base64(bytes) + "\"}").text, "null");
    EXPECT_EQ(host_data.unpacked, bytes);
    EXPECT_EQ(host_data.last_path, "/tmp");
    // what was checked as a whole before says its length; what passes through cannot
    EXPECT_EQ(host_data.announced, bytes.size() < 1'000'000 ? std::optional<std::uint64_t>(bytes.size()) : std::nullopt);
  }
  EXPECT_EQ(put(R"({"data":"a\u0000b\u00e9"})", "container 1.24").status, 200);
  EXPECT_EQ(host_data.unpacked, std::string("a\0b\xC3\xA9", 5));
}

TEST_F(ZunData, a_bad_upload_is_refused_with_its_field_before_any_of_it_reaches_the_host) {
  struct Row {
    std::string body;
    const char* says;
  };
  const Row rows[] = {
      {"", "'data' is a required property"},
      {"{}", "'data' is a required property"},
      {"rubbish", "Malformed JSON"},
      {R"(["data"])", "must be a JSON object"},
      {R"({"data":5})", "'data' must be a string, not a number"},
      {R"({"data":"AAAA","path":"/x"})", "'path' was unexpected"},
      {R"({"data":"AA*A"})", "'data' is not base64"},
      {R"({"data":"AAA"})", "'data' is base64 that breaks off"},
      {R"({"data":"AAAA)", "Malformed JSON"},
      {R"({"data":"AAAA"} x)", "Malformed JSON"},
  };
  for (const auto& [body, says] : rows) {
    const auto answer = put(body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_NE(answer.error("title").find(says), std::string::npos) << body << ": " << answer.error("title");
  }
  EXPECT_EQ(put(R"({"data":""})", "container 1.40", "").status, 400) << "no path";
  EXPECT_EQ(put(R"({"data":"AA*A"})").error("code"), "container.base64-exception");
  EXPECT_EQ(host_data.puts, 0);
  // what is wrong behind the first megabyte is found under way, and is the same answer
  const auto late = put(R"({"data":")" + to_base64(std::string(3'000'000, 'x')) + "*\"}");
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(late.error("code"), "container.base64-exception");
}

TEST_F(ZunData, a_project_fills_no_more_than_its_share_of_the_uploads_under_way) {
  std::vector<int> statuses;
  host_data.meanwhile = [&] {
    if (statuses.size() < 2 * services::ContainerData::max_uploads_of_project) statuses.push_back(put(R"({"data":"AAAA"})").status);
  };
  EXPECT_EQ(put(R"({"data":"AAAA"})").status, 200);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 200), std::ptrdiff_t(services::ContainerData::max_uploads_of_project - 1));
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 503), std::ptrdiff_t(statuses.size() - services::ContainerData::max_uploads_of_project + 1));
  host_data.meanwhile = nullptr;
  EXPECT_EQ(put(R"({"data":"AAAA"})").status, 200) << "the places are free again";
}

/// A client that follows, as the server hands it to the pump.
class Follower final : public http::StreamWriter {
 public:
  bool write(std::string chunk) override {
    const std::lock_guard lock(mutex_);
    if (state_ != "open") return false;
    text_ += chunk;
    return true;
  }
  std::size_t pending() const override { return 0; }
  bool closed() const override { return state() != "open"; }
  void close() override { become("closed"); }
  void break_off() override { become("broken off"); }
  void on_drain(std::function<void()> callback) override {
    const std::lock_guard lock(mutex_);
    callback_ = std::move(callback);
  }
  void leave() {
    become("left");
    std::function<void()> callback;
    {
      const std::lock_guard lock(mutex_);
      callback = callback_;
    }
    if (callback) callback();
  }
  std::string state() const {
    const std::lock_guard lock(mutex_);
    return state_;
  }
  std::string text() const {
    const std::lock_guard lock(mutex_);
    return text_;
  }
  bool wait_for(const std::string& wanted) const {
    for (int i = 0; i < 5000 && state() != wanted; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return state() == wanted;
  }

 private:
  void become(const char* next) {
    const std::lock_guard lock(mutex_);
    if (state_ == "open") state_ = next;
  }
  mutable std::mutex mutex_;
  std::string state_ = "open", text_;
  std::function<void()> callback_;
};

TEST_F(ZunData, a_followed_log_is_raw_text_that_ends_or_breaks_off_as_its_source_does) {
  host_data.log = "one\ntwo\n";
  http::Request request;
  request.method = "GET";
  request.path = "/v1/containers/web/logs";
  request.query = http::Query::parse("follow=true");
  request.headers.set("X-Auth-Token", "alice");
  for (const auto& [breaks_at, text, state] :
       {std::tuple{SIZE_MAX, "one\ntwo\n", "closed"}, std::tuple{std::size_t(4), "one\n", "broken off"}}) {
    host_data.breaks_at = breaks_at;
    auto sent = http::Request{request.method, {}, request.path, request.query, request.headers, {}, {}, nullptr};
    auto response = service.handle(std::move(sent));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "text/plain; charset=utf-8");
    ASSERT_TRUE(response.open_stream);
    const auto follower = std::make_shared<Follower>();
    response.open_stream(follower);
    EXPECT_TRUE(follower->wait_for(state));
    EXPECT_EQ(follower->text(), text);
  }
  EXPECT_TRUE(host_data.last_query.follow);
}

/// Says nothing until it is told to stop.
class SilentSource final : public boundary::ByteSource {
 public:
  explicit SilentSource(std::stop_token stop) : stop_(std::move(stop)) {}
  Result<std::size_t> read(std::span<char>) override {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock(mutex);
    wake.wait(lock, stop_, [] { return false; });
    return failed(Code::cancelled, "stopped", "It was stopped.");
  }

 private:
  std::stop_token stop_;
};

TEST(StreamPumps, are_bounded_in_number_and_stop_a_source_whose_client_left) {
  api::StreamPumps pumps(3, 2);
  const auto open = [](std::stop_token stop) -> Result<std::unique_ptr<boundary::ByteSource>> {
    return std::make_unique<SilentSource>(std::move(stop));
  };
  std::vector<std::shared_ptr<Follower>> followers;
  for (int i = 0; i < 2; ++i) {
    auto reply = pumps.carry("anna", open, "text/plain");
    ASSERT_TRUE(reply);
    followers.push_back(std::make_shared<Follower>());
    auto hand_over = std::move(reply->raw->open_stream);
    hand_over(followers.back());
  }
  EXPECT_EQ(pumps.carry("anna", open, "text/plain").error().reason, "streams.too_many") << "her share";
  {
    const auto other = pumps.carry("bert", open, "text/plain");
    EXPECT_TRUE(other);
    EXPECT_EQ(pumps.carry("carl", open, "text/plain").error().reason, "streams.too_many") << "all there are";
  }
  EXPECT_EQ(pumps.open_streams(), 2u);
  followers.front()->leave();
  for (int i = 0; i < 5000 && pumps.open_streams() > 1; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  EXPECT_EQ(pumps.open_streams(), 1u);
  { EXPECT_TRUE(pumps.carry("anna", open, "text/plain")) << "an answer that is never taken gives its place back"; }
  EXPECT_EQ(pumps.open_streams(), 1u);
  pumps.stop();
  EXPECT_EQ(pumps.open_streams(), 0u);
  EXPECT_EQ(followers.back()->state(), "broken off");
}

}  // namespace
}  // namespace causeway::test
