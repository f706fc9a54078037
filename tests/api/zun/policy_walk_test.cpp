#include <gtest/gtest.h>

#include "zun_service.hpp"

/// Every row of the container API, with every kind of token.
namespace causeway::api {
namespace {

class ZunPolicyWalk : public ::testing::Test, protected test::ZunService {
 protected:
  void SetUp() override {
    ASSERT_TRUE(heartbeat("h1"));
    uuid = running("web");
    tokens.callers["rita"] = test::a_caller("p1", {"reader"});
    domain::Caller auditor;
    auditor.user_id = domain::UserId("auditor");
    auditor.system = true;
    auditor.roles = {"member", "reader"};
    tokens.callers["auditor"] = auditor;
    auditor.roles = {"admin"};
    tokens.callers["root"] = auditor;
    tokens.callers["homeless"] = test::a_caller("", {"member"});
  }
  std::string target_of(const BoundRoute& route) const {
    std::string target = route.path;
    const auto fill = [&](std::string_view hole, std::string_view text) {
      if (const auto at = target.find(hole); at != std::string::npos) target.replace(at, hole.size(), text);
    };
    fill("{id}", uuid);
    fill("{project}", "p1");
    fill("{name}", "default");
    return target;
  }
  /// A version in which the row exists.
  static std::string version_of(const BoundRoute& route) {
    return fmt::format("container 1.{}", route.versions.until != 0 ? route.versions.until : 40);
  }
  int status(const std::string& token, const BoundRoute& route) {
    return send(route.method, target_of(route), {.token = token, .version = version_of(route)}).status;
  }
  std::string uuid;
};

TEST_F(ZunPolicyWalk, every_row_names_a_rule_of_the_policy) {
  std::set<std::string_view> known;
  for (const auto& rule : domain::policy_rules()) known.insert(rule.name);
  for (const auto& route : routes) {
    if (route.access == Access::open) continue;
    EXPECT_TRUE(known.contains(route.rule)) << route.method << " " << route.path << ": put " << route.rule
                                            << " into domain/policy/policy.cpp";
    EXPECT_EQ(route.access == Access::admin, !route.grant.has(domain::Grant::member) && !route.grant.has(domain::Grant::any_token))
        << route.method << " " << route.path << ": its access and its rule do not agree";
  }
}

TEST_F(ZunPolicyWalk, without_a_token_there_is_nothing) {
  for (const auto& route : routes) {
    if (route.access == Access::open) continue;
    for (const char* token : {"", "stolen"}) EXPECT_EQ(status(token, route), 401) << route.method << " " << route.path;
  }
}

TEST_F(ZunPolicyWalk, a_reader_reads_and_does_nothing_else) {
  const auto before = encode(containers.show(admin, uuid)->container);
  int refused = 0;
  for (const auto& route : routes) {
    if (route.access == Access::open) continue;
    const int got = status("rita", route);
    const bool may = route.grant.has(domain::Grant::reader) || route.grant.has(domain::Grant::any_token);
    EXPECT_EQ(got != 403, may) << route.method << " " << route.path << " " << got;
    if (route.method != "GET") EXPECT_EQ(got, 403) << route.method << " " << route.path;
    refused += got == 403 ? 1 : 0;
  }
  EXPECT_GT(refused, 20);
  EXPECT_EQ(encode(containers.show(admin, uuid)->container), before);
  EXPECT_EQ(as("rita", "GET", "/v1/containers/" + uuid).status, 200);
  EXPECT_EQ(as("rita", "POST", "/v1/containers/" + uuid + "/stop").error("title"),
            "Policy doesn't allow container:stop to be performed.");
}

TEST_F(ZunPolicyWalk, a_reader_of_the_system_sees_what_there_is_and_no_contents) {
  for (const auto& route : routes) {
    if (route.access == Access::open) continue;
    const int got = status("auditor", route);
    const bool may = route.grant.has(domain::Grant::system_reader) || route.grant.has(domain::Grant::any_token);
    EXPECT_EQ(got != 403, may) << route.method << " " << route.path << " " << got;
    if (route.method != "GET") EXPECT_EQ(got, 403) << route.method << " " << route.path;
  }
  const auto list = as("auditor", "GET", "/v1/containers?all_projects=1");
  ASSERT_EQ(list.status, 200) << list.text;
  EXPECT_EQ(member(list.body, "containers")->get_array().size(), 1U);
  EXPECT_EQ(text_member(as("auditor", "GET", "/v1/containers/" + uuid).body, "host"), "h1");
  EXPECT_EQ(as("auditor", "GET", "/v1/hosts").status, 200);
  EXPECT_EQ(as("auditor", "GET", "/v1/services").status, 200);
  EXPECT_EQ(as("auditor", "GET", "/v1/containers/" + uuid + "/logs").status, 403);
  EXPECT_EQ(as("auditor", "GET", "/v1/quotas/p1").status, 403);
}

TEST_F(ZunPolicyWalk, an_administrator_of_the_system_is_one_everywhere) {
  for (const auto& route : routes) EXPECT_NE(status("root", route), 403) << route.method << " " << route.path;
}

TEST_F(ZunPolicyWalk, a_token_without_a_project_does_nothing) {
  for (const auto& route : routes) {
    if (route.access == Access::open || route.rule == "availability_zones:get_all") continue;
    EXPECT_EQ(status("homeless", route), 403) << route.method << " " << route.path;
  }
}

TEST_F(ZunPolicyWalk, rows_are_there_in_their_versions_and_in_no_other) {
  int gated = 0;
  for (const auto& route : routes) {
    const auto at = [&](int minor) {
      return send(route.method, target_of(route), {.token = "root", .version = fmt::format("container 1.{}", minor)}).status;
    };
    if (route.versions.since > 1) {
      ++gated;
      EXPECT_EQ(at(route.versions.since - 1), 406) << route.method << " " << route.path;
      EXPECT_NE(at(route.versions.since), 406) << route.method << " " << route.path;
    }
    if (route.versions.until != 0) {
      ++gated;
      EXPECT_EQ(at(route.versions.until + 1), 406) << route.method << " " << route.path;
      EXPECT_NE(at(route.versions.until), 406) << route.method << " " << route.path;
    }
  }
  EXPECT_GE(gated, 8);
}

TEST_F(ZunPolicyWalk, operators_change_single_rules) {
  const auto changed = domain::Policy::with({{"container:stop", "nobody"}, {"host:get_all", "admin or member"}}).value();
  Service strict{{Mount{zun_style("http://identity"), zun_routes(zun, changed)}}, {&tokens, ids, {}}};
  const auto ask = [&](const char* token, const char* method, const std::string& path) {
    http::Request request;
    request.method = method;
    request.path = request.target = path;
    request.headers.set("X-Auth-Token", token);
    request.headers.set("OpenStack-API-Version", "container 1.40");
    return strict.handle(std::move(request)).status;
  };
  EXPECT_EQ(ask("alice", "POST", "/v1/containers/" + uuid + "/stop"), 403);
  EXPECT_EQ(ask("admin", "POST", "/v1/containers/" + uuid + "/stop"), 403);
  EXPECT_EQ(ask("alice", "GET", "/v1/hosts"), 200);
  EXPECT_EQ(ask("rita", "GET", "/v1/hosts"), 403);
}

}  // namespace
}  // namespace causeway::api
