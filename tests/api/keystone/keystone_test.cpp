#include <gtest/gtest.h>

#include "keystone_client.hpp"

namespace causeway::api {
namespace {

using test::KeystoneCloud;
using test::text_of;

constexpr const char* admin_by_name =
    R"({"methods":["password"],"password":{"user":{"name":"admin","domain":{"name":"Default"},"password":"secret"}}})";
constexpr const char* admin_project = R"({"project":{"name":"admin","domain":{"id":"default"}}})";

TEST(Keystone, tells_its_versions_to_everybody) {
  KeystoneCloud cloud;
  const auto root = cloud.ask("GET", "/");
  EXPECT_EQ(root.status, 300);
  const auto& version = root["versions"].at("values").at(0);
  EXPECT_EQ(text_of(version, "status"), "stable");
  EXPECT_EQ(version.at("links").at(0).at("href"), "http://keystone:5000/v3/");
  EXPECT_EQ(cloud.ask("GET", "/v3").status, 200);
  EXPECT_EQ(text_of(cloud.ask("GET", "/v3/")["version"], "id"), "v3.14");
}

TEST(Keystone, issues_a_token_with_roles_and_catalog) {
  KeystoneCloud cloud;
  const auto answer = cloud.login_with(admin_by_name, admin_project);
  ASSERT_EQ(answer.status, 201);
  EXPECT_FALSE(answer.headers.get("X-Subject-Token").empty());
  EXPECT_EQ(answer.headers.get("Vary"), "X-Auth-Token");
  const auto& token = answer["token"];
  EXPECT_EQ(token.at("user").at("name"), "admin");
  EXPECT_EQ(token.at("user").at("domain").at("name"), "Default");
  EXPECT_EQ(token.at("project").at("name"), "admin");
  EXPECT_EQ(token.at("project").at("domain").at("id"), "default");
  EXPECT_EQ(token.at("roles").as_array().size(), 3u);
  EXPECT_EQ(token.at("catalog").as_array().size(), 5u);
  EXPECT_EQ(token.at("methods").at(0), "password");
  EXPECT_TRUE(parse_time(text_of(token, "expires_at")));
  EXPECT_EQ(to_text(answer.body).find("secret"), std::string::npos);
}

TEST(Keystone, gives_other_scopes_too) {
  KeystoneCloud cloud;
  EXPECT_EQ(cloud.login_with(admin_by_name, R"({"domain":{"id":"default"}})")["token"].at("domain").at("name"),
            "Default");
  EXPECT_EQ(cloud.login_with(admin_by_name, R"({"system":{"all":true}})")["token"].at("system").at("all"), true);
  const auto unscoped = cloud.login_with(admin_by_name, R"("unscoped")");
  EXPECT_EQ(member(unscoped["token"], "catalog"), nullptr);
  EXPECT_EQ(member(unscoped["token"], "roles"), nullptr);
}

TEST(Keystone, names_what_a_malformed_login_lacks) {
  KeystoneCloud cloud;
  for (const char* body :
       {"", "{}", R"({"auth":{}})", R"({"auth":{"identity":{}}})", R"({"auth":{"identity":{"methods":[]}}})",
        R"({"auth":{"identity":{"methods":["password"]}}})", R"({"auth":{"identity":{"methods":"password"}}})",
        R"({"auth":{"identity":{"methods":["password"],"password":{"user":{"name":"admin","password":"x"}}}}})",
        R"([1,2])", R"({"auth":)"}) {
    EXPECT_EQ(cloud.ask("POST", "/v3/auth/tokens", "", body).status, 400) << body;
  }
  EXPECT_EQ(cloud.login_with(admin_by_name, R"({"system":{"all":false}})").status, 400);
  EXPECT_EQ(cloud.login_with(R"({"methods":["saml2"]})").status, 401);
}

TEST(Keystone, says_the_same_to_every_failed_login) {
  KeystoneCloud cloud;
  const auto wrong = cloud.login_with(
      R"({"methods":["password"],"password":{"user":{"name":"admin","domain":{"id":"default"},"password":"x"}}})");
  const auto nobody = cloud.login_with(
      R"({"methods":["password"],"password":{"user":{"name":"nobody","domain":{"id":"none"},"password":"x"}}})");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(nobody.status, 401);
  EXPECT_EQ(wrong.body, nobody.body);
  EXPECT_EQ(wrong["error"].at("code"), 401);
}

TEST(Keystone, shows_checks_and_revokes_tokens) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  cloud.member("alice");
  const auto alice = cloud.login("alice", "pw-alice", "alice").token;
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/tokens", admin, "", alice)["token"].at("user").at("name"), "alice");
  EXPECT_EQ(member(cloud.ask("GET", "/v3/auth/tokens?nocatalog", admin, "", alice)["token"], "catalog"), nullptr);
  EXPECT_EQ(cloud.ask("HEAD", "/v3/auth/tokens", alice, "", alice).status, 200);
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/tokens", alice, "", admin).status, 403);
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/tokens", admin).status, 400);
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/tokens", admin, "", "nonsense").status, 404);
  EXPECT_EQ(cloud.ask("DELETE", "/v3/auth/tokens", admin, "", alice).status, 204);
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/tokens", admin, "", alice).status, 404);
  EXPECT_EQ(cloud.ask("GET", "/v3/auth/projects", alice).status, 401);
}

/// One resource family: where it is, what makes one, what changes it.
struct Family {
  std::string name, collection;
  std::string create, change;
  std::string changed;  ///< the member that `change` changes
};

struct EveryFamily : testing::TestWithParam<Family> {};

TEST_P(EveryFamily, is_created_shown_listed_changed_and_deleted) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  const Family& family = GetParam();
  const auto& name = family.name;
  const auto& collection = family.collection;
  const auto& change = family.change;
  const auto body = [&](const std::string& inner) { return "{\"" + name + "\":" + inner + "}"; };
  const auto made = cloud.ask("POST", "/v3/" + collection, admin, body(family.create));
  ASSERT_EQ(made.status, 201) << to_text(made.body);
  const auto id = text_of(made[name], "id");
  const auto path = "/v3/" + collection + "/" + id;
  EXPECT_EQ(text_of(made[name].at("links"), "self"), "http://keystone:5000" + path);
  EXPECT_EQ(cloud.ask("GET", path, admin)[name], made[name]);
  EXPECT_EQ(cloud.ask("HEAD", path, admin).status, 200);
  const auto changed = cloud.ask("PATCH", path, admin, body(change));
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(changed[name].at(family.changed), KeystoneCloud::must(parse_json(change)).at(family.changed));
  const auto listed = cloud.ask("GET", "/v3/" + collection, admin);
  EXPECT_EQ(text_of(listed["links"], "self"), "http://keystone:5000/v3/" + collection);
  int found = 0;
  for (const auto& item : listed[collection].as_array()) found += item.at("id") == made[name].at("id");
  EXPECT_EQ(found, 1);
  EXPECT_EQ(cloud.ask("DELETE", path, admin).status, 204);
  EXPECT_EQ(cloud.ask("GET", path, admin).status, 404);
  EXPECT_EQ(cloud.ask("PATCH", path, admin, body(change)).status, 404);
  EXPECT_EQ(cloud.ask("DELETE", path, admin).status, 404);
  EXPECT_EQ(cloud.ask("POST", "/v3/" + collection, admin, "{}").status, 400);
}

