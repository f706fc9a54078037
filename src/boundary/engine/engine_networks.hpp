#pragma once

#include <set>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// A network of our libnetwork driver, as the container engine knows it.
struct EngineNetwork {
  std::string id;                   ///< the engine's
  std::set<std::string> endpoints;  ///< the engine's ids of them
};

/// All networks of a host's engine that are of our driver, whoever made them.
///
/// Concurrency: thread-safe; never called from the driver. Failures as ContainerEngine's.
class EngineNetworks {
 public:
  virtual ~EngineNetworks() = default;
  virtual Result<std::vector<EngineNetwork>> list() = 0;
};

}  // namespace causeway::boundary
