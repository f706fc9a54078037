#pragma once

#include "causeway/boundary/ids.hpp"

namespace causeway::adapters {

/// Ids and secrets out of OpenSSL's generator. Stateless, thread-safe. Throws when the generator cannot be seeded: a
/// process without randomness must not go on.
class RandomIds final : public boundary::IdSource {
 public:
  std::string uuid() override;
  std::string random_bytes(std::size_t n) override;
};

}  // namespace causeway::adapters
