#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/identity/directory.hpp"
#include "causeway/domain/identity/role.hpp"
#include "causeway/services/identity/context.hpp"

namespace causeway::services {

/// A domain by id or name; a user or project by id, or by name and domain. Empty members are not given.
struct DomainReference {
  std::string id, name;
  static constexpr auto fields() {
    using R = DomainReference;
    return std::tuple{field("id", &R::id), field("name", &R::name)};
  }
};
struct ScopedReference {
  std::string id, name;
  DomainReference domain;
  static constexpr auto fields() {
    using R = ScopedReference;
    return std::tuple{field("id", &R::id), field("name", &R::name), field("domain", &R::domain)};
  }
};

struct PasswordLogin {
  ScopedReference user;
  std::string password;
};
struct ApplicationCredentialLogin {
  std::string id, name;
  ScopedReference user;  ///< with `name`
  std::string secret;
  static constexpr auto fields() {
    using L = ApplicationCredentialLogin;
    return std::tuple{field("id", &L::id), field("name", &L::name), field("user", &L::user),
                      field("secret", &L::secret)};
  }
};

/// What the client wants the token to be good for.
struct WantedScope {
  enum class Kind { by_default, unscoped, project, domain, system };
  Kind kind = Kind::by_default;
  ScopedReference project;
  DomainReference domain;
};

/// One way, or several that must all lead to the same user.
struct LoginRequest {
  std::optional<PasswordLogin> password;
  std::optional<std::string> token;
  std::optional<ApplicationCredentialLogin> application_credential;
  WantedScope scope;
};

struct IssuedToken {
  std::string token;
  domain::Caller caller;
};

/// Issues, shows and revokes tokens. Thread-safe; nothing is stored when a token is issued.
///
/// Whatever fails in a login is the same unauthenticated "auth.failed", after the same work: whether the user, the
/// project or the role was missing is in the debug log only. A rescoped token ends when the one that it came from ends;
/// a token of an application credential cannot be rescoped.
class Tokens {
 public:
  explicit Tokens(IdentityContext& context);

  Result<IssuedToken> authenticate(const LoginRequest& request);
  /// Who a token speaks for; not_found when it is not good.
  Result<domain::Caller> inspect(std::string_view token);
  /// This one token, at once here and in the regions as soon as they hear of it.
  Result<void> revoke(const domain::Caller& subject);

 private:
  struct Proof;
  Result<Proof> prove(const LoginRequest& request);
  Result<void> prove_password(const PasswordLogin& login, Proof& proof);
  Result<void> prove_token(std::string_view token, Proof& proof);
  Result<void> prove_credential(const ApplicationCredentialLogin& login, Proof& proof);
  Result<IssuedToken> issue(boundary::Reader& reader, Time now, const Proof& proof, const WantedScope& wanted);

  IdentityContext& context_;
  const std::string dummy_hash_;  ///< checked where there is no user, so that it takes as long
};

}  // namespace causeway::services
