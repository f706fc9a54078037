#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/base/time.hpp"
#include "causeway/domain/identity/access_rule.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// What an external identity service says of a token.
struct ValidatedToken {
  domain::Caller caller;
  /// Of the application credential that the token came from: with it the token is good for these requests only.
  std::optional<std::vector<domain::AccessRule>> access_rules;
};

/// Whether a token may have expired: only where a service speaks for its user in work that took long.
enum class Expiry { must_be_ahead, may_be_past };

struct TokenQuestion {
  std::string_view token;
  Expiry expiry = Expiry::must_be_ahead;
  std::string_view request_id;  ///< passed on, so that both logs can be read together; may be empty
};

/// "Tokens like this, issued up to then, are no good any more." Members that are empty mean any token.
struct PublishedRevocation {
  std::string audit_id, user_id, project_id, domain_id;
  Time issued_before{};
};

/// The service that issued the tokens, asked over the network. Every call waits for a bounded time. Thread-safe.
/// Failures: not_found "token.unknown" when it says that the token is not good; unavailable "keystone.away" (no answer in
/// time), "keystone.failing" (an answer that is none) or "keystone.refused" (it does not accept us).
class TokenAuthority {
 public:
  virtual ~TokenAuthority() = default;
  virtual Result<ValidatedToken> validate(const TokenQuestion& question) = 0;
  /// What was revoked since then, in any order, with repetitions.
  virtual Result<std::vector<PublishedRevocation>> revoked_since(Time since) = 0;
};

}  // namespace causeway::boundary
