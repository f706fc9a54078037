#pragma once

#include <string>

#include "causeway/api/kit/service.hpp"
#include "causeway/api/kit/stream_pumps.hpp"
#include "causeway/boundary/engine/engine_data.hpp"
#include "causeway/services/agent/agent.hpp"

namespace causeway::api {

/// What a handler of the host API works with. Outlives the service.
struct HostApi {
  services::Agent& agent;
  boundary::EngineData& data;
  StreamPumps& followers;
  std::string region_name;  ///< common name of the only peer that is served: contract::region_common_name(...)
};

/// The host API: what a region asks of one of its hosts while a client waits, over mutual TLS. Only the host's own
/// region is served: a certificate of another region, or of a host, is refused. Errors as on the control API.
Mount host_mount(HostApi& api);

}  // namespace causeway::api
