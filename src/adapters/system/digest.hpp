#pragma once

#include "causeway/boundary/digest.hpp"

namespace causeway::adapters {

/// Digests by OpenSSL.
class SystemDigests final : public boundary::Digests {
 public:
  Result<std::unique_ptr<boundary::Digest>> begin(boundary::DigestKind kind) override;
};

}  // namespace causeway::adapters
