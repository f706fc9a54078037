#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/boundary/kernel/vlan_splitter.hpp"

namespace causeway::adapters {

/// Branches and tags that are kept and move no frame. Links are whatever is asked about. Thread-safe.
class MemoryVlanSplitter final : public boundary::VlanSplitter {
 public:
  Result<void> ensure_branches(std::string_view trunk, const std::vector<boundary::VlanBranch>& branches) override {
    TRY_VOID(boundary::check(branches));
    const std::scoped_lock lock(mutex_);
    if (!able_) return unsupported();
    branches_[std::string(trunk)] = branches;
    return {};
  }
  Result<void> ensure_tag(std::string_view link, std::uint16_t vlan) override {
    const std::scoped_lock lock(mutex_);
    if (!able_ && vlan != 0) return unsupported();
    tags_[std::string(link)] = vlan;
    return {};
  }
  Result<void> supported() override {
    const std::scoped_lock lock(mutex_);
    return able_ ? Result<void>() : unsupported();
  }

  std::vector<boundary::VlanBranch> branches(const std::string& trunk) const {
    const std::scoped_lock lock(mutex_);
    const auto found = branches_.find(trunk);
    return found == branches_.end() ? std::vector<boundary::VlanBranch>() : found->second;
  }
  std::uint16_t tag(const std::string& link) const {
    const std::scoped_lock lock(mutex_);
    const auto found = tags_.find(link);
    return found == tags_.end() ? 0 : found->second;
  }
  void disable() {
    const std::scoped_lock lock(mutex_);
    able_ = false;
  }

 private:
  static std::unexpected<Error> unsupported() { return failed(Code::invalid, "vlans.unsupported", "This kernel cannot split VLANs."); }
  mutable std::mutex mutex_;
  std::map<std::string, std::vector<boundary::VlanBranch>> branches_;
  std::map<std::string, std::uint16_t> tags_;
  bool able_ = true;
};

}  // namespace causeway::adapters
