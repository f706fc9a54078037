#pragma once

#include <functional>
#include <vector>

#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/engine/engine_volumes.hpp"
#include "causeway/boundary/host/host_files.hpp"

namespace causeway::services {

/// What of the host is mounted into its containers: files with given content, and volumes of the Engine.
///
/// Job: makes them before a container is made, and removes them when nothing of this host wants them any more. What is
/// wanted is known from the containers alone: a file and an unnamed volume go with their container; a named volume goes
/// when no container of its project names it (the region places all of those on one host).
/// Lifetime: none of its own. Concurrency: thread-safe. Failures: those of disk and Engine; the next sweep tries again.
class MountKeeper {
 public:
  /// `wanted` gives the containers of this host as the region has them; `false` while that is not known.
  using Wanted = std::function<bool(const std::function<void(const domain::Container&)>& each)>;

  MountKeeper(boundary::EngineVolumes& volumes, boundary::HostFiles& files) : volumes_(volumes), files_(files) {}

  /// Makes what the container mounts; in the order of its mounts.
  Result<std::vector<boundary::EngineMount>> ensure(const domain::Container& container);
  /// Removes what no container wants. What the Engine still uses stays for the next sweep.
  Result<void> sweep(const Wanted& wanted);

 private:
  boundary::EngineVolumes& volumes_;
  boundary::HostFiles& files_;
};

/// The Engine's name of a container's volume, and its label. Named ones are told apart by project.
boundary::EngineVolume engine_volume_of(const domain::Container& container, std::size_t index);

}  // namespace causeway::services
