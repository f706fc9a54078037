#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"

/// Which of a router's gateways carries what. Pure; the centre, which says what is ACTIVE, and every host decide alike.
namespace causeway::domain {

inline constexpr std::size_t max_gateways = 8;

/// A host carries it.
bool is_carried(const RouterGateway& gateway);
/// Those that are carried, in the order in which a host prefers them as the way out: its own, its region's, any.
std::vector<const RouterGateway*> ways_out(const Router& router, const RegionName& region, const HostName& host);
/// The gateway on which the floating IPs of an external network are translated: the first of those on it that a host
/// carries, or else the first of them. Null when none is on it.
const RouterGateway* carrier_of(const Router& router, const NetworkId& external);
/// Whether a gateway of the router translates it: an IPv4 address of one of its external networks that stands for one of
/// a port.
bool translates(const Router& router, const FloatingIp& floating);
/// The smallest that no gateway of the router has; 1 is the first.
std::uint32_t free_number(const Router& router);

// ------------------------------------------------------------------------------ which one somebody means

/// A gateway as somebody names it: by its network, and by addresses where those tell it apart.
struct GatewayName {
  NetworkId network_id;
  std::vector<IpAddress> addresses;
};
/// The gateway of the router that is meant: the only one on that network, or the one that shares an address with the
/// name. Null when none is on the network. invalid "router.gateways_unmatched" when there is one but none fits, or when
/// several could be meant.
Result<const RouterGateway*> match_gateway(const Router& router, const GatewayName& name);

}  // namespace causeway::domain
