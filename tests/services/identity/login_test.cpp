#include "identity_cloud.hpp"

namespace causeway::services {
namespace {

using test::IdentityCloud;
using Kind = WantedScope::Kind;

TEST(Login, gives_the_scope_that_is_asked_for) {
  IdentityCloud cloud;
  const auto scoped = cloud.admin();
  EXPECT_EQ(scoped.caller.project_name, "admin");
  EXPECT_EQ(scoped.caller.methods, std::vector<std::string>{"password"});
  auto request = IdentityCloud::password_login("admin", "secret");
  EXPECT_EQ(IdentityCloud::must(cloud.identity.tokens.authenticate(request)).caller.project_name, "admin")
      << "the default project";
  request.scope.kind = Kind::unscoped;
  const auto unscoped = IdentityCloud::must(cloud.identity.tokens.authenticate(request));
  EXPECT_TRUE(unscoped.caller.project_id.empty());
  EXPECT_TRUE(unscoped.caller.roles.empty());
  request.scope.kind = Kind::domain;
  request.scope.domain = {"", "Default"};
  const auto domain = IdentityCloud::must(cloud.identity.tokens.authenticate(request));
  EXPECT_EQ(domain.caller.domain_id, domain::default_domain);
  EXPECT_TRUE(domain.caller.is_admin());
  request.scope.kind = Kind::system;
  EXPECT_TRUE(IdentityCloud::must(cloud.identity.tokens.authenticate(request)).caller.system);
}

TEST(Login, fails_alike_whatever_is_wrong) {
  IdentityCloud cloud;
  cloud.member("alice");
  cloud.project("empty");
  IdentityCloud::must(cloud.identity.users.create({.name = "ghost"}));
  auto off = cloud.member("off");
  IdentityCloud::must(cloud.identity.users.update(off.id, {.enabled = false}));
  const std::vector<LoginRequest> requests{
      IdentityCloud::password_login("nobody", "x"),
      IdentityCloud::password_login("alice", "wrong"),
      IdentityCloud::password_login("ghost", ""),
      IdentityCloud::password_login("off", "pw-off"),
      IdentityCloud::password_login("alice", "pw-alice", "empty"),
      IdentityCloud::password_login("alice", "pw-alice", "none"),
  };
  for (const auto& request : requests) {
    const int before = cloud.passwords.verified;
    const auto issued = cloud.identity.tokens.authenticate(request);
    ASSERT_FALSE(issued);
    EXPECT_EQ(issued.error().code, Code::unauthenticated);
    EXPECT_EQ(issued.error().message, "The request you have made requires authentication.");
    EXPECT_EQ(cloud.passwords.verified - before, 1) << "one hash each, whether the user exists or not";
  }
}

TEST(Login, needs_user_project_and_domain_enabled) {
  IdentityCloud cloud;
  const auto domain = IdentityCloud::must(cloud.identity.projects.create_domain({.name = "d"}));
  const auto user =
      IdentityCloud::must(cloud.identity.users.create({.name = "u", .password = "p", .domain_id = domain.id}));
  const auto project = cloud.project("shared");
  cloud.grant(IdentityCloud::as_actor(user), project, "member");
  LoginRequest request;
  request.password = PasswordLogin{{user.id.str(), "", {}}, "p"};
  request.scope = {.kind = Kind::project, .project = {.id = project.id.str()}};
  EXPECT_TRUE(cloud.identity.tokens.authenticate(request));
  IdentityCloud::must(cloud.identity.projects.update_domain(domain.id, {.enabled = false}));
  EXPECT_FALSE(cloud.identity.tokens.authenticate(request));
  IdentityCloud::must(cloud.identity.projects.update_domain(domain.id, {.enabled = true}));
  EXPECT_TRUE(cloud.identity.tokens.authenticate(request));
  IdentityCloud::must(cloud.identity.projects.update(project.id, {.enabled = false}));
  EXPECT_FALSE(cloud.identity.tokens.authenticate(request));
}

TEST(Login, gives_roles_of_the_users_groups) {
  IdentityCloud cloud;
  const auto user = cloud.user("alice", "p");
  const auto project = cloud.project("web");
  const auto group = IdentityCloud::must(cloud.identity.users.create_group({.name = "devs"}));
  cloud.grant(IdentityCloud::as_actor(group), project, "member");
  EXPECT_FALSE(cloud.identity.tokens.authenticate(IdentityCloud::password_login("alice", "p", "web")));
  IdentityCloud::must(cloud.identity.users.add_member(group.id, user.id));
  EXPECT_EQ(cloud.login("alice", "p", "web").caller.roles, (std::vector<std::string>{"member", "reader"}));
}

TEST(Rescoping, keeps_the_end_and_adds_to_the_methods) {
  IdentityCloud cloud;
  const auto user = cloud.member("alice");
  cloud.grant(IdentityCloud::as_actor(user), cloud.project("second"), "reader");
  const auto first = cloud.login("alice", "pw-alice", "alice");
  cloud.clock.advance(std::chrono::minutes(30));
  LoginRequest request;
  request.token = first.token;
  request.scope = {.kind = Kind::project, .project = {.name = "second", .domain = {.id = "default"}}};
  const auto second = IdentityCloud::must(cloud.identity.tokens.authenticate(request));
  EXPECT_EQ(second.caller.project_name, "second");
  EXPECT_EQ(second.caller.roles, std::vector<std::string>{"reader"});
  EXPECT_EQ(second.caller.expires_at, first.caller.expires_at);
  EXPECT_EQ(second.caller.methods, (std::vector<std::string>{"token", "password"}));
  EXPECT_NE(second.caller.audit_id, first.caller.audit_id);
}

TEST(Rescoping, needs_a_token_that_is_still_good) {
  IdentityCloud cloud;
  const auto token = cloud.admin();
  LoginRequest request;
  request.token = token.token;
  ASSERT_TRUE(cloud.identity.tokens.authenticate(request));
  ASSERT_TRUE(cloud.identity.tokens.revoke(token.caller));
  EXPECT_EQ(cloud.identity.tokens.authenticate(request).error().code, Code::unauthenticated);
}

TEST(Login, of_two_methods_must_mean_one_user) {
  IdentityCloud cloud;
  cloud.member("alice");
  auto request = IdentityCloud::password_login("alice", "pw-alice");
  request.token = cloud.admin().token;
  EXPECT_FALSE(cloud.identity.tokens.authenticate(request));
}

struct WithCredential : testing::Test {
  IdentityCloud cloud;
  domain::User alice = cloud.member("alice");
  NewApplicationCredential made;
  void create(ApplicationCredentialDraft draft) {
    const auto token = cloud.login("alice", "pw-alice", "alice");
    made = IdentityCloud::must(cloud.identity.application_credentials.create(token.caller, draft));
  }
  Result<IssuedToken> enter(const std::string& secret) {
    LoginRequest request;
    request.application_credential = ApplicationCredentialLogin{.id = made.credential.id, .secret = secret};
    return cloud.identity.tokens.authenticate(request);
  }
};

TEST_F(WithCredential, enters_its_project_with_its_roles) {
  create({.name = "ci", .roles = std::vector<RoleReference>{{"", "reader"}}});
  const auto issued = IdentityCloud::must(enter(made.secret));
  EXPECT_EQ(issued.caller.project_name, "alice");
  EXPECT_EQ(issued.caller.roles, std::vector<std::string>{"reader"});
  EXPECT_EQ(issued.caller.application_credential_id, made.credential.id);
  EXPECT_FALSE(enter("wrong"));
  LoginRequest by_name;
  by_name.application_credential =
      ApplicationCredentialLogin{.name = "ci", .user = {"", "alice", {"default", ""}}, .secret = made.secret};
  EXPECT_TRUE(cloud.identity.tokens.authenticate(by_name));
}

TEST_F(WithCredential, cannot_change_its_scope_or_make_others_of_its_kind) {
  create({.name = "ci"});
  const auto issued = IdentityCloud::must(enter(made.secret));
  LoginRequest rescope;
  rescope.token = issued.token;
  EXPECT_EQ(cloud.identity.tokens.authenticate(rescope).error().code, Code::forbidden);
  EXPECT_EQ(cloud.identity.application_credentials.create(issued.caller, {.name = "x"}).error().code, Code::forbidden);
  EXPECT_EQ(cloud.identity.application_credentials.remove(issued.caller, alice.id, made.credential.id).error().code,
            Code::forbidden);
}

TEST_F(WithCredential, ends_with_the_role_the_credential_or_its_time) {
  create({.name = "ci", .expires_at = iso_time(cloud.clock.now() + std::chrono::minutes(10))});
  const auto issued = IdentityCloud::must(enter(made.secret));
  EXPECT_LE(issued.caller.expires_at, cloud.clock.now() + std::chrono::minutes(10));
  IdentityCloud::must(cloud.identity.application_credentials.remove(cloud.login("alice", "pw-alice", "alice").caller,
                                                                    alice.id, made.credential.id));
  EXPECT_FALSE(cloud.accepts(issued));
  EXPECT_FALSE(enter(made.secret));
  create({.name = "second", .expires_at = iso_time(cloud.clock.now() + std::chrono::minutes(10))});
  cloud.clock.advance(std::chrono::minutes(11));
  EXPECT_FALSE(enter(made.secret));
}

TEST_F(WithCredential, is_not_given_roles_that_the_token_lacks) {
  const auto token = cloud.login("alice", "pw-alice", "alice");
  const auto made_up = cloud.identity.application_credentials.create(
      token.caller, {.name = "x", .roles = std::vector<RoleReference>{{"", "admin"}}});
  EXPECT_EQ(made_up.error().code, Code::invalid);
}

}  // namespace
}  // namespace causeway::services
