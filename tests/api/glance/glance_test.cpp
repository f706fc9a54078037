#include "causeway/api/glance/glance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "causeway/api/glance/byte_streams.hpp"
#include "causeway/base/encoding.hpp"
#include "image_room.hpp"

namespace causeway::api {
namespace {

using namespace causeway::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The token is the project's name; "admin" is the administrator.
class NamedTokens final : public boundary::TokenVerifier {
 public:
  Result<domain::Caller> verify(std::string_view token) override {
    if (token == "bad") return failed(Code::unauthenticated, "token.invalid", "The token is not valid.");
    return token == "admin" ? an_admin() : a_member_of(std::string(token));
  }
};

class StreamedBody final : public http::BodySource {
 public:
  explicit StreamedBody(ScriptedSource data) : data_(std::move(data)) {}
  Result<std::size_t> read(std::span<char> into) override { return data_.read(into); }

 private:
  ScriptedSource data_;
};

struct Answer {
  int status = 0;
  http::Headers headers;
  std::string body;
  Json json;
};

class GlanceTest : public ::testing::Test {
 protected:
  Answer send(const std::string& token, std::string method, std::string target, std::string body = "",
              http::Headers headers = {}, std::unique_ptr<http::BodySource> stream = nullptr) {
    http::Request request;
    request.method = std::move(method);
    request.target = target;
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = http::Query::parse(target.substr(request.path.size() + 1));
    request.headers = std::move(headers);
    request.headers.set("Host", "cloud:9292");
    if (!token.empty()) request.headers.set("X-Auth-Token", token);
    request.body = std::move(body);
    request.stream = std::move(stream);
    auto response = service_.handle(std::move(request));
    Answer answer{response.status, std::move(response.headers), std::move(response.body), {}};
    char buffer[512];
    while (response.source) {
      const auto count = response.source->read(buffer).value();
      if (count == 0) break;
      answer.body.append(buffer, count);
    }
    answer.json = parse_json(answer.body).value_or(Json());
    return answer;
  }
  Answer put_data(const std::string& token, const std::string& id, ScriptedSource data) {
    return send(token, "PUT", "/v2/images/" + id + "/file", "", {}, std::make_unique<StreamedBody>(std::move(data)));
  }
  std::string create(const std::string& token,
                     std::string body = R"({"name": "web", "container_format": "docker", "disk_format": "raw"})") {
    return text_member(send(token, "POST", "/v2/images", std::move(body)).json, "id");
  }
  static std::string message(const Answer& answer) {
    const Json* error = member(answer.json, "error");
    return error != nullptr ? text_member(*error, "message") : "";
  }

