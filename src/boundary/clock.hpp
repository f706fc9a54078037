#pragma once

#include <chrono>

#include "causeway/base/time.hpp"

namespace causeway::boundary {

/// The only way in which time comes in. Called from many threads; never fails.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Wall-clock time, for what is stored or shown. It may jump either way.
  virtual Time now() const = 0;
  /// Never goes back: for deadlines, backoff and ages.
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

}  // namespace causeway::boundary
