#include "causeway/services/central/routers/gateways.hpp"

#include <algorithm>

#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/gateway_choice.hpp"
#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::FloatingIp;
using domain::Network;
using domain::Router;
using domain::RouterGateway;
using domain::Subnet;

namespace {

/// What stood on a gateway that is no longer the one, or no longer there, is not known to work.
Result<void> mark_moved(const CentralDeps& deps, Writer& writer, const Router& before, const Router& router) {
  TRY(auto users, boundary::list<FloatingIp>(writer, By{"router_id", router.id.str()}));
  for (auto& user : users) {
    const auto* was = domain::carrier_of(before, user.floating_network_id);
    const auto* is = domain::carrier_of(router, user.floating_network_id);
    const bool same = was != nullptr && is != nullptr && was->port_id == is->port_id && was->host == is->host;
    if (same || user.status == domain::FloatingIpStatus::down) continue;
    user.status = domain::FloatingIpStatus::down;
    TRY_VOID(put_changed(writer, user, deps.clock.now()));
  }
  return {};
}

Result<void> show_gateway_port(const CentralDeps& deps, Writer& writer, const RouterGateway& gateway) {
  TRY(auto port, boundary::find<domain::Port>(writer, gateway.port_id));
  const auto status = gateway.host.empty() ? domain::PortStatus::down : domain::PortStatus::active;
  if (!port || port->status == status) return {};
  port->status = status;
  port->status_at = deps.clock.now();
  TRY_VOID(boundary::put(writer, *port));
  return {};
}

}  // namespace

Result<Router> seen_router(Reader& reader, const domain::Caller& who, const domain::RouterId& id) {
  TRY(auto router, boundary::find<Router>(reader, id));
  if (!router || !who.sees(router->project_id))
    return failed(Code::not_found, "router.not_found", "Router {} could not be found", id);
  return *std::move(router);
}

Result<std::vector<Subnet>> subnets_of(Reader& reader, const std::set<domain::SubnetId>& ids) {
  std::vector<Subnet> out;
  for (const auto& id : ids) {
    TRY(auto subnet, boundary::get<Subnet>(reader, id));
    out.push_back(std::move(subnet));
  }
  return out;
}

Result<std::vector<Subnet>> legs_of(Reader& reader, const Router& router) {
  std::set<domain::SubnetId> ids;
  for (const auto& leg : router.interfaces) {
    for (const auto& ip : leg.fixed_ips) ids.insert(ip.subnet_id);
  }
  for (const auto& gateway : router.gateways) {
    for (const auto& ip : gateway.external_fixed_ips) ids.insert(ip.subnet_id);
  }
  return subnets_of(reader, ids);
}

Result<void> clear_gateways(const CentralDeps& deps, Writer& writer, Router& router) {
  for (const auto& gateway : router.gateways) TRY_VOID(erase_service_port(deps, writer, gateway.port_id));
  router.gateways.clear();
  return {};
}

Result<std::map<domain::HostName, std::size_t>> gateway_loads(Reader& reader) {
  TRY(const auto routers, boundary::list<Router>(reader));
  std::map<domain::HostName, std::size_t> out;
  for (const auto& router : routers) {
    for (const auto& gateway : router.gateways) {
      if (!gateway.host.empty()) ++out[gateway.host];
    }
  }
  return out;
}

Result<bool> place_gateways(const CentralDeps& deps, Writer& writer, const Router& before, Router& router,
                            const std::vector<domain::Host>& hosts, std::map<domain::HostName, std::size_t>& loads) {
  bool changed = false;
  TRY(const auto pods, boundary::list<domain::Pod>(writer));
  for (auto& gateway : router.gateways) {
    TRY(const auto network, boundary::find<Network>(writer, gateway.network_id));
    if (!network) continue;
    domain::GatewayNeed need{network->physical_network, domain::scope_of(network->availability_zone_hints, pods),
                             gateway.host, {}};
    for (const auto& other : router.gateways) {
      if (&other != &gateway && !other.host.empty()) need.others.insert(other.host);
    }
    const domain::Host* host = domain::choose_gateway_host(need, hosts, loads);
    const domain::HostName name = host == nullptr ? domain::HostName() : host->id;
    const auto vtep = host == nullptr ? std::optional<domain::IpAddress>() : host->vtep;
    if (name != gateway.host) {
      if (!gateway.host.empty() && loads[gateway.host] > 0) --loads[gateway.host];
      if (!name.empty()) ++loads[name];
    }
    if (name != gateway.host || vtep != gateway.vtep) changed = true;
    gateway.host = name;
    gateway.vtep = vtep;
    gateway.region = host == nullptr ? domain::RegionName() : host->region;
    TRY_VOID(show_gateway_port(deps, writer, gateway));
  }
  TRY_VOID(mark_moved(deps, writer, before, router));
  return changed;
}

}  // namespace causeway::services::central
