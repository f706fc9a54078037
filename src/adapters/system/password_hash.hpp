#pragma once

#include <semaphore>

#include "causeway/boundary/password_hasher.hpp"

namespace causeway::adapters {

/// yescrypt ("$y$", memory-hard) by the system's libcrypt; also verifies whatever else crypt(3) knows, so that hashes
/// can be taken over. At most two hashes run at once, because each costs memory and a core; others wait up to ten
/// seconds.
class CryptPasswordHasher final : public boundary::PasswordHasher {
 public:
  /// 1 (for tests) .. 11; 5 is the system's default, about 50 ms and 16 MiB.
  explicit CryptPasswordHasher(unsigned cost = 5) : cost_(cost) {}
  Result<std::string> hash(std::string_view password) override;
  Result<bool> verify(std::string_view password, const std::string& hash) override;

 private:
  static constexpr int at_once = 2;
  Result<std::string> crypt(std::string_view password, const char* setting);

  const unsigned cost_;
  std::counting_semaphore<at_once> turns_{at_once};
};

}  // namespace causeway::adapters
