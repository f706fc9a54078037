#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/api/kit/service.hpp"
#include "causeway/boundary/forwarder.hpp"
#include "causeway/boundary/network_service.hpp"
#include "causeway/boundary/router_service.hpp"

namespace causeway::api {

/// The Networking API v2.0 (reference: the Neutron API; networking-api section of the docs), for the centre and for regions.
///
/// At the centre `central` is set and everything is served here. In a region `forwarder` is set: reads and everything about
/// ports are served here; writes to what the centre owns are forwarded to it with the caller's token.
/// Mounting: Mount{neutron_style(identity_url), neutron_routes(api)}. The object outlives the Service. Stateless.
struct NeutronApi {
  boundary::NetworkService& network;
  boundary::CentralNetworkService* central = nullptr;
  boundary::Forwarder* forwarder = nullptr;
  std::string region;
  boundary::RouterService* routers = nullptr;          ///< at the centre
  boundary::FloatingIpService* floating_ips = nullptr;  ///< at the centre
};

Style neutron_style(std::string identity_url);
std::vector<BoundRoute> neutron_routes(NeutronApi& api);

}  // namespace causeway::api
