#pragma once

#include <cstddef>
#include <string>

namespace causeway::boundary {

/// The only way in which randomness comes in. Called from many threads.
class IdSource {
 public:
  virtual ~IdSource() = default;
  /// A new version 4 UUID, in lower case with hyphens.
  virtual std::string uuid() = 0;
  /// `n` bytes that nobody can predict: fit for secrets.
  virtual std::string random_bytes(std::size_t n) = 0;
};

}  // namespace causeway::boundary
