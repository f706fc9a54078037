#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/service.hpp"
#include "causeway/boundary/engine/engine_console.hpp"

namespace causeway::api {

/// What the consoles' rows of the host API work with. Outlives the service.
struct HostConsoleApi {
  boundary::EngineConsole& console;
  std::string region_name;  ///< common name of the only peer that is served
};

/// Rows for the host API's mount: attach, exec and resize (contract/console.hpp).
void bind_host_console_routes(std::vector<BoundRoute>& into, HostConsoleApi& api);

}  // namespace causeway::api
