#pragma once

#include <array>
#include <filesystem>
#include <memory>

#include "causeway/boundary/vault.hpp"

namespace causeway::adapters {

/// AES-256-GCM with a key out of a file that only the process's user may read.
///
///   sealed = "v1." base64url(nonce (12) | ciphertext | tag (16)); the place is the additional data
class KeyFileVault final : public boundary::Vault {
 public:
  /// Makes the file with a random key when there is none. invalid "vault.bad_key_file" when it is no key, or others may
  /// read it; unavailable "vault.io".
  static Result<std::unique_ptr<KeyFileVault>> open_file(const std::filesystem::path& file);
  ~KeyFileVault() override;
  KeyFileVault(const KeyFileVault&) = delete;
  KeyFileVault& operator=(const KeyFileVault&) = delete;

  Result<std::string> seal(std::string_view secret, std::string_view place) override;
  Result<std::string> open(std::string_view sealed, std::string_view place) override;

 private:
  using Key = std::array<unsigned char, 32>;
  explicit KeyFileVault(const Key& key) : key_(key) {}
  Key key_;
};

}  // namespace causeway::adapters
