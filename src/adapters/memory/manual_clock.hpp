#pragma once

#include <atomic>

#include "causeway/boundary/clock.hpp"

namespace causeway::adapters {

/// A clock that stands still until it is told to move. Thread-safe.
class ManualClock final : public boundary::Clock {
 public:
  explicit ManualClock(Time start = Time(std::chrono::days(20'000))) : wall_(start.time_since_epoch().count()) {}

  Time now() const override { return Time(Time::duration(wall_.load())); }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::microseconds(steady_.load()));
  }

  /// Time passes, on both clocks.
  void advance(Duration by) {
    steady_ += by.count();
    wall_ += by.count();
  }
  /// Somebody sets the wall clock; no time passes.
  void set_wall(Time time) { wall_ = time.time_since_epoch().count(); }

 private:
  std::atomic<std::int64_t> wall_;
  std::atomic<std::int64_t> steady_ = Duration(std::chrono::hours(1)).count();
};

}  // namespace causeway::adapters
