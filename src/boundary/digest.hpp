#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

enum class DigestKind { md5, sha256, sha512 };

/// A checksum over bytes that come in pieces; one thread.
class Digest {
 public:
  virtual ~Digest() = default;
  virtual void update(std::string_view piece) = 0;
  /// Lower-case hex. Once, as the last call.
  virtual std::string finish() = 0;
};

/// Stateless, called from many threads. unavailable "digest.unsupported" when the platform forbids the kind.
class Digests {
 public:
  virtual ~Digests() = default;
  virtual Result<std::unique_ptr<Digest>> begin(DigestKind kind) = 0;
};

}  // namespace causeway::boundary
