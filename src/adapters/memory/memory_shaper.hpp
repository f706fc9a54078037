#pragma once

#include <map>
#include <mutex>
#include <string>

#include "causeway/boundary/kernel/shaper.hpp"

namespace causeway::adapters {

/// Limits that are kept and hold nothing back. Links are whatever is asked about, but those that were said to be missing.
/// Thread-safe.
class MemoryShaper final : public boundary::Shaper {
 public:
  Result<void> ensure_limits(std::string_view host_end, std::string_view, const boundary::LinkLimits& limits) override {
    const std::scoped_lock lock(mutex_);
    if (missing_ == host_end) return no_link(host_end);
    auto& known = limits_[std::string(host_end)];
    if (known != limits) ++changes_;
    known = limits;
    return {};
  }
  Result<boundary::LinkLimits> observe_limits(std::string_view host_end, std::string_view) override {
    const std::scoped_lock lock(mutex_);
    if (missing_ == host_end) return no_link(host_end);
    auto known = limits_[std::string(host_end)];
    for (auto* rate : {&known.download, &known.upload}) {
      if (*rate) (*rate)->burst_kbit = 0;
    }
    return known;
  }
  void lose(std::string host_end) {
    const std::scoped_lock lock(mutex_);
    missing_ = std::move(host_end);
  }
  int changes() const {
    const std::scoped_lock lock(mutex_);
    return changes_;
  }

 private:
  static std::unexpected<Error> no_link(std::string_view name) {
    return failed(Code::not_found, "shaper.no_link", "There is no link {}.", name);
  }
  mutable std::mutex mutex_;
  std::map<std::string, boundary::LinkLimits> limits_;
  std::string missing_;
  int changes_ = 0;
};

}  // namespace causeway::adapters
