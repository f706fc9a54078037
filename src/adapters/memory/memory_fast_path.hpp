#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "causeway/boundary/kernel/fast_path.hpp"

namespace causeway::adapters {

/// Links that are noted and shorten no way. Those that `lose` names are not there; all others are. Thread-safe.
class MemoryFastPath final : public boundary::FastPath {
 public:
  Result<void> attach(std::string_view link, const std::optional<domain::RouterId>& leads_to) override {
    const std::scoped_lock lock(mutex_);
    if (missing_ == link) return failed(Code::not_found, "fast_path.no_link", "There is no link '{}'.", link);
    attached_[std::string(link)] = leads_to;
    return {};
  }
  Result<void> detach(std::string_view link) override {
    const std::scoped_lock lock(mutex_);
    attached_.erase(std::string(link));
    return {};
  }
  Result<void> invalidate() override {
    const std::scoped_lock lock(mutex_);
    ++invalidations_;
    return {};
  }
  Result<boundary::FastPathCounts> counts() override { return boundary::FastPathCounts(); }

  std::map<std::string, std::optional<domain::RouterId>> attached() const {
    const std::scoped_lock lock(mutex_);
    return attached_;
  }
  int invalidations() const {
    const std::scoped_lock lock(mutex_);
    return invalidations_;
  }
  void lose(std::string link) {
    const std::scoped_lock lock(mutex_);
    missing_ = std::move(link);
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<domain::RouterId>> attached_;
  std::string missing_;
  int invalidations_ = 0;
};

}  // namespace causeway::adapters
