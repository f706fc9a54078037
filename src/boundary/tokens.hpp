#pragma once

#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// Turns the token of a request into who makes it. Called once per request, in api/kit's dispatch, from many threads;
/// answers from memory. Errors: unauthenticated "token.invalid" / "token.expired" / "token.revoked"; unavailable when
/// validity cannot be decided now (never unauthenticated in that case).
class TokenVerifier {
 public:
  virtual ~TokenVerifier() = default;
  virtual Result<domain::Caller> verify(std::string_view token) = 0;
};

}  // namespace causeway::boundary
