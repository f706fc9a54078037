#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace causeway::async {

/// Lets a bounded number in at a time, and of each owner no more than a share: what holds a thread for long must not be
/// all of one tenant's.
///
/// Thread-safe. A pass may outlive the turnstile.
class Turnstile {
 public:
  Turnstile(std::size_t total, std::size_t each) : inside_(std::make_shared<Inside>()), total_(total), each_(each) {}

  /// Inside for as long as the pass, or a copy of it, lives; null when there is no room for this owner.
  std::shared_ptr<void> enter(const std::string& owner) {
    const std::lock_guard lock(inside_->mutex);
    auto& held = inside_->by_owner[owner];
    if (inside_->count >= total_ || held >= each_) {
      if (held == 0) inside_->by_owner.erase(owner);
      return nullptr;
    }
    ++held;
    ++inside_->count;
    return {inside_.get(), [inside = inside_, owner](void*) { inside->leave(owner); }};
  }
  std::size_t inside() const {
    const std::lock_guard lock(inside_->mutex);
    return inside_->count;
  }

 private:
  struct Inside {
    std::mutex mutex;
    std::size_t count = 0;
    std::map<std::string, std::size_t> by_owner;
    void leave(const std::string& owner) {
      const std::lock_guard lock(mutex);
      --count;
      if (--by_owner[owner] == 0) by_owner.erase(owner);
    }
  };
  const std::shared_ptr<Inside> inside_;
  const std::size_t total_, each_;
};

}  // namespace causeway::async
