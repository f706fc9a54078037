#include <set>

#include <gtest/gtest.h>

#include "keystone_client.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::api {
namespace {

using test::KeystoneCloud;

/// The path with things in it that exist and are not the asker's.
std::string filled(KeystoneCloud& cloud, const std::string& path, const domain::User& owner) {
  std::string out;
  for (const auto part : split(std::string_view(path).substr(1), '/')) {
    out += '/';
    if (part == "{user}") {
      out += owner.id.str();
    } else if (part == "{project}") {
      out += cloud.admin().caller.project_id.str();
    } else if (part == "{domain}") {
      out += "elsewhere";
    } else if (part == "{region}") {
      out += "RegionOne";
    } else if (part.starts_with('{')) {
      out += "some-id";
    } else {
      out += part;
    }
  }
  return out;
}

TEST(KeystonePolicy, no_route_but_the_open_ones_answers_without_a_good_token) {
  KeystoneCloud cloud;
  const auto owner = cloud.member("owner");
  int open = 0;
  for (const auto& route : keystone_routes(cloud.keystone)) {
    if (route.access == Access::open) {
      ++open;
      continue;
    }
    const auto path = filled(cloud, route.path, owner);
    for (const char* token : {"", "nonsense", "cw1.a.b.c"}) {
      const auto answer = cloud.ask(route.method, path, token, "{}");
      EXPECT_EQ(answer.status, 401) << route.method << " " << path << " with '" << token << "'";
      EXPECT_EQ(test::text_of(answer["error"], "title"), "Unauthorized");
    }
  }
  EXPECT_EQ(open, 3) << "two version documents and the login";
}

TEST(KeystonePolicy, a_foreign_member_gets_only_what_everybody_may_see) {
  KeystoneCloud cloud;
  const auto owner = cloud.member("owner");
  cloud.member("mallory");
  const auto token = cloud.login("mallory", "pw-mallory", "mallory").token;
  const std::set<std::string> for_everybody{"identity:get_auth_catalog", "identity:get_auth_projects",
                                            "identity:get_auth_domains", "identity:list_regions",
                                            "identity:get_region"};
  const auto subject = cloud.login("owner", "pw-owner", "owner").token;
  for (const auto& route : keystone_routes(cloud.keystone)) {
    if (route.access == Access::open) continue;
    const auto path = filled(cloud, route.path, owner);
    const auto answer = cloud.ask(route.method, path, token, "{}", subject);
    if (for_everybody.contains(route.rule)) {
      EXPECT_EQ(answer.status, 200) << route.method << " " << path;
    } else {
      EXPECT_EQ(answer.status, 403) << route.method << " " << path;
    }
  }
  EXPECT_TRUE(cloud.verifier.verify(subject)) << "nothing was revoked";
}

TEST(KeystonePolicy, users_see_and_change_themselves) {
  KeystoneCloud cloud;
  const auto alice = cloud.member("alice");
  const auto token = cloud.login("alice", "pw-alice", "alice").token;
  const auto me = "/v3/users/" + alice.id.str();
  EXPECT_EQ(cloud.ask("GET", me, token).status, 200);
  EXPECT_EQ(cloud.ask("GET", me + "/projects", token)["projects"].as_array().size(), 1u);
  EXPECT_EQ(cloud.ask("GET", me + "/groups", token).status, 200);
  EXPECT_EQ(cloud.ask("GET", "/v3/domains/default", token).status, 200);
  EXPECT_EQ(cloud.ask("PATCH", me, token, R"({"user":{"name":"root"}})").status, 403);
  const auto change = [&](const std::string& old) {
    return cloud.ask("POST", me + "/password", token,
                     R"({"user":{"original_password":")" + old + R"(","password":"new"}})");
  };
  EXPECT_EQ(change("wrong").status, 401);
  EXPECT_EQ(change("pw-alice").status, 204);
  EXPECT_EQ(cloud.ask("GET", me, token).status, 401) << "tokens of the old password are revoked";
  EXPECT_NO_THROW(cloud.login("alice", "new", "alice"));
}

TEST(KeystonePolicy, an_application_credential_cannot_change_the_password) {
  KeystoneCloud cloud;
  const auto alice = cloud.member("alice");
  const auto token = cloud.login("alice", "pw-alice", "alice").token;
  const auto path = "/v3/users/" + alice.id.str() + "/application_credentials";
  const auto made = cloud.ask("POST", path, token, R"({"application_credential":{"name":"ci"}})");
  ASSERT_EQ(made.status, 201);
  const auto& credential = made["application_credential"];
  const auto entered = cloud.login_with(R"({"methods":["application_credential"],"application_credential":{"id":")" +
                                        test::text_of(credential, "id") + R"(","secret":")" +
                                        test::text_of(credential, "secret") + R"("}})");
  ASSERT_EQ(entered.status, 201);
  EXPECT_EQ(text_member(entered["token"].at("application_credential"), "name"), "ci");
  const std::string narrow(entered.headers.get("X-Subject-Token"));
  EXPECT_EQ(cloud
                .ask("POST", "/v3/users/" + alice.id.str() + "/password", narrow,
                     R"({"user":{"original_password":"pw-alice","password":"new"}})")
                .status,
            403);
  EXPECT_EQ(cloud.ask("POST", path, narrow, R"({"application_credential":{"name":"second"}})").status, 403);
  const auto listed = cloud.ask("GET", path, token)["application_credentials"].as_array();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(member(listed[0], "secret"), nullptr);
  EXPECT_EQ(to_text(listed).find("hashed:"), std::string::npos);
}

}  // namespace
}  // namespace causeway::api
