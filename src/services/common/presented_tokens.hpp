#pragma once

#include <list>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "causeway/boundary/identity/user_tokens.hpp"
#include "causeway/boundary/tokens.hpp"

namespace causeway::services {

/// Stands before a verifier and remembers, by its audit id, each token that it found good: in memory, the most recent
/// ones, as many as requests can be under way many times over. Nothing stores or logs them.
/// Lifetime: `verifier` outlives it. Concurrency: any thread. Failures: the verifier's.
class PresentedTokens final : public boundary::TokenVerifier, public boundary::UserTokens {
 public:
  explicit PresentedTokens(boundary::TokenVerifier& verifier, std::size_t remembered = 10'000)
      : verifier_(verifier), remembered_(remembered) {}
  Result<domain::Caller> verify(std::string_view token) override;
  Result<domain::Caller> admit(const boundary::PresentedToken& presented) override;
  Result<std::string> token_of(const domain::Caller& who) override;

 private:
  void remember(const std::string& audit_id, std::string_view token);

  boundary::TokenVerifier& verifier_;
  const std::size_t remembered_;
  std::mutex mutex_;
  using Entry = std::pair<std::string, std::string>;  ///< audit id, token
  std::list<Entry> recent_;                           ///< most recently used first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_audit_id_;
};

}  // namespace causeway::services
