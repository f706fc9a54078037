#pragma once

#include <string>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"

namespace causeway::boundary {

/// The tokens with which callers proved who they are, for as long as their requests last: to ask a service that is
/// somebody else's in the caller's own name. Thread-safe. unauthenticated "token.unknown".
class UserTokens {
 public:
  virtual ~UserTokens() = default;
  virtual Result<std::string> token_of(const domain::Caller& who) = 0;
};

}  // namespace causeway::boundary
