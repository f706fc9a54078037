#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "causeway/domain/ids.hpp"

namespace causeway::adapters {

/// The engine's ids of our containers, as last seen: somebody may have renamed one, and finding it by its label means
/// listing them all.
///
/// Lifetime: as the engine's; it fills from the first listing, creations and events. Concurrency: thread-safe. Memory:
/// an entry for each container of ours on the host.
class KnownContainers {
 public:
  std::optional<std::string> find(const domain::ContainerId& id) const;
  /// One that is known already stays: another container may carry a copy of its label.
  void learn(const domain::ContainerId& id, const std::string& engine_id);
  void forget(const domain::ContainerId& id, const std::string& engine_id);
  /// A listing of all: what it does not have is not there.
  void replace(std::map<domain::ContainerId, std::string> all);
  bool complete() const;  ///< after the first listing

 private:
  mutable std::mutex mutex_;
  std::map<domain::ContainerId, std::string> engine_ids_;
  bool complete_ = false;
};

}  // namespace causeway::adapters
