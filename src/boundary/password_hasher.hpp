#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Slow, salted hashes of passwords. Called from worker threads; both functions block for the time of a hash, and
/// implementations bound how many run at once: unavailable "password.busy" when the wait for a turn gets too long.
class PasswordHasher {
 public:
  virtual ~PasswordHasher() = default;
  /// A new salt each time; the text names its own method and cost. invalid "password.unusable" for a password that the
  /// method cannot take (too long, a zero byte).
  virtual Result<std::string> hash(std::string_view password) = 0;
  /// Takes the same time whether the password fits or not. False for a hash that cannot be read.
  virtual Result<bool> verify(std::string_view password, const std::string& hash) = 0;
};

}  // namespace causeway::boundary
