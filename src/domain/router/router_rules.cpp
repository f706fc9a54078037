#include "causeway/domain/router/router_rules.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

bool is_own_address(const Router& router, const IpAddress& address) {
  const auto has = [&](const std::vector<FixedIp>& ips) {
    return std::any_of(ips.begin(), ips.end(), [&](const FixedIp& ip) { return ip.ip_address == address; });
  };
  return std::any_of(router.interfaces.begin(), router.interfaces.end(),
                     [&](const RouterInterface& leg) { return has(leg.fixed_ips); }) ||
         std::any_of(router.gateways.begin(), router.gateways.end(),
                     [&](const RouterGateway& gateway) { return has(gateway.external_fixed_ips); });
}

std::unexpected<Error> bad_route(const HostRoute& route, std::string_view reason) {
  return failed(fail(Code::invalid, "router.bad_routes", "Invalid format for routes: {} via {}, {}.", route.destination,
                     route.nexthop, reason)
                    .at("routes"));
}

std::string joined(const std::vector<std::string>& texts) {
  std::string out;
  for (const auto& text : texts) out += (out.empty() ? "" : ", ") + text;
  return "[" + out + "]";
}

}  // namespace

const RouterInterface* interface_on(const Router& router, const NetworkId& network) {
  const auto found = std::find_if(router.interfaces.begin(), router.interfaces.end(),
                                  [&](const RouterInterface& leg) { return leg.network_id == network; });
  return found == router.interfaces.end() ? nullptr : &*found;
}

bool has_leg_on(const Router& router, const SubnetId& subnet) {
  return std::any_of(router.interfaces.begin(), router.interfaces.end(), [&](const RouterInterface& leg) {
    return std::any_of(leg.fixed_ips.begin(), leg.fixed_ips.end(),
                       [&](const FixedIp& ip) { return ip.subnet_id == subnet; });
  });
}

Result<void> check_routes(const Router& router, const std::vector<HostRoute>& routes, const std::vector<Subnet>& legs) {
  if (routes.size() > max_routes) {
    return failed(fail(Code::invalid, "router.too_many_routes",
                       "Unable to complete operation for {}. The number of routes exceeds the maximum {}.", router.id,
                       max_routes)
                      .at("routes"));
  }
  for (const auto& route : routes) {
    if (route.destination.version() != route.nexthop.version())
      return bad_route(route, "the nexthop is of another IP version");
    const bool connected =
        std::any_of(legs.begin(), legs.end(), [&](const Subnet& leg) { return leg.cidr.contains(route.nexthop); });
    if (!connected) return bad_route(route, "the nexthop is not connected with router");
    if (is_own_address(router, route.nexthop)) return bad_route(route, "the nexthop is used by router");
  }
  return {};
}

Result<void> check_no_route_by(const Router& router, const Subnet& subnet) {
  for (const auto& route : router.routes) {
    if (!subnet.cidr.contains(route.nexthop)) continue;
    return failed(Code::conflict, "router.interface_in_use_by_route",
                  "Router interface for subnet {} on router {} cannot be deleted, as it is required by one or more "
                  "routes.",
                  subnet.id, router.id);
  }
  return {};
}

Result<void> check_legs(const std::vector<Subnet>& legs, const Subnet& added) {
  for (const auto& leg : legs) {
    if (leg.id == added.id) {
      return failed(Code::invalid, "router.bad_request",
                    "Bad router request: Router already has a port on subnet {}.", added.id);
    }
    if (!leg.cidr.overlaps(added.cidr)) continue;
    return failed(Code::invalid, "router.bad_request",
                  "Bad router request: Cidr {} of subnet {} overlaps with cidr {} of subnet {}.", added.cidr, added.id,
                  leg.cidr, leg.id);
  }
  return {};
}

std::optional<std::set<RegionName>> scope_of(const std::vector<std::string>& hints, const std::vector<Pod>& pods) {
  if (hints.empty()) return std::nullopt;
  std::set<RegionName> out;
  for (const auto& pod : pods) {
    const bool named = std::any_of(hints.begin(), hints.end(), [&](const std::string& hint) {
      return hint == pod.region_name.str() || hint == pod.az_name;
    });
    if (named) out.insert(pod.region_name);
  }
  return out;
}

Result<void> check_hints(const std::vector<std::string>& hints, const std::vector<Pod>& pods) {
  for (const auto& hint : hints) {
    const auto scope = scope_of({hint}, pods);
    if (!hint.empty() && !scope->empty()) continue;
    return failed(fail(Code::not_found, "zone.not_found", "AvailabilityZone {} could not be found.", hint)
                      .at("availability_zone_hints"));
  }
  return {};
}

bool is_local(const std::vector<std::string>& hints, const std::vector<Pod>& pods) {
  return hints.size() == 1 && std::any_of(pods.begin(), pods.end(), [&](const Pod& pod) {
           return pod.region_name.str() == hints.front();
         });
}

Result<void> check_location(const Router& router, const Network& network, const std::vector<Pod>& pods) {
  const auto router_scope = scope_of(router.availability_zone_hints, pods);
  const auto network_scope = scope_of(network.availability_zone_hints, pods);
  if (!router_scope) return {};
  const bool fits = is_local(router.availability_zone_hints, pods)
                        ? !network_scope || network_scope->contains(*router_scope->begin())
                        : network_scope && std::ranges::includes(*router_scope, *network_scope);
  if (fits) return {};
  return failed(Code::invalid, "router.location_mismatch",
                "router located in {}, but network located in {}, location mismatch.",
                joined(router.availability_zone_hints), joined(network.availability_zone_hints));
}

}  // namespace causeway::domain
