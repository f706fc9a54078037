#pragma once

#include <string>
#include <vector>

#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/identity/role.hpp"
#include "causeway/services/identity/context.hpp"
#include "causeway/services/identity/drafts.hpp"

namespace causeway::services {

/// Just made: the only time that the secret is known.
struct NewApplicationCredential {
  domain::ApplicationCredential credential;
  std::string secret;
};

/// Application credentials of users. Thread-safe. A caller who came with a restricted one may not manage them
/// (forbidden). Whose they are is checked by the caller of these functions, against `user` in the path; here a foreign
/// one is not_found.
class ApplicationCredentials {
 public:
  explicit ApplicationCredentials(IdentityContext& context) : context_(context) {}

  /// For the caller's user, in the project of the caller's token, with roles that the token has.
  Result<NewApplicationCredential> create(const domain::Caller& caller, const ApplicationCredentialDraft& draft);
  Result<domain::ApplicationCredential> get(const domain::UserId& user, const std::string& id);
  Result<std::vector<domain::ApplicationCredential>> list(const domain::UserId& user);
  Result<void> remove(const domain::Caller& caller, const domain::UserId& user, const std::string& id);

 private:
  Result<void> may_manage(const domain::Caller& caller);
  IdentityContext& context_;
};

}  // namespace causeway::services
