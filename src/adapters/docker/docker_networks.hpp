#pragma once

#include <string>

#include "causeway/adapters/docker/engine_client.hpp"
#include "causeway/boundary/engine/engine_networks.hpp"

namespace causeway::adapters {

/// The networks of a Docker Engine. Thread-safe; nothing is dialled before the first call.
class DockerNetworks final : public boundary::EngineNetworks {
 public:
  explicit DockerNetworks(std::string socket_path) : client_(std::move(socket_path)) {}
  Result<std::vector<boundary::EngineNetwork>> list() override;

 private:
  EngineClient client_;
};

}  // namespace causeway::adapters
