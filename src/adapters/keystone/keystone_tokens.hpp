#pragma once

#include "causeway/adapters/keystone/keystone_session.hpp"
#include "causeway/boundary/identity/token_authority.hpp"

namespace causeway::adapters {

/// A real Keystone v3 as the authority about tokens, of whatever format: it alone looks into them (GET /auth/tokens,
/// GET /OS-REVOKE/events). The session outlives it. Thread-safe, without state; fails as the boundary says.
class KeystoneTokens final : public boundary::TokenAuthority {
 public:
  explicit KeystoneTokens(KeystoneSession& session) : session_(session) {}
  Result<boundary::ValidatedToken> validate(const boundary::TokenQuestion& question) override;
  Result<std::vector<boundary::PublishedRevocation>> revoked_since(Time since) override;

 private:
  KeystoneSession& session_;
};

}  // namespace causeway::adapters
