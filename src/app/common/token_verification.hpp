#pragma once

#include <memory>

#include "causeway/adapters/keystone/keystone_session.hpp"
#include "causeway/adapters/keystone/keystone_tokens.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/adapters/system/ed25519.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/services/common/external_tokens/external_token_verifier.hpp"
#include "causeway/services/common/token_verifier.hpp"

namespace causeway::app {

/// Who says which tokens are good, as `identity.source` has it: our own store (embedded), or a Keystone (external).
///
/// Lifetime: the process, whose state is open, outlives it. `stop` before the process's listeners go is allowed: requests are still
/// answered after it, without what happens in the background.
class TokenVerification {
 public:
  static Result<std::unique_ptr<TokenVerification>> open(ServiceProcess& process);
  void start();
  void stop();

  boundary::TokenVerifier& verifier();
  /// Who we are towards other services of that Keystone; null when identity is embedded.
  boundary::ServiceIdentity* service_identity() { return session_.get(); }

 private:
  TokenVerification() = default;

  adapters::Ed25519Signer signer_;
  adapters::SystemDigests digests_;
  std::unique_ptr<services::StoreTokenVerifier> own_;
  std::unique_ptr<adapters::KeystoneSession> session_;
  std::unique_ptr<adapters::KeystoneTokens> authority_;
  std::unique_ptr<services::ExternalTokenVerifier> external_;
};

/// The service user, as the settings keystone.* name it.
adapters::KeystoneAccount keystone_account(const Config& config);

}  // namespace causeway::app
