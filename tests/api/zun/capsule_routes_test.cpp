#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

struct ZunCapsules : ZunService, ::testing::Test {
  void SetUp() override { ASSERT_TRUE(heartbeat("h1")); }
  static constexpr const char* shop = R"({"template":{"kind":"capsule","metadata":{"name":"shop","labels":{"a":"b"},
    "annotations":{"note":"x"}},"spec":{"initContainers":[{"image":"nginx"}],
    "containers":[{"image":"nginx","ports":[{"containerPort":80}],"resources":{"requests":{"cpu":1,"memory":64}}}]}}})";
  Answer make(const std::string& version = "container 1.40") {
    return send("POST", "/v1/capsules/", {.body = shop, .version = version});
  }
};

// covers: GET /v1/capsules, POST /v1/capsules, GET /v1/capsules/{id}, DELETE /v1/capsules/{id}
TEST_F(ZunCapsules, are_made_shown_listed_and_deleted) {
  const auto made = make();
  ASSERT_EQ(made.status, 202) << made.text;
  const auto uuid = text_member(made.body, "uuid");
  EXPECT_EQ(made.headers.get("Location"), "http://zun:9517/v1/capsules/" + uuid);
  const auto shown = send("GET", "/v1/capsules/shop");
  ASSERT_EQ(shown.status, 200);
  EXPECT_EQ(text_member(shown.body, "uuid"), uuid);
  EXPECT_EQ(text_member(shown.body, "name"), "shop");
  EXPECT_EQ(text_member(shown.body, "status"), "Creating");
  EXPECT_EQ(text_member(shown.body, "memory"), "512") << "the init container's default is more";
  EXPECT_EQ(to_text(*member(shown.body, "restart_policy")), R"({"Name":"always","MaximumRetryCount":"0"})");
  EXPECT_EQ(to_text(*member(shown.body, "labels")), R"({"a":"b"})");
  EXPECT_EQ(to_text(*member(shown.body, "annotations")), R"({"note":"x"})");
  EXPECT_EQ(member(shown.body, "addresses")->get_object().size(), 1);
  EXPECT_EQ(member(shown.body, "host"), nullptr) << "for administrators";
  const auto& app = member(shown.body, "containers")->get_array().at(0);
  EXPECT_TRUE(text_member(app, "name").starts_with("capsule-shop-"));
  EXPECT_EQ(to_text(*member(app, "ports")), "[80]");
  EXPECT_EQ(member(app, "links"), nullptr);
  EXPECT_EQ(member(shown.body, "init_containers")->get_array().size(), 1);
  EXPECT_EQ(text_member(as("admin", "GET", "/v1/capsules/" + uuid).body, "host"), "h1");
  const auto listed = send("GET", "/v1/capsules/?limit=1");
  ASSERT_EQ(listed.status, 200);
  EXPECT_EQ(member(listed.body, "capsules")->get_array().size(), 1);
  EXPECT_EQ(text_member(listed.body, "next"),
            "http://zun:9517/v1/capsules?sort_key=id&sort_dir=asc&limit=1&marker=" + uuid);
  EXPECT_EQ(as("bob", "GET", "/v1/capsules?all_projects=1").text, R"({"capsules":[],"next":null})");
  EXPECT_EQ(send("DELETE", "/v1/capsules/shop").status, 204);
  EXPECT_EQ(text_member(send("GET", "/v1/capsules/shop").body, "status"), "Deleting");
}

TEST_F(ZunCapsules, look_as_they_did_until_1_31) {
  const auto made = make("container 1.31");
  ASSERT_EQ(made.status, 202);
  EXPECT_EQ(text_member(made.body, "meta_name"), "shop");
  EXPECT_EQ(to_text(*member(made.body, "meta_labels")), R"({"a":"b"})");
  EXPECT_EQ(text_member(made.body, "restart_policy"), "always");
  EXPECT_EQ(to_text(*member(made.body, "volumes_info")), "{}");
  EXPECT_EQ(text_member(made.body, "capsule_version"), "");
  EXPECT_EQ(member(made.body, "containers_uuids")->get_array().size(), 1);
  EXPECT_EQ(member(made.body, "init_containers_uuids")->get_array().size(), 1);
  EXPECT_EQ(member(made.body, "name"), nullptr);
  EXPECT_EQ(member(made.body, "labels"), nullptr);
}

TEST_F(ZunCapsules, say_what_is_wrong) {
  const auto refused = send("POST", "/v1/capsules", {.body = R"({"template":{"kind":"capsule","metadata":{},
    "spec":{"containers":[{"name":"web"}]}}})"});
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(refused.error("code"), "container.schema-validation-error");
  EXPECT_EQ(refused.error("detail"), "'spec.containers[0].image' is a required property");
  EXPECT_EQ(send("POST", "/v1/capsules", {.body = R"({"template":"{"})"}).status, 400);
  EXPECT_EQ(send("POST", "/v1/capsules", {.body = "{}"}).status, 400);
  EXPECT_EQ(send("POST", "/v1/capsules", {.body = shop, .content_type = "text/plain"}).status, 415);
  EXPECT_EQ(send("POST", "/v1/capsules?run=true", {.body = shop}).status, 400);
  const auto absent = send("GET", "/v1/capsules/nothing");
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(absent.error("code"), "container.capsule-not-found");
  EXPECT_EQ(send("DELETE", "/v1/capsules/nothing").status, 404);
  EXPECT_EQ(send("DELETE", "/v1/capsules/nothing?force=1").status, 400);
  EXPECT_EQ(send("GET", "/v1/capsules?name=shop").status, 400);
  EXPECT_EQ(send("GET", "/v1/capsules?limit=0").status, 400);
  ASSERT_EQ(make().status, 202);
  ASSERT_EQ(make().status, 202);
  const auto ambiguous = send("DELETE", "/v1/capsules/shop");
  EXPECT_EQ(ambiguous.status, 409);
  EXPECT_EQ(ambiguous.error("detail"), "Multiple capsules exist with same name. Please use the capsule uuid instead.");
  EXPECT_EQ(send("PUT", "/v1/capsules/shop").status, 405);
}

TEST_F(ZunCapsules, keep_foreign_hands_off) {
  const auto uuid = text_member(make().body, "uuid");
  EXPECT_EQ(as("bob", "GET", "/v1/capsules/" + uuid).status, 404);
  EXPECT_EQ(as("bob", "DELETE", "/v1/capsules/" + uuid).status, 404);
  EXPECT_EQ(as("alice", "GET", "/v1/capsules/" + uuid + "?all_projects=1").status, 403);
  EXPECT_EQ(as("alice", "GET", "/v1/capsules/" + uuid + "?all_projects=False").status, 200);
  EXPECT_EQ(as("admin", "DELETE", "/v1/capsules/" + uuid + "?all_projects=1").status, 204);
}

}  // namespace
}  // namespace causeway::test
