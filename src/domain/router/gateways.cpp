#include "causeway/domain/router/gateways.hpp"

#include <algorithm>

namespace causeway::domain {

bool is_carried(const RouterGateway& gateway) { return !gateway.host.empty() && gateway.vtep.has_value(); }

std::vector<const RouterGateway*> ways_out(const Router& router, const RegionName& region, const HostName& host) {
  enum Distance { own, near, far };
  const auto distance_to = [&](const RouterGateway& gateway) {
    if (gateway.region != region) return far;
    return gateway.host == host ? own : near;
  };
  std::vector<const RouterGateway*> out;
  if (router.transit_vni == 0) return out;
  for (const auto distance : {own, near, far}) {
    for (const auto& gateway : router.gateways) {
      if (is_carried(gateway) && distance_to(gateway) == distance) out.push_back(&gateway);
    }
  }
  return out;
}

const RouterGateway* carrier_of(const Router& router, const NetworkId& external) {
  const RouterGateway* first = nullptr;
  for (const auto& gateway : router.gateways) {
    if (gateway.network_id != external) continue;
    if (is_carried(gateway)) return &gateway;
    if (first == nullptr) first = &gateway;
  }
  return first;
}

bool translates(const Router& router, const FloatingIp& floating) {
  return floating.router_id == router.id && floating.port_id && floating.fixed_ip_address &&
         floating.fixed_ip_address->is_v4() && floating.floating_ip_address.is_v4() &&
         carrier_of(router, floating.floating_network_id) != nullptr;
}

std::uint32_t free_number(const Router& router) {
  std::uint32_t number = 1;
  while (std::ranges::find(router.gateways, number, &RouterGateway::number) != router.gateways.end()) ++number;
  return number;
}

Result<const RouterGateway*> match_gateway(const Router& router, const GatewayName& name) {
  std::vector<const RouterGateway*> on;
  for (const auto& gateway : router.gateways) {
    if (gateway.network_id == name.network_id) on.push_back(&gateway);
  }
  if (on.empty()) return nullptr;
  constexpr std::string_view reason = "router.gateways_unmatched";
  if (name.addresses.empty()) {
    if (on.size() == 1) return on.front();
    return failed(fail(Code::invalid, reason,
                       "Unable to match a requested gateway port to existing gateway ports for router {}: several are "
                       "on network {}, and external_fixed_ips do not say which.",
                       router.id, name.network_id)
                      .at("external_gateways"));
  }
  for (const auto* gateway : on) {
    const bool shares = std::ranges::any_of(gateway->external_fixed_ips, [&](const FixedIp& ip) {
      return std::ranges::find(name.addresses, ip.ip_address) != name.addresses.end();
    });
    if (shares) return gateway;
  }
  return failed(fail(Code::invalid, reason,
                     "Unable to match a requested gateway port to existing gateway ports for router {}: none on network "
                     "{} has one of the requested addresses.",
                     router.id, name.network_id)
                    .at("external_gateways"));
}

}  // namespace causeway::domain
