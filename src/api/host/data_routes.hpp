#pragma once

#include <vector>

#include "causeway/api/host/host_api.hpp"

namespace causeway::api {

/// What moves bytes out of and into containers (contract/data.hpp).
void bind_host_data_routes(std::vector<BoundRoute>& into, HostApi& api);

/// forbidden "peer.foreign" for everybody but the host's own region.
Result<void> check_own_region(std::string_view region, const Call& call);

}  // namespace causeway::api
