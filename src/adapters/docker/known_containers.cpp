#include "causeway/adapters/docker/known_containers.hpp"

namespace causeway::adapters {

std::optional<std::string> KnownContainers::find(const domain::ContainerId& id) const {
  std::lock_guard lock(mutex_);
  const auto found = engine_ids_.find(id);
  return found == engine_ids_.end() ? std::nullopt : std::optional(found->second);
}

void KnownContainers::learn(const domain::ContainerId& id, const std::string& engine_id) {
  if (engine_id.empty()) return;
  std::lock_guard lock(mutex_);
  engine_ids_.try_emplace(id, engine_id);
}

void KnownContainers::forget(const domain::ContainerId& id, const std::string& engine_id) {
  std::lock_guard lock(mutex_);
  const auto found = engine_ids_.find(id);
  if (found != engine_ids_.end() && found->second == engine_id) engine_ids_.erase(found);
}

void KnownContainers::replace(std::map<domain::ContainerId, std::string> all) {
  std::lock_guard lock(mutex_);
  engine_ids_ = std::move(all);
  complete_ = true;
}

bool KnownContainers::complete() const {
  std::lock_guard lock(mutex_);
  return complete_;
}

}  // namespace causeway::adapters
