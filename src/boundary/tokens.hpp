#pragma once

#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/access_rule.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// A token with what came beside it, for verifiers that judge by more than the token.
struct PresentedToken {
  std::string_view token;
  std::string_view service_token;  ///< X-Service-Token: of the service that passes the user's request on; "" when none does
  domain::RequestLine request;
  std::string_view request_id;
};

/// Turns the token of a request into who makes it. Called once per request, in api/kit's dispatch, from many threads;
/// answers from memory nearly always. Errors: unauthenticated "token.invalid" / "token.expired" / "token.revoked"; unavailable when
/// validity cannot be decided now (never unauthenticated in that case).
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  virtual Result<domain::Caller> verify(std::string_view token) = 0;
  /// As `verify`, and whether the token is good for this request.
  virtual Result<domain::Caller> admit(const PresentedToken& presented) { return verify(presented.token); }
};

}  // namespace causeway::boundary
