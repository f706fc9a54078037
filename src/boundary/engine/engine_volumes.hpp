#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// A volume of the container engine: data on the disk of one host.
struct EngineVolume {
  std::string name;
  std::map<std::string, std::string> labels;
};

/// The volumes of a host's engine, as far as they are ours: by label, `volume_label` of boundary/engine/container_engine.hpp.
///
/// Concurrency: thread-safe. Failures as ContainerEngine's.
class EngineVolumes {
 public:
  virtual ~EngineVolumes() = default;
  /// Idempotent. conflict "engine.volume_foreign" when one of the name exists that is not ours.
  virtual Result<void> ensure_volume(const EngineVolume& volume) = 0;
  /// Absent is a success. conflict "engine.volume_in_use" while a container holds it.
  virtual Result<void> remove_volume(const std::string& name) = 0;
  virtual Result<std::vector<EngineVolume>> list_volumes() = 0;  ///< ours
};

}  // namespace causeway::boundary
