#include <functional>

#include "identity_cloud.hpp"

namespace causeway::services {
namespace {

using test::IdentityCloud;

/// alice, member of group devs and of project web, with a token for it, and bob with one of his own.
struct Revoking : testing::Test {
  IdentityCloud cloud;
  domain::User alice = cloud.member("alice");
  domain::User bob = cloud.member("bob");
  domain::Group devs = IdentityCloud::must(cloud.identity.users.create_group({.name = "devs"}));
  domain::Project web = cloud.project("web");

  Revoking() {
    IdentityCloud::must(cloud.identity.users.add_member(devs.id, alice.id));
    cloud.grant(IdentityCloud::as_actor(devs), web, "member");
  }
  void expect_revoked_by(const std::function<Result<void>()>& change) {
    const auto hers = cloud.login("alice", "pw-alice", "web");
    const auto his = cloud.login("bob", "pw-bob", "bob");
    ASSERT_TRUE(cloud.accepts(hers));
    ASSERT_TRUE(cloud.accepts(his));
    IdentityCloud::must(change());
    EXPECT_FALSE(cloud.accepts(hers));
    EXPECT_TRUE(cloud.accepts(his)) << "nobody else's";
  }
};

template <class T>
Result<void> done(const Result<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

TEST_F(Revoking, follows_a_disabled_user) {
  expect_revoked_by([&] { return done(cloud.identity.users.update(alice.id, {.enabled = false})); });
}
TEST_F(Revoking, follows_a_deleted_user) {
  expect_revoked_by([&] { return cloud.identity.users.remove(alice.id); });
}
TEST_F(Revoking, follows_a_password_set_by_an_administrator) {
  expect_revoked_by([&] { return done(cloud.identity.users.update(alice.id, {.password = "new"})); });
  EXPECT_TRUE(cloud.accepts(cloud.login("alice", "new", "web"))) << "a token issued at once after it is good";
}
TEST_F(Revoking, follows_a_password_changed_by_the_user) {
  expect_revoked_by([&] { return cloud.identity.users.change_password(alice.id, "pw-alice", "new"); });
  EXPECT_FALSE(cloud.identity.users.change_password(alice.id, "pw-alice", "newer"));
}
TEST_F(Revoking, follows_leaving_a_group) {
  expect_revoked_by([&] { return cloud.identity.users.remove_member(devs.id, alice.id); });
}
TEST_F(Revoking, follows_a_deleted_group) {
  expect_revoked_by([&] { return cloud.identity.users.remove_group(devs.id); });
}
TEST_F(Revoking, follows_a_role_taken_from_the_group) {
  expect_revoked_by([&] {
    return cloud.identity.assignments.withdraw(IdentityCloud::as_actor(devs), domain::Scope::of(web.id),
                                               cloud.role("member").id);
  });
}
TEST_F(Revoking, follows_a_disabled_project) {
  expect_revoked_by([&] { return done(cloud.identity.projects.update(web.id, {.enabled = false})); });
}
TEST_F(Revoking, follows_a_deleted_project) {
  expect_revoked_by([&] { return cloud.identity.projects.remove(web.id); });
}

TEST_F(Revoking, of_a_role_spares_the_users_other_scopes) {
  const auto web_token = cloud.login("alice", "pw-alice", "web");
  const auto own_token = cloud.login("alice", "pw-alice", "alice");
  IdentityCloud::must(cloud.identity.assignments.withdraw(IdentityCloud::as_actor(devs), domain::Scope::of(web.id),
                                                          cloud.role("member").id));
  EXPECT_FALSE(cloud.accepts(web_token));
  EXPECT_TRUE(cloud.accepts(own_token));
}

TEST_F(Revoking, of_a_deleted_role_takes_every_token_that_has_it) {
  const auto hers = cloud.login("alice", "pw-alice", "web");
  const auto his = cloud.login("bob", "pw-bob", "bob");
  const auto admin = cloud.admin();
  IdentityCloud::must(cloud.identity.assignments.remove_role(cloud.role("member").id));
  EXPECT_FALSE(cloud.accepts(hers));
  EXPECT_FALSE(cloud.accepts(his));
  EXPECT_TRUE(cloud.accepts(admin));
}

TEST_F(Revoking, of_a_domain_takes_its_users_and_projects) {
  const auto domain = IdentityCloud::must(cloud.identity.projects.create_domain({.name = "d"}));
  const auto project = IdentityCloud::must(cloud.identity.projects.create({.name = "p", .domain_id = domain.id}));
  cloud.grant(IdentityCloud::as_actor(alice), project, "member");
  auto request = IdentityCloud::password_login("alice", "pw-alice");
  request.scope = {.kind = WantedScope::Kind::project, .project = {.id = project.id.str()}};
  const auto inside = IdentityCloud::must(cloud.identity.tokens.authenticate(request));
  const auto outside = cloud.login("alice", "pw-alice", "web");
  EXPECT_EQ(cloud.identity.projects.remove_domain(domain.id).error().code, Code::forbidden) << "still enabled";
  IdentityCloud::must(cloud.identity.projects.update_domain(domain.id, {.enabled = false}));
  EXPECT_FALSE(cloud.accepts(inside));
  EXPECT_TRUE(cloud.accepts(outside));
  IdentityCloud::must(cloud.identity.projects.remove_domain(domain.id));
  EXPECT_EQ(cloud.identity.projects.get(project.id).error().code, Code::not_found);
  EXPECT_EQ(cloud.identity.projects.remove_domain(domain::default_domain).error().code, Code::forbidden);
}

TEST_F(Revoking, is_forgotten_when_no_token_can_be_meant_any_more) {
  const auto token = cloud.admin();
  IdentityCloud::must(cloud.identity.tokens.revoke(token.caller));
  const auto count = [&] {
    return IdentityCloud::must(boundary::view(cloud.store, [](boundary::Reader& r) {
      return r.count({std::string(domain::Revocation::kind), "", "", "", SIZE_MAX});
    }));
  };
  IdentityCloud::must(cloud.identity.sweep());
  EXPECT_EQ(count(), 1u);
  cloud.clock.advance(std::chrono::hours(1) + std::chrono::seconds(1));
  IdentityCloud::must(cloud.identity.sweep());
  EXPECT_EQ(count(), 0u);
  EXPECT_FALSE(cloud.accepts(token));
}

TEST_F(Revoking, stays_exact_when_the_clock_is_set_back_and_the_process_restarts) {
  IdentityCloud::must(cloud.identity.users.update(alice.id, {.password = "new"}));
  cloud.clock.set_wall(cloud.clock.now() - std::chrono::minutes(20));
  Identity restarted({cloud.store, cloud.verifier, cloud.signer, cloud.passwords, cloud.clock, cloud.ids});
  IdentityCloud::must(restarted.bootstrap({"", {}, {}}));
  const auto token =
      IdentityCloud::must(restarted.tokens.authenticate(IdentityCloud::password_login("alice", "new", "web")));
  EXPECT_TRUE(cloud.accepts(token));
}

}  // namespace
}  // namespace causeway::services
