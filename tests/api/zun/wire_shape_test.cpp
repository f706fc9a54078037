#include <gtest/gtest.h>

#include "zun_service.hpp"

/// What holds of every answer, whatever it answers.
namespace causeway::api {
namespace {

struct Ask {
  const char* what;
  const char* method;
  std::string target;
  test::ZunService::Sent sent;
  int status;
};

class ZunWire : public ::testing::Test, protected test::ZunService {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    uuid = running("web");
  }
  std::vector<Ask> asks() const {
    const std::string at = "/v1/containers/" + uuid;
    const auto with = [](std::string token, std::string body = "", std::string type = "application/json") {
      return Sent{.token = std::move(token), .body = std::move(body), .version = "container 1.33", .content_type = std::move(type)};
    };
    return {{"a view", "GET", at, with("alice"), 200},
            {"an action", "POST", at + "/pause", with("alice"), 202},
            {"a path that is none", "GET", "/v1/volumes", with("alice"), 404},
            {"an object that is not there", "GET", "/v1/containers/nothing", with("alice"), 404},
            {"a foreign object", "GET", at, with("bob"), 404},
            {"a method that is none", "PUT", at, with("alice"), 405},
            {"a media type", "POST", "/v1/containers", with("alice", "{}", "text/plain"), 415},
            {"a media type of networks", "POST", "/v1/networks", with("admin", "{}", "text/plain"), 415},
            {"a rule", "GET", "/v1/hosts", with("alice"), 403},
            {"a state", "DELETE", at, with("alice"), 409},
            {"a body", "POST", "/v1/containers", with("alice", R"({"image":7})"), 400},
            {"no token", "GET", at, with(""), 401},
            {"the end", "DELETE", at + "?stop=true", with("alice", "", "application/octet-stream"), 204}};
  }
  std::string uuid;
};

TEST_F(ZunWire, every_answer_says_its_version_and_its_request) {
  for (const auto& [what, method, target, sent, status] : asks()) {
    const auto answer = send(method, target, sent);
    EXPECT_EQ(answer.status, status) << what << " " << answer.text;
    EXPECT_EQ(answer.headers.get("OpenStack-API-Version"), "container 1.33") << what;
    EXPECT_EQ(answer.headers.get("OpenStack-API-Minimum-Version"), "container 1.1") << what;
    EXPECT_EQ(answer.headers.get("OpenStack-API-Maximum-Version"), "container 1.40") << what;
    EXPECT_EQ(answer.headers.get("Vary"), "OpenStack-API-Version") << what;
    EXPECT_TRUE(answer.headers.get("X-Openstack-Request-Id").starts_with("req-")) << what;
    if (status == 204) EXPECT_TRUE(answer.text.empty() && answer.headers.get("Content-Type").empty());
  }
}

TEST_F(ZunWire, every_error_has_the_one_shape) {
  for (const auto& [what, method, target, sent, status] : asks()) {
    if (status < 400 || status == 401) continue;
    const auto answer = send(method, target, sent);
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/json") << what;
    const Json* errors = member(answer.body, "errors");
    ASSERT_TRUE(errors != nullptr && errors->is_array() && errors->get_array().size() == 1U) << what << answer.text;
    std::set<std::string> keys;
    for (const auto& [key, value] : errors->get_array()[0].get_object()) keys.insert(std::string(key));
    EXPECT_EQ(keys, (std::set<std::string>{"request_id", "code", "status", "title", "detail", "links"})) << what;
    EXPECT_EQ(to_text(*member(errors->get_array()[0], "status")), std::to_string(status)) << what;
    EXPECT_TRUE(answer.error("code").starts_with("container.")) << what;
    EXPECT_FALSE(answer.error("title").empty()) << what;
    const bool of_the_framework = answer.error("code") == "container.";
    EXPECT_EQ(of_the_framework, std::string(what) == "a path that is none" || status == 405 || status == 415) << what;
    if (of_the_framework) {
      EXPECT_EQ(answer.error("title"), http::reason_phrase(status)) << what;
    } else {
      EXPECT_EQ(answer.error("title"), answer.error("detail")) << what;
    }
  }
}

TEST_F(ZunWire, a_406_names_the_version_and_a_method_that_is_not_there_yet_does_too) {
  const auto early = send("GET", "/v1/containers/" + uuid + "/network_list", {.version = "container 1.12"});
  EXPECT_EQ(early.status, 406);
  EXPECT_EQ(early.error("title"), "Not Acceptable");
  EXPECT_EQ(early.error("detail"), "Version 1.12 was requested but the requested API is not supported for this version.");
  EXPECT_EQ(early.headers.get("OpenStack-API-Version"), "container 1.12");
}

TEST_F(ZunWire, names_may_look_like_files) {
  for (const char* name : {"a.txt", "x.html", "x.json", "archive.tar.gz"}) {
    running(name);
    EXPECT_EQ(text_member(send("GET", std::string("/v1/containers/") + name).body, "name"), name);
    EXPECT_EQ(send("DELETE", std::string("/v1/containers/") + name + "/?stop=true").status, 204) << name;
  }
}

TEST_F(ZunWire, a_name_that_two_have_is_asked_by_uuid_and_administrators_look_everywhere) {
  running("twin");
  EXPECT_EQ(send("GET", "/v1/containers/twin").status, 200);
  const auto second = running("twin");
  const auto answer = send("GET", "/v1/containers/twin");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.error("code"), "container.conflict");
  EXPECT_EQ(answer.error("title"), "Multiple containers exist with same name. Please use the container uuid instead.");
  EXPECT_EQ(send("GET", "/v1/containers/" + second).status, 200);
  EXPECT_EQ(as("admin", "GET", "/v1/containers/web").status, 200);
  EXPECT_EQ(as("bob", "GET", "/v1/containers/web").status, 404);
}

TEST_F(ZunWire, discovery_names_every_resource) {
  const auto v1 = send("GET", "/v1", {.token = ""});
  for (const char* resource : {"services", "containers", "images", "networks", "hosts", "availability_zones", "capsules",
                               "quotas", "quota_classes", "registries"}) {
    const Json* links = member(v1.body, resource);
    ASSERT_TRUE(links != nullptr && links->get_array().size() == 2U) << resource;
    EXPECT_EQ(text_member(links->get_array()[0], "href"), fmt::format("http://zun:9517/v1/{}/", resource));
    EXPECT_EQ(text_member(links->get_array()[1], "href"), fmt::format("http://zun:9517/{}/", resource));
  }
}

}  // namespace
}  // namespace causeway::api
