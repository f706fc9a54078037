#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/domain/router/router.hpp"

/// What a router may join and where it may go, as pure functions. Messages are Neutron's.
namespace causeway::domain {

/// device_owner of the ports that the network service itself holds.
inline constexpr std::string_view router_interface_owner = "network:router_interface";
inline constexpr std::string_view router_gateway_owner = "network:router_gateway";
inline constexpr std::string_view floating_ip_owner = "network:floatingip";
/// Such a port goes with what it belongs to, and is changed with it alone.
inline bool is_service_owner(std::string_view owner) {
  return owner == router_interface_owner || owner == router_gateway_owner || owner == floating_ip_owner;
}

inline constexpr std::size_t max_routes = 30;

const RouterInterface* interface_on(const Router& router, const NetworkId& network);
bool has_leg_on(const Router& router, const SubnetId& subnet);

/// Every next hop is a neighbour on a leg of the router, and not the router itself. `legs` are the subnets of its interfaces and
/// gateways. invalid "router.bad_routes", "router.too_many_routes".
Result<void> check_routes(const Router& router, const std::vector<HostRoute>& routes, const std::vector<Subnet>& legs);
/// A route leaves by this subnet: conflict "router.interface_in_use_by_route".
Result<void> check_no_route_by(const Router& router, const Subnet& subnet);
/// A router cannot tell addresses apart that two of its legs have: invalid "router.bad_request".
Result<void> check_legs(const std::vector<Subnet>& legs, const Subnet& added);

// ------------------------------------------------------------------------------------------------ where it may be

/// The regions that hints name, by their name or by their zone. No hints = everywhere = none.
std::optional<std::set<RegionName>> scope_of(const std::vector<std::string>& hints, const std::vector<Pod>& pods);
/// Every hint names a region or a zone: not_found "zone.not_found".
Result<void> check_hints(const std::vector<std::string>& hints, const std::vector<Pod>& pods);
/// One hint that is a region's name: it never leaves it.
bool is_local(const std::vector<std::string>& hints, const std::vector<Pod>& pods);
/// May a router with these hints have a leg on a network with those: a router without hints goes everywhere; a local one needs a
/// network that is in its region; another needs one that is nowhere but where it is. invalid "router.location_mismatch".
Result<void> check_location(const Router& router, const Network& network, const std::vector<Pod>& pods);

}  // namespace causeway::domain
