#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// Raw bytes.
struct KeyPair {
  std::string public_key;
  std::string secret_key;
};

/// Signatures with keys that the caller keeps (Ed25519, RFC 8032). Stateless, called from many threads.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual Result<KeyPair> generate() = 0;
  /// internal "signer.bad_key" when the key is not one of ours.
  virtual Result<std::string> sign(std::string_view secret_key, std::string_view message) = 0;
  /// False for everything that is not exactly a signature of `message` under that key, unreadable keys too.
  virtual bool verify(std::string_view public_key, std::string_view message, std::string_view signature) = 0;
};

}  // namespace causeway::boundary