  ImageRoom room_;
  NamedTokens tokens_;
  GlanceApi api_{room_.images};
  Service service_{{{glance_style(), glance_routes(api_)}}, {&tokens_, room_.ids, {}}};
};

TEST_F(GlanceTest, lists_its_versions_to_everybody) {
  const auto root = send("", "GET", "/");
  EXPECT_EQ(root.status, 300);
  const auto& versions = root.json.at("versions").as_array();
  EXPECT_EQ(versions[0].at("status").as_string(), "CURRENT");
  EXPECT_EQ(versions[0].at("links").at(0).at("href").as_string(), "http://cloud:9292/v2/");
  EXPECT_EQ(send("", "GET", "/versions").status, 200);
}

TEST_F(GlanceTest, schemas_are_there_for_the_models_of_clients) {
  const auto schema = send("anna", "GET", "/v2/schemas/image").json;
  EXPECT_EQ(schema.at("name").as_string(), "image");
  EXPECT_EQ(schema.at("additionalProperties").at("type").as_string(), "string");
  const auto image = send("anna", "GET", "/v2/images/" + create("anna")).json;
  for (const auto& [key, value] : image.as_object())
    EXPECT_TRUE(schema.at("properties").as_object().contains(key)) << key;
  EXPECT_EQ(
      send("anna", "GET", "/v2/schemas/images").json.at("properties").at("images").at("items").at("name").as_string(),
      "image");
  EXPECT_EQ(send("anna", "GET", "/v2/schemas/cake").status, 404);
}

TEST_F(GlanceTest, an_image_goes_up_and_comes_down) {
  const auto made = send("anna", "POST", "/v2/images",
                         R"({"name": "web", "container_format": "docker", "disk_format": "raw", "color": "red"})");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = text_member(made.json, "id");
  EXPECT_EQ(made.headers.get("Location"), "http://cloud:9292/v2/images/" + id);
  EXPECT_EQ(text_member(made.json, "status"), "queued");
  EXPECT_EQ(text_member(made.json, "color"), "red");
  EXPECT_EQ(text_member(made.json, "visibility"), "shared");
  EXPECT_TRUE(made.json.at("size").is_null() && made.json.at("checksum").is_null() &&
              made.json.at("os_hash_algo").is_null());
  EXPECT_EQ(send("anna", "GET", "/v2/images/" + id + "/file").status, 204);

  EXPECT_EQ(put_data("anna", id, ScriptedSource(docker_archive())).status, 204);
  const auto image = send("anna", "GET", "/v2/images/" + id).json;
  EXPECT_EQ(text_member(image, "status"), "active");
  EXPECT_EQ(text_member(image, "os_hash_algo"), "sha512");
  EXPECT_EQ(image.at("size").as_int64(), std::int64_t(docker_archive().size()));
  EXPECT_EQ(text_member(image, "file"), "/v2/images/" + id + "/file");
  EXPECT_FALSE(image.as_object().contains("blob") || image.as_object().contains("locations"));

  const auto down = send("anna", "GET", "/v2/images/" + id + "/file");
  EXPECT_EQ(down.status, 200);
  EXPECT_EQ(down.body, docker_archive());
  EXPECT_EQ(down.headers.get("Content-MD5"), text_member(image, "checksum"));
  EXPECT_EQ(put_data("anna", id, ScriptedSource(docker_archive())).status, 409);
  EXPECT_EQ(send("anna", "DELETE", "/v2/images/" + id).status, 204);
  EXPECT_EQ(send("anna", "GET", "/v2/images/" + id).status, 404);
}

TEST_F(GlanceTest, gives_ranges_of_the_data) {
  const auto id = create("anna", R"({"container_format": "bare", "disk_format": "raw"})");
  ASSERT_EQ(put_data("anna", id, ScriptedSource("0123456789")).status, 204);
  const auto ranged = [&](std::string range) {
    http::Headers headers;
    headers.set("Range", std::move(range));
    return send("anna", "GET", "/v2/images/" + id + "/file", "", std::move(headers));
  };
  const auto part = ranged("bytes=2-4");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.body, "234");
  EXPECT_EQ(part.headers.get("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(ranged("bytes=8-").body, "89");
  EXPECT_EQ(ranged("bytes=-3").body, "789");
  EXPECT_EQ(ranged("bytes=8-1000").headers.get("Content-Range"), "bytes 8-9/10");
  EXPECT_EQ(ranged("bytes=10-").status, 416);
  for (const char* whole : {"bytes=a-b", "lines=1-2", "bytes=4-2", "bytes=0-1,3-4", "bytes=-"})
    EXPECT_EQ(ranged(whole).status, 200) << whole;
}

TEST_F(GlanceTest, a_broken_or_unfit_upload_leaves_nothing) {
  const auto id = create("anna");
  EXPECT_EQ(put_data("anna", id, ScriptedSource(docker_archive()).breaking_after(1000)).status, 503);
  const auto unfit = put_data("anna", id, ScriptedSource(std::string(5000, 'z')));
  EXPECT_EQ(unfit.status, 400);
  EXPECT_THAT(message(unfit), HasSubstr("not a tar archive"));
  EXPECT_EQ(text_member(send("anna", "GET", "/v2/images/" + id).json, "status"), "queued");
  EXPECT_THAT(room_.blobs.list().value(), IsEmpty());
  EXPECT_EQ(room_.blobs.unfinished(), 0u);
}

TEST_F(GlanceTest, an_unfit_upload_is_read_to_its_end_so_that_the_client_hears_why) {
  const auto id = create("anna");
  ScriptedSource source(std::string(100'000, 'z'));
  class Counting final : public http::BodySource {
   public:
    Counting(ScriptedSource& data, std::size_t& total) : data_(data), total_(total) {}
    Result<std::size_t> read(std::span<char> into) override {
      auto count = data_.read(into);
      if (count) total_ += *count;
      return count;
    }

   private:
    ScriptedSource& data_;
    std::size_t& total_;
  };
  std::size_t total = 0;
  EXPECT_EQ(send("anna", "PUT", "/v2/images/" + id + "/file", "", {}, std::make_unique<Counting>(source, total)).status,
            400);
  EXPECT_EQ(total, 100'000u);
}

TEST_F(GlanceTest, patches) {
  const auto id = create("anna");
  const auto patched =
      send("anna", "PATCH", "/v2/images/" + id,
           R"([{"op": "add", "path": "/color", "value": "red"}, {"op": "replace", "path": "/name", "value": "n"}])");
  EXPECT_EQ(patched.status, 200) << patched.body;
  EXPECT_EQ(text_member(patched.json, "color"), "red");
  EXPECT_EQ(text_member(patched.json, "name"), "n");
  EXPECT_EQ(
      send("anna", "PATCH", "/v2/images/" + id, R"([{"op": "replace", "path": "/status", "value": "active"}])").status,
      403);
  EXPECT_EQ(send("anna", "PATCH", "/v2/images/" + id, R"([{"op": "remove", "path": "/shape"}])").status, 409);
  EXPECT_EQ(send("anna", "PATCH", "/v2/images/" + id, R"({"name": "n"})").status, 400);
  EXPECT_EQ(
      send("anna", "PATCH", "/v2/images/" + id, R"([{"op": "replace", "path": "/visibility", "value": "public"}])")
          .status,
      403);
}

TEST_F(GlanceTest, tags_members_and_actions) {
  const auto id = create("anna");
  EXPECT_EQ(send("anna", "PUT", "/v2/images/" + id + "/tags/a%20b").status, 204);
  EXPECT_EQ(send("anna", "GET", "/v2/images/" + id).json.at("tags").at(0).as_string(), "a b");
  EXPECT_EQ(send("anna", "DELETE", "/v2/images/" + id + "/tags/a%20b").status, 204);
  EXPECT_EQ(send("anna", "DELETE", "/v2/images/" + id + "/tags/a%20b").status, 404);
  EXPECT_TRUE(send("anna", "GET", "/v2/images/" + id + "/members").json.at("members").as_array().empty());
  ASSERT_EQ(put_data("anna", id, ScriptedSource(docker_archive())).status, 204);
  EXPECT_EQ(send("anna", "POST", "/v2/images/" + id + "/actions/deactivate").status, 403);
  EXPECT_EQ(send("admin", "POST", "/v2/images/" + id + "/actions/deactivate").status, 204);
  EXPECT_EQ(send("anna", "GET", "/v2/images/" + id + "/file").status, 403);
  EXPECT_EQ(send("admin", "POST", "/v2/images/" + id + "/actions/reactivate").status, 204);
}

TEST_F(GlanceTest, pages_lead_from_the_first_to_the_last_image) {
  for (int i = 0; i < 5; ++i) create("anna", fmt::format(R"({{"name": "a b{}"}})", i));
  std::vector<std::string> names;
  std::string url = "/v2/images?limit=2&sort=name:asc&name=in:a%20b0,a%20b1,a%20b2,a%20b4";
  int pages = 0;
  for (; !url.empty() && pages < 10; ++pages) {
    const auto page = send("anna", "GET", url).json;
    for (const auto& image : page.at("images").as_array()) names.push_back(text_member(image, "name"));
    EXPECT_EQ(page.at("schema").as_string(), "/v2/schemas/images");
    EXPECT_EQ(page.at("first").as_string().find("marker"), std::string::npos);
    url = text_member(page, "next");
  }
  EXPECT_THAT(names, ::testing::ElementsAre("a b0", "a b1", "a b2", "a b4"));
  EXPECT_EQ(pages, 2);
  EXPECT_EQ(send("anna", "GET", "/v2/images?limit=x").status, 400);
}

TEST_F(GlanceTest, errors_carry_their_message_where_clients_look_for_it) {
  const auto missing = send("anna", "GET", "/v2/images/nothing");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.get("Content-Type"), "application/json");
  EXPECT_EQ(missing.json.at("error").at("code").as_int64(), 404);
  EXPECT_EQ(missing.json.at("error").at("title").as_string(), "Not Found");
  EXPECT_THAT(message(missing), HasSubstr("nothing"));
}

/// Every route, with another project's token and a private image: hidden, refused, or about nothing of anybody's.
TEST_F(GlanceTest, no_route_gives_a_foreign_token_anything) {
  const auto id = create(
      "anna",
      R"({"name": "secret", "visibility": "private", "tags": ["t"], "container_format": "docker", "disk_format": "raw"})");
  ASSERT_EQ(put_data("anna", id, ScriptedSource(docker_archive())).status, 204);
  const auto before = room_.images.get(an_admin(), domain::ImageId(id)).value();
  for (const auto& route : glance_routes(api_)) {
    std::string target = route.path;
    const bool about_an_image = target.find("{image}") != std::string::npos;
    for (const auto& [name, value] :
         {std::pair<std::string, std::string>{"{image}", id}, {"{tag}", "t"}, {"{name}", "image"}}) {
      if (const auto at = target.find(name); at != std::string::npos) target.replace(at, name.size(), value);
    }
    const std::string body = route.method == "PATCH" ? "[]" : route.method == "POST" ? R"({"name": "mine"})" : "";
    const auto foreign = send("bert", route.method, target, body);
    EXPECT_EQ(foreign.body.find("secret"), std::string::npos) << route.method << " " << target;
    if (about_an_image) {
      const int refused = route.access == Access::admin ? 403 : 404;
      EXPECT_EQ(foreign.status, refused) << route.method << " " << target;
    }
    for (const std::string token : {"", "bad"}) {
      const int status = send(token, route.method, target, body).status;
      EXPECT_EQ(status == 401, route.access != Access::open)
          << route.method << " " << target << " with token '" << token << "'";
    }
  }
  EXPECT_EQ(encode(room_.images.get(an_admin(), domain::ImageId(id)).value()), encode(before));
}

}  // namespace
}  // namespace causeway::api