INSTANTIATE_TEST_SUITE_P(
    Keystone, EveryFamily,
    testing::Values(
        Family{"user", "users", R"({"name":"u","password":"p","email":"a@b"})", R"({"enabled":false})", "enabled"},
        Family{"project", "projects", R"({"name":"p","tags":["a"]})", R"({"description":"d"})", "description"},
        Family{"domain", "domains", R"({"name":"d","enabled":false})", R"({"description":"x"})", "description"},
        Family{"group", "groups", R"({"name":"g"})", R"({"name":"h"})", "name"},
        Family{"role", "roles", R"({"name":"r"})", R"({"name":"s"})", "name"},
        Family{"region", "regions", R"({"id":"R3"})", R"({"description":"d"})", "description"},
        Family{"service", "services", R"({"type":"dns","name":"d"})", R"({"enabled":false})", "enabled"}),
    [](const auto& info) { return info.param.name; });

TEST(Keystone, makes_and_filters_endpoints) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  const auto services = cloud.ask("GET", "/v3/services?type=image", admin)["services"].as_array();
  ASSERT_EQ(services.size(), 1u);
  const auto made =
      cloud.ask("POST", "/v3/endpoints", admin,
                R"({"endpoint":{"service_id":")" + text_of(services[0], "id") +
                    R"(","interface":"internal","url":"http://i:9292","region":"RegionTwo","enabled":true}})");
  ASSERT_EQ(made.status, 201) << to_text(made.body);
  EXPECT_EQ(made["endpoint"].at("region_id"), "RegionTwo");
  const auto count = [&](const std::string& query) {
    return cloud.ask("GET", "/v3/endpoints?" + query, admin)["endpoints"].as_array().size();
  };
  EXPECT_EQ(count(""), 10u);
  EXPECT_EQ(count("interface=internal"), 4u);
  EXPECT_EQ(count("interface=internal&region_id=RegionTwo"), 2u);
  EXPECT_EQ(count("service_id=" + text_of(services[0], "id")), 1u);
  EXPECT_EQ(count("unknown=1"), 10u);
  const auto bad = cloud.ask("POST", "/v3/endpoints", admin,
                             R"({"endpoint":{"service_id":"x","interface":"inside","url":"http://h"}})");
  EXPECT_EQ(bad.status, 400);
}

