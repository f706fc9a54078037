#include "causeway/domain/policy/policy.hpp"

#include <gtest/gtest.h>

#include <set>

namespace causeway::domain {
namespace {

Caller in_project(std::vector<std::string> roles) {
  Caller who;
  who.project_id = ProjectId("p");
  who.roles = std::move(roles);
  return who;
}
Caller on_system(std::vector<std::string> roles) {
  Caller who;
  who.system = true;
  who.roles = std::move(roles);
  return who;
}
Caller in_domain(std::vector<std::string> roles) {
  Caller who;
  who.domain_id = DomainId("d");
  who.roles = std::move(roles);
  return who;
}

TEST(Policy, admits_by_roles_and_scope) {
  struct Row {
    Caller who;
    std::set<std::string> may;
  };
  const std::string rules[] = {"container:stop", "container:get_one", "container:logs", "host:get_all",
                               "zun-service:enable", "container:create:privileged", "availability_zones:get_all"};
  const std::set<std::string> for_admins{"container:stop", "container:get_one", "container:logs", "host:get_all",
                                         "zun-service:enable", "availability_zones:get_all"};
  const std::set<std::string> for_members{"container:stop", "container:get_one", "container:logs", "availability_zones:get_all"};
  const std::set<std::string> for_readers{"container:get_one", "container:logs", "availability_zones:get_all"};
  const std::set<std::string> for_auditors{"container:get_one", "host:get_all", "availability_zones:get_all"};
  const std::set<std::string> for_anybody{"availability_zones:get_all"};
  const Row rows[] = {{in_project({"admin", "member", "reader"}), for_admins},
                      {in_project({"member", "reader"}), for_members},
                      {in_project({"operator-of-the-shop"}), for_members},
                      {in_project({"reader"}), for_readers},
                      {on_system({"admin"}), for_admins},
                      {on_system({"reader"}), for_auditors},
                      {on_system({"member", "reader"}), for_auditors},
                      {in_domain({"member", "reader"}), for_anybody},
                      {Caller{}, for_anybody}};
  const Policy policy;
  int at = 0;
  for (const auto& [who, may] : rows) {
    for (const auto& rule : rules) EXPECT_EQ(policy.allows(rule, who), may.contains(rule)) << "row " << at << " " << rule;
    ++at;
  }
}

TEST(Policy, has_each_rule_once_and_says_nobody_to_others) {
  std::set<std::string_view> names;
  for (const auto& rule : policy_rules()) EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
  EXPECT_FALSE(Policy().allows("container:fly", in_project({"admin"})));
}

TEST(Policy, operators_change_single_rules) {
  const auto policy = Policy::with({{"container:create:privileged", "admin"}, {"container:stop", "nobody"}, {"host:get_all", "admin or reader"}});
  ASSERT_TRUE(policy);
  EXPECT_TRUE(policy->allows("container:create:privileged", in_project({"admin"})));
  EXPECT_FALSE(policy->allows("container:create:privileged", in_project({"member"})));
  EXPECT_FALSE(policy->allows("container:stop", in_project({"admin"})));
  EXPECT_TRUE(policy->allows("host:get_all", in_project({"reader"})));
  EXPECT_TRUE(policy->allows("container:start", in_project({"member"}))) << "the rest stays";
  EXPECT_EQ(policy->check("container:stop", in_project({"admin"})).error().message, "Policy doesn't allow container:stop to be performed.");
}

TEST(Policy, refuses_rules_and_words_that_it_does_not_know) {
  EXPECT_EQ(Policy::with({{"container:fly", "admin"}}).error().reason, "policy.unknown_rule");
  for (const char* words : {"", "root", "admin or", "or admin", "admin member", "admin and member", "nobody or admin"}) {
    const auto policy = Policy::with({{"container:stop", words}});
    ASSERT_FALSE(policy) << words;
    EXPECT_EQ(policy.error().reason, "policy.bad_grant") << words;
  }
}

TEST(Policy, grants_read_back_as_they_are_written) {
  for (const auto& rule : policy_rules()) {
    const auto again = Grant::parse(rule.grant.words());
    ASSERT_TRUE(again) << rule.name;
    EXPECT_EQ(*again, rule.grant) << rule.name;
  }
}

}  // namespace
}  // namespace causeway::domain
