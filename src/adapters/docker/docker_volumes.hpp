#pragma once

#include <string>

#include "causeway/adapters/docker/engine_client.hpp"
#include "causeway/boundary/engine/engine_volumes.hpp"

namespace causeway::adapters {

/// The volumes of a Docker Engine, of its driver "local". Thread-safe; nothing is dialled before the first call.
class DockerVolumes final : public boundary::EngineVolumes {
 public:
  explicit DockerVolumes(std::string socket_path) : client_(std::move(socket_path)) {}
  Result<void> ensure_volume(const boundary::EngineVolume& volume) override;
  Result<void> remove_volume(const std::string& name) override;
  Result<std::vector<boundary::EngineVolume>> list_volumes() override;

 private:
  EngineClient client_;
};

}  // namespace causeway::adapters