TEST(Keystone, filters_by_name_domain_and_enabled) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  cloud.must(cloud.identity.users.create({.name = "off", .enabled = false}));
  const auto count = [&](const std::string& query) {
    return cloud.ask("GET", "/v3/users?" + query, admin)["users"].as_array().size();
  };
  EXPECT_EQ(count("name=off"), 1u);
  EXPECT_EQ(count("enabled=False"), 1u);
  EXPECT_EQ(count("enabled=1"), 1u);
  EXPECT_EQ(count("domain_id=default"), 2u);
  EXPECT_EQ(count("domain_id=other"), 0u);
}

TEST(Keystone, grants_roles_to_users_and_groups_in_every_scope) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  const auto user = cloud.user("alice", "p");
  const auto group = cloud.must(cloud.identity.users.create_group({.name = "devs"}));
  const auto project = cloud.project("web");
  const auto role = cloud.role("member").id.str();
  for (const auto& scope : {"projects/" + project.id.str(), std::string("domains/default"), std::string("system")}) {
    for (const auto& actor : {"users/" + user.id.str(), "groups/" + group.id.str()}) {
      const auto grants = "/v3/" + scope + "/" + actor + "/roles";
      const auto grant = grants + "/" + role;
      EXPECT_EQ(cloud.ask("HEAD", grant, admin).status, 404) << grant;
      EXPECT_EQ(cloud.ask("PUT", grant, admin).status, 204) << grant;
      EXPECT_EQ(cloud.ask("HEAD", grant, admin).status, 204);
      EXPECT_EQ(cloud.ask("GET", grants, admin)["roles"].as_array().size(), 1u);
      EXPECT_EQ(cloud.ask("DELETE", grant, admin).status, 204);
      EXPECT_EQ(cloud.ask("DELETE", grant, admin).status, 404);
    }
  }
}

TEST(Keystone, lists_assignments_with_names) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  const auto user = cloud.member("alice");
  const auto query = "/v3/role_assignments?user.id=" + user.id.str();
  const auto plain = cloud.ask("GET", query, admin)["role_assignments"].as_array();
  ASSERT_EQ(plain.size(), 1u);
  EXPECT_EQ(member(plain[0].at("role"), "name"), nullptr);
  const auto named = cloud.ask("GET", query + "&include_names=True&effective", admin)["role_assignments"].as_array();
  ASSERT_EQ(named.size(), 1u);
  EXPECT_EQ(named[0].at("role").at("name"), "member");
  EXPECT_EQ(named[0].at("user").at("domain").at("name"), "Default");
  EXPECT_EQ(named[0].at("scope").at("project").at("name"), "alice");
}

TEST(Keystone, keeps_group_members) {
  KeystoneCloud cloud;
  const auto admin = cloud.admin_token();
  const auto user = cloud.user("alice", "p");
  const auto group = cloud.must(cloud.identity.users.create_group({.name = "devs"}));
  const auto members = "/v3/groups/" + group.id.str() + "/users";
  const auto member = members + "/" + user.id.str();
  EXPECT_EQ(cloud.ask("HEAD", member, admin).status, 404);
  EXPECT_EQ(cloud.ask("PUT", member, admin).status, 204);
  EXPECT_EQ(cloud.ask("HEAD", member, admin).status, 204);
  EXPECT_EQ(cloud.ask("GET", members, admin)["users"].as_array().size(), 1u);
  EXPECT_EQ(cloud.ask("DELETE", member, admin).status, 204);
  EXPECT_EQ(cloud.ask("PUT", members + "/none", admin).status, 404);
}

TEST(Keystone, says_conflict_when_a_name_is_taken) {
  KeystoneCloud cloud;
  const auto answer = cloud.ask("POST", "/v3/users", cloud.admin_token(), R"({"user":{"name":"admin"}})");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(text_of(answer["error"], "title"), "Conflict");
}

}  // namespace
}  // namespace causeway::api
