#pragma once

#include <atomic>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "causeway/adapters/memory/manual_clock.hpp"
#include "causeway/adapters/memory/memory_store.hpp"
#include "causeway/adapters/memory/sequential_ids.hpp"
#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/services/common/token_verifier.hpp"
#include "causeway/services/identity/identity.hpp"

namespace causeway::test {

/// Hashes in no time, and counts how often it was asked.
class CountingHasher final : public boundary::PasswordHasher {
 public:
  Result<std::string> hash(std::string_view password) override { return "hashed:" + std::string(password); }
  Result<bool> verify(std::string_view password, const std::string& hash) override {
    ++verified;
    return hash == "hashed:" + std::string(password);
  }
  std::atomic<int> verified{0};
};

/// A bootstrapped identity service in memory, with a manual clock and the real signatures.
struct IdentityCloud {
  adapters::ManualClock clock;
  adapters::SequentialIds ids;
  adapters::MemoryStore store;
  adapters::Ed25519Signer signer;
  CountingHasher passwords;
  services::StoreTokenVerifier verifier{{store, signer, clock}};
  services::Identity identity{{store, verifier, signer, passwords, clock, ids}};

  IdentityCloud() { bootstrap(); }

  void bootstrap() {
    services::BootstrapRequest request{"secret", {"RegionOne", "RegionTwo"}, {}};
    for (const auto audience : domain::all_interfaces) {
      request.endpoints.push_back({"identity", "RegionOne", audience, "http://127.0.0.1:5000/v3"});
      request.endpoints.push_back({"network", "RegionOne", audience, "http://127.0.1.1:9696"});
      request.endpoints.push_back({"container", "RegionTwo", audience, "http://127.0.2.1:9517/v1/$(project_id)s"});
    }
    const auto done = identity.bootstrap(request);
    if (!done) throw std::runtime_error(done.error().describe());
  }

  /// The value, or the test stops with the error's text.
  template <class T>
  static T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().describe());
    return *std::move(result);
  }
  static void must(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error().describe());
  }

  static services::LoginRequest password_login(const std::string& user, const std::string& password,
                                               const std::string& project = "") {
    services::LoginRequest request;
    request.password = services::PasswordLogin{{"", user, {"default", ""}}, password};
    if (!project.empty()) {
      request.scope.kind = services::WantedScope::Kind::project;
      request.scope.project = {"", project, {"", "Default"}};
    }
    return request;
  }
  services::IssuedToken login(const std::string& user, const std::string& password, const std::string& project = "") {
    return must(identity.tokens.authenticate(password_login(user, password, project)));
  }
  services::IssuedToken admin() { return login("admin", "secret", "admin"); }

  domain::Project project(const std::string& name) { return must(identity.projects.create({.name = name})); }
  domain::User user(const std::string& name, const std::string& password) {
    return must(identity.users.create({.name = name, .password = password}));
  }
  domain::Role role(const std::string& name) {
    for (const auto& role : must(identity.assignments.list_roles())) {
      if (role.name == name) return role;
    }
    throw std::runtime_error("no role " + name);
  }
  static domain::Actor as_actor(const domain::User& user) { return {domain::ActorKind::user, user.id.str()}; }
  static domain::Actor as_actor(const domain::Group& group) { return {domain::ActorKind::group, group.id.str()}; }
  void grant(const domain::Actor& actor, const domain::Project& project, const std::string& role_name) {
    must(identity.assignments.grant(actor, domain::Scope::of(project.id), role(role_name).id));
  }
  /// A user with role member in a project of its own, both of that name; the password is "pw-<name>".
  domain::User member(const std::string& name) {
    const auto made = user(name, "pw-" + name);
    grant(as_actor(made), project(name), "member");
    return made;
  }
  bool accepts(const services::IssuedToken& token) { return verifier.verify(token.token).has_value(); }
  /// The reason for which a token is refused; "" when it is not.
  std::string refusal(const std::string& token) {
    const auto caller = verifier.verify(token);
    return caller ? "" : caller.error().reason;
  }
};

}  // namespace causeway::test
