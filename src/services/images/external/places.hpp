#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

#include "causeway/base/result.hpp"

namespace causeway::services {

/// So many calls may wait for somebody else's service at a time: when it hangs, the other threads of a listener answer on.
///
/// Lifetime: outlives its places. Thread-safe. Failure: unavailable "image.busy" when none came free within the patience,
/// which is long enough for a service that is well.
class Places {
 public:
  Places(std::size_t most, std::chrono::milliseconds patience) : free_(most), patience_(patience) {}

  /// Given back when it ends.
  class Place {
   public:
    explicit Place(Places& places) : places_(&places) {}
    Place(Place&& other) noexcept : places_(std::exchange(other.places_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (places_ != nullptr) places_->give_back();
    }

   private:
    Places* places_;
  };

  Result<Place> take() {
    std::unique_lock lock(mutex_);
    if (!given_.wait_for(lock, patience_, [this] { return free_ > 0; })) {
      return failed(Code::unavailable, "image.busy", "The image service is slow to answer, and too many requests wait for it already; try again later.");
    }
    --free_;
    return Place(*this);
  }

 private:
  friend class Place;
  void give_back() {
    const std::lock_guard lock(mutex_);
    ++free_;
    given_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable given_;
  std::size_t free_;
  const std::chrono::milliseconds patience_;
};

}  // namespace causeway::services
