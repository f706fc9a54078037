#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "causeway/domain/host/host.hpp"

namespace causeway::domain {

/// Where a router's gateway has to be.
struct GatewayNeed {
  std::string physical_network;                ///< of the external network
  std::optional<std::set<RegionName>> regions;  ///< in which the external network is; none = any
  HostName current;                            ///< where it is now, "" = nowhere
  std::set<HostName> others = {};              ///< where the router's other gateways are
};

/// The host that carries the gateway: it is up, has a tunnel endpoint and reaches the physical network. One that carries it
/// already stays (moving costs every flow); else one without another gateway of the router if there is any, so that not all
/// die at once; of those the one with the fewest gateways (`loads`, by host), and of those the first by name. A host that the operator disabled keeps what it has and gets nothing new. Null when none fits.
const Host* choose_gateway_host(const GatewayNeed& need, const std::vector<Host>& hosts,
                                const std::map<HostName, std::size_t>& loads);

}  // namespace causeway::domain
