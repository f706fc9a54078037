#pragma once

#include <map>
#include <mutex>
#include <string>

#include "causeway/boundary/vault.hpp"

namespace causeway::adapters {

/// Keeps the secrets itself and hands out numbers for them. Thread-safe.
class MemoryVault final : public boundary::Vault {
 public:
  Result<std::string> seal(std::string_view secret, std::string_view place) override {
    std::lock_guard lock(mutex_);
    const auto ticket = fmt::format("sealed-{}", secrets_.size() + 1);
    secrets_[ticket] = {std::string(secret), std::string(place)};
    return ticket;
  }
  Result<std::string> open(std::string_view sealed, std::string_view place) override {
    std::lock_guard lock(mutex_);
    const auto found = secrets_.find(sealed);
    if (found == secrets_.end() || found->second.place != place) {
      return failed(Code::unavailable, "vault.unreadable", "A stored secret cannot be read.");
    }
    return found->second.text;
  }

 private:
  struct Secret {
    std::string text, place;
  };
  std::mutex mutex_;
  std::map<std::string, Secret, std::less<>> secrets_;
};

}  // namespace causeway::adapters
