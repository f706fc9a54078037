#pragma once

#include <map>
#include <mutex>
#include <set>

#include "causeway/boundary/engine/engine_volumes.hpp"
#include "causeway/boundary/host/host_files.hpp"

namespace causeway::adapters {

/// Volumes without data. One that `hold` named is in use. Thread-safe.
class MemoryVolumes final : public boundary::EngineVolumes {
 public:
  Result<void> ensure_volume(const boundary::EngineVolume& volume) override {
    std::lock_guard lock(mutex_);
    const auto found = volumes_.try_emplace(volume.name, volume.labels).first;
    if (found->second == volume.labels) return {};
    return failed(Code::conflict, "engine.volume_foreign", "A volume called {} that is not ours exists on the host.", volume.name);
  }
  Result<void> remove_volume(const std::string& name) override {
    std::lock_guard lock(mutex_);
    if (held_.contains(name)) return failed(Code::conflict, "engine.volume_in_use", "Volume {} is in use.", name);
    volumes_.erase(name);
    return {};
  }
  Result<std::vector<boundary::EngineVolume>> list_volumes() override {
    std::lock_guard lock(mutex_);
    std::vector<boundary::EngineVolume> out;
    for (const auto& [name, labels] : volumes_) out.push_back({name, labels});
    return out;
  }
  void hold(const std::string& name) {
    std::lock_guard lock(mutex_);
    held_.insert(name);
  }
  void release(const std::string& name) {
    std::lock_guard lock(mutex_);
    held_.erase(name);
  }
  bool has(const std::string& name) {
    std::lock_guard lock(mutex_);
    return volumes_.contains(name);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> volumes_;
  std::set<std::string> held_;
};

/// Files in a map. Thread-safe.
class MemoryHostFiles final : public boundary::HostFiles {
 public:
  Result<std::string> ensure(const std::string& owner, const std::string& name, std::string_view content) override {
    std::lock_guard lock(mutex_);
    files_[owner].try_emplace(name, content);
    return "/files/" + owner + "/" + name;
  }
  Result<void> remove(const std::string& owner) override {
    std::lock_guard lock(mutex_);
    files_.erase(owner);
    return {};
  }
  Result<std::vector<std::string>> owners() override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> out;
    for (const auto& [owner, names] : files_) out.push_back(owner);
    return out;
  }
  std::string content(const std::string& owner, const std::string& name) {
    std::lock_guard lock(mutex_);
    return files_[owner][name];
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::map<std::string, std::string>> files_;
};

}  // namespace causeway::adapters
