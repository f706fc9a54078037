#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Seals secrets for the store: who reads the store without the vault's key learns nothing, and cannot move a sealed
/// secret to another place.
///
/// Concurrency: thread-safe. Failures: unavailable "vault.unreadable" when the secret was sealed with another key, for
/// another place, or was changed; "vault.failed" when the platform's cryptography refuses.
class Vault {
 public:
  virtual ~Vault() = default;
  /// `place` names where the secret belongs ("registry/<id>"); the same must be given to open it.
  virtual Result<std::string> seal(std::string_view secret, std::string_view place) = 0;
  virtual Result<std::string> open(std::string_view sealed, std::string_view place) = 0;
};

}  // namespace causeway::boundary
