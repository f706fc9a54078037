#include <gtest/gtest.h>

#include "zun_service.hpp"

namespace causeway::test {
namespace {

struct ZunQuotas : ZunService, ::testing::Test {};

// covers: GET /v1/quota_classes/{name}, PUT /v1/quota_classes/{name}
TEST_F(ZunQuotas, classes_are_shown_and_set_by_administrators) {
  EXPECT_EQ(as("admin", "GET", "/v1/quota_classes/default").text,
            R"({"containers":40,"memory":51200,"disk":100,"cpu":20})");
  EXPECT_EQ(as("admin", "PUT", "/v1/quota_classes/default", R"({"containers":"8","disk":-1})").text,
            R"({"containers":8,"memory":51200,"disk":-1,"cpu":20})");
  EXPECT_EQ(send("GET", "/v1/quotas/p1").text, R"({"containers":8,"memory":51200,"disk":-1,"cpu":20})");
  EXPECT_EQ(send("GET", "/v1/quotas/p1/defaults").text, R"({"containers":8,"memory":51200,"disk":-1,"cpu":20})");
  EXPECT_EQ(send("GET", "/v1/quota_classes/default").status, 403);
  EXPECT_EQ(send("PUT", "/v1/quota_classes/default", {.body = R"({"cpu":5})"}).status, 403);
  EXPECT_EQ(as("admin", "DELETE", "/v1/quota_classes/default").status, 405);
}

TEST_F(ZunQuotas, bad_limits_name_the_resource) {
  for (const char* path : {"/v1/quotas/p1", "/v1/quota_classes/default"}) {
    for (const char* bad : {R"({"cpu":-2})", R"({"cpu":"-2"})", R"({"cpu":1.5})", R"({"cpu":"1.5"})", R"({"cpu":""})",
                            R"({"cpu":"many"})", R"({"cpu":null})", R"({"cpu":true})", R"({"cpu":[1]})",
                            R"({"cpu":99999999999999999999})", R"({"cpu":"99999999999999999999"})"}) {
      const auto refused = as("admin", "PUT", path, bad);
      EXPECT_EQ(refused.status, 400) << path << bad;
      EXPECT_EQ(refused.error("code"), "container.invalid-quota-value") << bad;
      EXPECT_NE(refused.error("detail").find("'cpu'"), std::string::npos) << bad;
    }
    EXPECT_EQ(as("admin", "PUT", path, R"({"pods":2})").status, 400);
  }
  EXPECT_EQ(send("GET", "/v1/quotas/p1").text, R"({"containers":40,"memory":51200,"disk":100,"cpu":20})");
}

TEST_F(ZunQuotas, usages_count_what_the_project_holds) {
  ASSERT_TRUE(heartbeat("h1"));
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(send("POST", "/v1/containers",
                   {.body = R"({"image":"nginx","cpu":0.1,"memory":"64","disk":2})"})
                  .status,
              202);
  }
  EXPECT_EQ(send("GET", "/v1/quotas/p1?usages=1").text,
            R"({"containers":{"limit":40,"in_use":3},"memory":{"limit":51200,"in_use":192},)"
            R"("disk":{"limit":100,"in_use":6},"cpu":{"limit":20,"in_use":0.3}})");
}

struct ZunNetworks : ZunService, ::testing::Test {
  static constexpr const char* net1 = R"({"name":"first","neutron_net_id":"net1"})";
};

// covers: POST /v1/networks, DELETE /v1/networks/{id}
TEST_F(ZunNetworks, are_made_and_deleted_by_administrators) {
  const auto made = as("admin", "POST", "/v1/networks", net1);
  EXPECT_EQ(made.status, 200);
  EXPECT_EQ(text_member(made.body, "name"), "first");
  EXPECT_EQ(text_member(made.body, "neutron_net_id"), "net1-id");
  EXPECT_EQ(text_member(made.body, "network_id"), "net1-id");
  EXPECT_EQ(text_member(made.body, "project_id"), "p0");
  EXPECT_EQ(as("admin", "POST", "/v1/networks", net1).error("code"), "container.network-already-exists");
  EXPECT_EQ(as("admin", "DELETE", "/v1/networks/net1-id").status, 204);
  const auto gone = as("admin", "DELETE", "/v1/networks/net1-id");
  EXPECT_EQ(gone.status, 404);
  EXPECT_EQ(gone.error("code"), "container.network-not-found");
}

TEST_F(ZunNetworks, refuse_what_they_cannot_read) {
  for (const auto& [body, field] : std::map<std::string, std::string>{
           {R"({"name":"first"})", "neutron_net_id"},
           {R"({"neutron_net_id":"net1"})", "name"},
           {R"({"name":"x","neutron_net_id":"net1"})", "name"},
           {R"({"name":"first","neutron_net_id":"net1","extra":1})", "extra"},
           {"[]", "name"}}) {
    const auto refused = as("admin", "POST", "/v1/networks", body);
    EXPECT_EQ(refused.status, 400) << body;
    EXPECT_NE(refused.error("detail").find(field), std::string::npos) << refused.text;
  }
  EXPECT_EQ(as("admin", "POST", "/v1/networks", R"({"name":"first","neutron_net_id":"nowhere"})").status, 404);
  EXPECT_EQ(send("POST", "/v1/networks", {.token = "admin", .body = net1, .content_type = "text/plain"}).status, 415);
  EXPECT_EQ(as("alice", "POST", "/v1/networks", net1).status, 403);
}

TEST_F(ZunNetworks, have_no_reading_and_no_deleting_before_1_27) {
  EXPECT_EQ(as("admin", "GET", "/v1/networks").status, 405);
  EXPECT_EQ(as("admin", "GET", "/v1/networks/net1-id").status, 405);
  EXPECT_EQ(send("DELETE", "/v1/networks/net1-id", {.token = "admin", .version = "container 1.26"}).status, 406);
  EXPECT_EQ(send("DELETE", "/v1/networks/net1-id", {.token = "alice"}).status, 403);
}

}  // namespace
}  // namespace causeway::test
