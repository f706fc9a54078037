#pragma once

#include "causeway/boundary/clock.hpp"

namespace causeway::adapters {

/// The clocks of the kernel. Stateless, thread-safe.
class SystemClock final : public boundary::Clock {
 public:
  Time now() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace causeway::adapters
