#include "causeway/services/identity/tokens.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/domain/identity/token.hpp"
#include "causeway/services/identity/removal.hpp"
#include "causeway/services/identity/scoping.hpp"
#include "causeway/services/identity/signing_keys.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using domain::ApplicationCredential;
using domain::Caller;
using domain::UserPassword;

/// What the login has shown, to be checked once more under the stamp of the token.
struct Tokens::Proof {
  domain::UserId user_id;
  std::vector<std::string> methods;
  std::optional<std::string> password_hash;  ///< that the password fitted
  std::optional<Caller> parent;              ///< the token that it came with
  std::optional<ApplicationCredential> credential;

  Result<void> add(const domain::UserId& user, std::string method) {
    if (!user_id.empty() && user_id != user) return failed(refused_login("methods name different users"));
    user_id = user;
    add_method(std::move(method));
    return {};
  }
  void add_method(std::string method) {
    if (std::find(methods.begin(), methods.end(), method) == methods.end()) methods.push_back(std::move(method));
  }
};

namespace {

/// What was proved before the slow part must still be so.
Result<void> still_proved(Reader& reader, const domain::UserId& user, const std::optional<std::string>& password_hash,
                          const std::optional<Caller>& parent, const std::optional<ApplicationCredential>& credential) {
  if (password_hash) {
    TRY(const auto password, boundary::find<UserPassword>(reader, user));
    if (!password || password->hash != *password_hash) return failed(refused_login("password changed meanwhile"));
  }
  if (parent) {
    TRY(auto revocations, boundary::list<domain::Revocation>(reader));
    if (domain::RevocationSet(std::move(revocations)).revokes(*parent)) {
      return failed(refused_login("the token was revoked meanwhile"));
    }
  }
  if (credential) {
    TRY(const auto present, boundary::find<ApplicationCredential>(reader, credential->id));
    if (!present) return failed(refused_login("the application credential was deleted meanwhile"));
  }
  return {};
}

/// An application credential has at most the roles that its user still has.
Result<void> limit_roles(const ApplicationCredential& credential, Caller& caller) {
  std::erase_if(caller.roles, [&](const std::string& role) {
    return std::find(credential.roles.begin(), credential.roles.end(), role) == credential.roles.end();
  });
  if (caller.roles.empty()) return failed(refused_login("no role of the application credential is left"));
  caller.application_credential_id = credential.id;
  return {};
}

}  // namespace

Tokens::Tokens(IdentityContext& context)
    : context_(context), dummy_hash_(context.deps.passwords.hash("nobody has this password").value_or("")) {}

Result<IssuedToken> Tokens::authenticate(const LoginRequest& request) {
  TRY(const auto proof, prove(request));
  return context_.view_stamped([&](Reader& reader, Time now) { return issue(reader, now, proof, request.scope); });
}

Result<Tokens::Proof> Tokens::prove(const LoginRequest& request) {
  Proof proof;
  if (request.password) TRY_VOID(prove_password(*request.password, proof));
  if (request.token) TRY_VOID(prove_token(*request.token, proof));
  if (request.application_credential) TRY_VOID(prove_credential(*request.application_credential, proof));
  if (proof.user_id.empty()) return failed(refused_login("no method given"));
  return proof;
}

Result<void> Tokens::prove_password(const PasswordLogin& login, Proof& proof) {
  std::optional<UserPassword> password;
  TRY(const auto user, context_.view([&](Reader& reader) -> Result<std::optional<domain::User>> {
    TRY(auto found, find_user(reader, login.user));
    if (found) {
      TRY(password, boundary::find<UserPassword>(reader, found->id));
    }
    return found;
  }));
  TRY(const bool fits, context_.deps.passwords.verify(login.password, password ? password->hash : dummy_hash_));
  if (!user || !password || !fits) return failed(refused_login("no such user, or wrong password"));
  proof.password_hash = password->hash;
  return proof.add(user->id, "password");
}

Result<void> Tokens::prove_token(std::string_view token, Proof& proof) {
  TRY(auto parent, context_.deps.verifier.verify(token));
  if (!parent.application_credential_id.empty()) {
    return failed(Code::forbidden, "auth.not_rescopable", "A token of an application credential cannot be exchanged.");
  }
  TRY_VOID(proof.add(parent.user_id, "token"));
  for (const auto& method : parent.methods) proof.add_method(method);
  proof.parent = std::move(parent);
  return {};
}

Result<void> Tokens::prove_credential(const ApplicationCredentialLogin& login, Proof& proof) {
  TRY(const auto credential, context_.view([&](Reader& reader) -> Result<std::optional<ApplicationCredential>> {
    if (!login.id.empty()) return boundary::find<ApplicationCredential>(reader, login.id);
    TRY(const auto user, find_user(reader, login.user));
    if (!user) return std::optional<ApplicationCredential>();
    TRY(auto named, boundary::list<ApplicationCredential>(reader, By{"user_name", user->id.str() + "/" + login.name}));
    if (named.empty()) return std::optional<ApplicationCredential>();
    return std::optional(std::move(named.front()));
  }));
  TRY(const bool fits,
      context_.deps.passwords.verify(login.secret, credential ? credential->secret_hash : dummy_hash_));
  if (!credential || !fits) return failed(refused_login("no such application credential, or wrong secret"));
  proof.credential = *credential;
  return proof.add(credential->user_id, "application_credential");
}

Result<IssuedToken> Tokens::issue(Reader& reader, Time now, const Proof& proof, const WantedScope& wanted) {
  TRY_VOID(still_proved(reader, proof.user_id, proof.password_hash, proof.parent, proof.credential));
  Caller caller;
  caller.methods = proof.methods;
  caller.audit_id = to_base64url(context_.deps.ids.random_bytes(16));
  caller.issued_at = now;
  caller.expires_at = now + context_.deps.token_lifetime;
  if (proof.parent) caller.expires_at = std::min(caller.expires_at, proof.parent->expires_at);
  TRY(const auto user, admit_user(reader, proof.user_id, caller));
  if (proof.credential) {
    if (wanted.kind != WantedScope::Kind::by_default) return failed(refused_login("application credential with scope"));
    WantedScope own{.kind = WantedScope::Kind::project, .project = {.id = proof.credential->project_id.str()}};
    TRY_VOID(give_scope(reader, user, own, caller));
    TRY_VOID(limit_roles(*proof.credential, caller));
    caller.expires_at = std::min(caller.expires_at, proof.credential->expires_at.value_or(caller.expires_at));
  } else {
    TRY_VOID(give_scope(reader, user, wanted, caller));
  }
  if (caller.expires_at <= now) return failed(refused_login("expired"));
  TRY(const auto key, active_key(reader, now));
  auto payload = domain::token_payload(key.id, caller);
  TRY(const auto signature, context_.deps.signer.sign(key.secret, payload));
  return IssuedToken{domain::seal_token(std::move(payload), signature), std::move(caller)};
}

Result<Caller> Tokens::inspect(std::string_view token) {
  auto caller = context_.deps.verifier.verify(token);
  if (!caller && caller.error().code == Code::unauthenticated) {
    return failed(Code::not_found, "token.not_found", "This is not a recognized token.");
  }
  return caller;
}

Result<void> Tokens::revoke(const Caller& subject) {
  return context_.change(
      [&](boundary::Writer& writer) { return services::revoke(context_, writer, {.audit_id = subject.audit_id}); });
}

}  // namespace causeway::services
