#pragma once

#include "causeway/api/control/control_style.hpp"
#include "causeway/services/network/direct/direct_ports.hpp"

namespace causeway::api {

/// What a region serves to its hosts for containers that Docker makes by itself.
struct RegionDirectApi {
  services::DirectPorts& ports;
  domain::RegionName region;
};
void bind_region_direct_routes(std::vector<BoundRoute>& into, RegionDirectApi& api);

/// What the centre serves to regions for them: networks with their subnets, of a project of theirs.
struct CentralDirectApi {
  boundary::NetworkMaker& maker;
};
void bind_central_direct_routes(std::vector<BoundRoute>& into, CentralDirectApi& api);

}  // namespace causeway::api
