#include "causeway/domain/identity/token.hpp"

#include <gtest/gtest.h>

#include "causeway/domain/identity/catalog.hpp"
#include "causeway/domain/identity/revocation.hpp"
#include "causeway/domain/identity/role.hpp"

namespace causeway::domain {
namespace {

Caller a_caller() {
  Caller c;
  c.user_id = UserId("u1");
  c.user_name = "alice";
  c.user_domain_id = DomainId("default");
  c.user_domain_name = "Default";
  c.project_id = ProjectId("p1");
  c.project_name = "web";
  c.project_domain_id = DomainId("d2");
  c.project_domain_name = "Other";
  c.roles = {"member", "reader"};
  c.methods = {"password"};
  c.audit_id = "a1";
  c.issued_at = Time(Duration(1'000));
  c.expires_at = Time(Duration(9'000));
  return c;
}

TEST(Token, carries_all_of_the_caller) {
  auto caller = a_caller();
  caller.system = true;
  caller.domain_id = DomainId("d3");
  caller.application_credential_id = "ac";
  const auto token = seal_token(token_payload("k1", caller), "signature");
  const auto parts = split_token(token);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->key_id, "k1");
  EXPECT_EQ(parts->signature, "signature");
  EXPECT_EQ(parts->payload, token_payload("k1", caller));
  const auto read = read_claims(parts->claims);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->user_id, caller.user_id);
  EXPECT_EQ(read->user_name, caller.user_name);
  EXPECT_EQ(read->user_domain_id, caller.user_domain_id);
  EXPECT_EQ(read->user_domain_name, caller.user_domain_name);
  EXPECT_EQ(read->project_id, caller.project_id);
  EXPECT_EQ(read->project_name, caller.project_name);
  EXPECT_EQ(read->project_domain_id, caller.project_domain_id);
  EXPECT_EQ(read->project_domain_name, caller.project_domain_name);
  EXPECT_EQ(read->domain_id, caller.domain_id);
  EXPECT_TRUE(read->system);
  EXPECT_EQ(read->roles, caller.roles);
  EXPECT_EQ(read->methods, caller.methods);
  EXPECT_EQ(read->application_credential_id, "ac");
  EXPECT_EQ(read->audit_id, caller.audit_id);
  EXPECT_EQ(read->issued_at, caller.issued_at);
  EXPECT_EQ(read->expires_at, caller.expires_at);
}

TEST(Token, is_well_under_two_kilobytes) {
  EXPECT_LT(seal_token(token_payload("0123456789ab", a_caller()), std::string(64, 'x')).size(), 1024u);
}

TEST(Token, of_another_form_is_not_split) {
  for (const char* text : {"", ".", "...", "cw1", "cw1.k.c", "cw2.k.c.AAAA", "cw1.k.c.AAAA.x", "cw1.k.c.!!!!",
                           "cw1.k.c.AAAA=", "gAAAAABk"}) {
    EXPECT_FALSE(split_token(text)) << text;
  }
  EXPECT_FALSE(split_token("cw1.k." + std::string(10'000, 'A') + ".AAAA"));
}

TEST(Revocation, means_only_tokens_that_match_every_member_that_is_set) {
  const auto token = a_caller();
  const Time now(Duration(1'000));
  const auto means = [&](Revocation r) {
    r.issued_before = now;
    return r.means(token);
  };
  EXPECT_TRUE(means({.user_id = UserId("u1")}));
  EXPECT_FALSE(means({.user_id = UserId("u2")}));
  EXPECT_TRUE(means({.audit_id = "a1"}));
  EXPECT_TRUE(means({.scope = "project/p1"}));
  EXPECT_FALSE(means({.scope = "domain/p1"}));
  EXPECT_TRUE(means({.user_id = UserId("u1"), .scope = "project/p1"}));
  EXPECT_FALSE(means({.user_id = UserId("u1"), .scope = "project/p2"}));
  EXPECT_TRUE(means({.domain_id = DomainId("default")}));
  EXPECT_TRUE(means({.domain_id = DomainId("d2")}));
  EXPECT_FALSE(means({.domain_id = DomainId("d3")}));
  EXPECT_FALSE(means({.application_credential_id = "ac"}));
  EXPECT_FALSE(means({}));
}

TEST(Revocation, spares_tokens_that_were_issued_later) {
  Revocation r{.user_id = UserId("u1"), .issued_before = Time(Duration(999))};
  EXPECT_FALSE(r.means(a_caller()));
  r.issued_before = Time(Duration(1'000));
  EXPECT_TRUE(r.means(a_caller()));
}

TEST(RevocationSet, agrees_with_looking_at_each) {
  const Time now(Duration(5'000));
  const std::vector<Revocation> all{
      {.audit_id = "a1", .issued_before = now},
      {.user_id = UserId("u1"), .issued_before = now},
      {.scope = "project/p1", .issued_before = now},
      {.domain_id = DomainId("d2"), .issued_before = now},
      {.application_credential_id = "ac", .issued_before = now},
      {.user_id = UserId("u1"), .scope = "system/all", .issued_before = now},
      {.issued_before = now},
  };
  auto token = a_caller();
  for (const auto* credential : {"", "ac"}) {
    token.application_credential_id = credential;
    for (const auto& one : all) EXPECT_EQ(RevocationSet({one}).revokes(token), one.means(token));
  }
  EXPECT_FALSE(RevocationSet().revokes(token));
}

TEST(CatalogUrl, has_its_placeholders_filled_in) {
  const ProjectId project("p1");
  const UserId user("u1");
  EXPECT_EQ(expand_url("http://h/v1/$(project_id)s", project, user), "http://h/v1/p1");
  EXPECT_EQ(expand_url("http://h/%(tenant_id)s/x/%(user_id)s", project, user), "http://h/p1/x/u1");
  EXPECT_EQ(expand_url("http://h/a%20b$", project, user), "http://h/a%20b$");
  EXPECT_EQ(expand_url("http://h/$(project_id)s", ProjectId(), user), std::nullopt);
  EXPECT_EQ(expand_url("http://h/$(password)s", project, user), std::nullopt);
}

TEST(Roles, imply_weaker_ones) {
  using Names = std::vector<std::string>;
  EXPECT_EQ(with_implied_roles({"admin"}), (Names{"admin", "member", "reader"}));
  EXPECT_EQ(with_implied_roles({"member", "x"}), (Names{"member", "x", "reader"}));
  EXPECT_EQ(with_implied_roles({"x"}), Names{"x"});
}

}  // namespace
}  // namespace causeway::domain
