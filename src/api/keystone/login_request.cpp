#include "causeway/api/keystone/login_request.hpp"

#include "causeway/base/fields.hpp"

namespace causeway::api {
namespace {

using services::ApplicationCredentialLogin;
using services::LoginRequest;
using services::PasswordLogin;
using services::ScopedReference;
using services::WantedScope;

struct WirePasswordUser {
  std::string id, name, password;
  services::DomainReference domain;
  static constexpr auto fields() {
    using U = WirePasswordUser;
    return std::tuple{field("id", &U::id), field("name", &U::name), field("password", &U::password),
                      field("domain", &U::domain)};
  }
};
struct WirePassword {
  WirePasswordUser user;
  static constexpr auto fields() { return std::tuple{field("user", &WirePassword::user)}; }
};
struct WireToken {
  std::string id;
  static constexpr auto fields() { return std::tuple{field("id", &WireToken::id)}; }
};
struct WireIdentity {
  std::vector<std::string> methods;
  std::optional<WirePassword> password;
  std::optional<WireToken> token;
  std::optional<ApplicationCredentialLogin> application_credential;
  static constexpr auto fields() {
    using I = WireIdentity;
    return std::tuple{field("methods", &I::methods), field("password", &I::password), field("token", &I::token),
                      field("application_credential", &I::application_credential)};
  }
};

std::unexpected<Error> bad_login(std::string_view field, std::string_view what) {
  return failed(
      fail(Code::invalid, "auth.malformed", "Expecting to find {} in {}.", what, field).at(std::string(field)));
}

/// An id, or a name with its domain.
Result<void> check_reference(const ScopedReference& reference, std::string_view field) {
  if (!reference.id.empty()) return {};
  if (reference.name.empty()) return bad_login(field, "id or name");
  if (reference.domain.id.empty() && reference.domain.name.empty()) return bad_login(field, "domain");
  return {};
}

Result<void> read_method(const std::string& method, const WireIdentity& wire, LoginRequest& login) {
  if (method == "password") {
    if (!wire.password) return bad_login("identity", "password");
    const auto& user = wire.password->user;
    login.password = PasswordLogin{{user.id, user.name, user.domain}, user.password};
    return check_reference(login.password->user, "password.user");
  }
  if (method == "token") {
    if (!wire.token || wire.token->id.empty()) return bad_login("identity.token", "id");
    login.token = wire.token->id;
    return {};
  }
  if (method == "application_credential") {
    if (!wire.application_credential) return bad_login("identity", "application_credential");
    login.application_credential = wire.application_credential;
    const auto& credential = *wire.application_credential;
    if (!credential.id.empty()) return {};
    if (credential.name.empty()) return bad_login("application_credential", "id or name");
    return check_reference(credential.user, "application_credential.user");
  }
  return failed(Code::unauthenticated, "auth.method", "Attempted to authenticate with an unsupported method.");
}

Result<WantedScope> read_scope(const Json& scope) {
  WantedScope wanted;
  if (scope.is_string() && scope.get_string() == "unscoped") {
    wanted.kind = WantedScope::Kind::unscoped;
    return wanted;
  }
  if (!scope.is_object()) return bad_login("auth", "a scope that is an object or \"unscoped\"");
  if (const Json* project = member(scope, "project")) {
    wanted.kind = WantedScope::Kind::project;
    TRY(wanted.project, decode<ScopedReference>(*project, Unknown::ignore, "scope.project"));
    TRY_VOID(check_reference(wanted.project, "scope.project"));
  } else if (const Json* domain = member(scope, "domain")) {
    wanted.kind = WantedScope::Kind::domain;
    TRY(wanted.domain, decode<services::DomainReference>(*domain, Unknown::ignore, "scope.domain"));
    if (wanted.domain.id.empty() && wanted.domain.name.empty()) return bad_login("scope.domain", "id or name");
  } else if (const Json* system = member(scope, "system")) {
    const Json* all = member(*system, "all");
    if (all == nullptr || !all->is_bool() || !all->get_bool()) return bad_login("scope.system", "all");
    wanted.kind = WantedScope::Kind::system;
  } else if (member(scope, "unscoped") != nullptr) {
    wanted.kind = WantedScope::Kind::unscoped;
  } else {
    return bad_login("scope", "project, domain or system");
  }
  return wanted;
}

}  // namespace

Result<LoginRequest> read_login(const Json& body) {
  const Json* auth = member(body, "auth");
  if (auth == nullptr) return bad_login("the request body", "auth");
  const Json* identity = member(*auth, "identity");
  if (identity == nullptr) return bad_login("auth", "identity");
  TRY(const auto wire, decode<WireIdentity>(*identity, Unknown::ignore, "identity"));
  if (wire.methods.empty()) return bad_login("identity", "methods");
  LoginRequest login;
  for (const auto& method : wire.methods) TRY_VOID(read_method(method, wire, login));
  if (const Json* scope = member(*auth, "scope"); scope != nullptr && !scope->is_null()) {
    TRY(login.scope, read_scope(*scope));
  }
  return login;
}

}  // namespace causeway::api
