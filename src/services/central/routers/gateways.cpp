#include "causeway/services/central/routers/gateways.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/gateway_choice.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::GatewayDraft;
using boundary::Reader;
using boundary::Writer;
using domain::FloatingIp;
using domain::Network;
using domain::Router;
using domain::RouterGateway;
using domain::Subnet;

namespace {

Result<void> check_no_floating_ip(Reader& reader, const Router& router, const domain::NetworkId& external) {
  TRY(const auto users, boundary::list<FloatingIp>(reader, By{"router_id", router.id.str()}));
  for (const auto& user : users) {
    if (user.floating_network_id != external) continue;
    return failed(Code::conflict, "router.gateway_in_use_by_floating_ip",
                  "Gateway cannot be updated for router {}, since a gateway to external network {} is required by one "
                  "or more floating IPs.",
                  router.id, external);
  }
  return {};
}

Result<void> check_may_choose(const domain::Caller& who, const GatewayDraft& draft) {
  if (who.is_admin()) return {};
  if (draft.external_fixed_ips) return denied("update_router:external_gateway_info:external_fixed_ips");
  return draft.enable_snat ? Result<void>() : denied("update_router:external_gateway_info:enable_snat");
}

Result<Network> external_network(Reader& reader, const domain::Caller& who, const Router& router,
                                 const domain::NetworkId& id) {
  TRY(auto network, seen_network(reader, who, id));
  if (!network.external) {
    return failed(Code::invalid, "router.bad_request", "Bad router request: Network {} is not an external network.",
                  id);
  }
  TRY(const auto pods, boundary::list<domain::Pod>(reader));
  TRY_VOID(domain::check_location(router, network, pods));
  return network;
}

/// The external subnets that the gateway has addresses of must not be a leg's.
Result<void> check_overlap(Reader& reader, const Router& router, const std::vector<domain::FixedIp>& ips) {
  std::vector<Subnet> legs;
  std::set<domain::SubnetId> seen;
  for (const auto& leg : router.interfaces) {
    for (const auto& ip : leg.fixed_ips) {
      TRY(auto subnet, boundary::get<Subnet>(reader, ip.subnet_id));
      legs.push_back(std::move(subnet));
    }
  }
  for (const auto& ip : ips) {
    if (!seen.insert(ip.subnet_id).second) continue;
    TRY(const auto subnet, boundary::get<Subnet>(reader, ip.subnet_id));
    TRY_VOID(domain::check_legs(legs, subnet));
  }
  return {};
}

Result<void> need_transit(const CentralDeps& deps, Writer& writer, Router& router) {
  if (router.transit_vni != 0) return {};
  auto book = own_book(deps, writer);
  TRY(const auto number, book.any(std::string(domain::vni_resource)));
  router.transit_vni = std::uint32_t(number);
  return save(writer, book);
}

Result<RouterGateway> make_gateway(const CentralDeps& deps, Writer& writer, const Router& router,
                                   const Network& network, const GatewayDraft& draft) {
  TRY(const auto port, make_service_port(deps, writer, {domain::router_gateway_owner, router.id.str(), {}}, network,
                                         draft.external_fixed_ips));
  TRY_VOID(check_overlap(writer, router, port.fixed_ips));
  RouterGateway gateway;
  gateway.network_id = network.id;
  gateway.port_id = port.id;
  gateway.mac_address = port.mac_address;
  gateway.external_fixed_ips = port.fixed_ips;
  gateway.enable_snat = draft.enable_snat;
  return gateway;
}

/// The same external network: the port stays, its addresses when they are wished still.
bool keeps_addresses(const RouterGateway& gateway, const GatewayDraft& draft) {
  if (!draft.external_fixed_ips) return true;
  return draft.external_fixed_ips->size() == gateway.external_fixed_ips.size() &&
         std::ranges::all_of(*draft.external_fixed_ips, [&](const boundary::FixedIpWish& wish) {
           return std::ranges::any_of(gateway.external_fixed_ips, [&](const domain::FixedIp& ip) {
             return (!wish.subnet_id || *wish.subnet_id == ip.subnet_id) &&
                    (!wish.ip_address || *wish.ip_address == ip.ip_address);
           });
         });
}

Result<void> mark_down(const CentralDeps& deps, Writer& writer, const Router& router,
                       const domain::NetworkId& external) {
  TRY(auto users, boundary::list<FloatingIp>(writer, By{"router_id", router.id.str()}));
  for (auto& user : users) {
    if (user.floating_network_id != external || user.status == domain::FloatingIpStatus::down) continue;
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

Result<std::vector<Subnet>> legs_of(Reader& reader, const Router& router) {
  std::set<domain::SubnetId> ids;
  for (const auto& leg : router.interfaces) {
    for (const auto& ip : leg.fixed_ips) ids.insert(ip.subnet_id);
  }
  for (const auto& gateway : router.gateways) {
    for (const auto& ip : gateway.external_fixed_ips) ids.insert(ip.subnet_id);
  }
  std::vector<Subnet> out;
  for (const auto& id : ids) {
    TRY(auto subnet, boundary::get<Subnet>(reader, id));
    out.push_back(std::move(subnet));
  }
  return out;
}

Result<void> clear_gateways(const CentralDeps& deps, Writer& writer, Router& router) {
  for (const auto& gateway : router.gateways) TRY_VOID(erase_service_port(deps, writer, gateway.port_id));
  router.gateways.clear();
  return {};
}

Result<void> set_gateway(const CentralDeps& deps, Writer& writer, const domain::Caller& who, Router& router,
                         const std::optional<GatewayDraft>& draft) {
  if (draft) TRY_VOID(check_may_choose(who, *draft));
  if (draft && !router.gateways.empty() && router.gateways.front().network_id == draft->network_id &&
      keeps_addresses(router.gateways.front(), *draft)) {
    router.gateways.front().enable_snat = draft->enable_snat;
    return {};
  }
  for (const auto& gateway : router.gateways) {
    if (!draft || draft->network_id != gateway.network_id)
      TRY_VOID(check_no_floating_ip(writer, router, gateway.network_id));
  }
  const auto carrier = router.gateways.empty() ? domain::HostName() : router.gateways.front().host;
  TRY_VOID(clear_gateways(deps, writer, router));
  if (draft) {
    TRY(const auto network, external_network(writer, who, router, draft->network_id));
    TRY_VOID(need_transit(deps, writer, router));
    TRY(auto gateway, make_gateway(deps, writer, router, network, *draft));
    gateway.host = carrier;  // stays there if it can
    router.gateways.push_back(std::move(gateway));
    TRY(const auto hosts, boundary::list<domain::Host>(writer));
    TRY(auto loads, gateway_loads(writer));
    TRY_VOID(place_gateways(deps, writer, router, hosts, loads));
  }
  TRY(const auto legs, legs_of(writer, router));
  return domain::check_routes(router, router.routes, legs);
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

Result<bool> place_gateways(const CentralDeps& deps, Writer& writer, Router& router,
                            const std::vector<domain::Host>& hosts, std::map<domain::HostName, std::size_t>& loads) {
  bool changed = false;
  TRY(const auto pods, boundary::list<domain::Pod>(writer));
  for (auto& gateway : router.gateways) {
    TRY(const auto network, boundary::find<Network>(writer, gateway.network_id));
    if (!network) continue;
    const domain::GatewayNeed need{network->physical_network, domain::scope_of(network->availability_zone_hints, pods),
                                   gateway.host};
    const domain::Host* host = domain::choose_gateway_host(need, hosts, loads);
    const domain::HostName name = host == nullptr ? domain::HostName() : host->id;
    const auto vtep = host == nullptr ? std::optional<domain::IpAddress>() : host->vtep;
    if (name != gateway.host) {
      if (!gateway.host.empty() && loads[gateway.host] > 0) --loads[gateway.host];
      if (!name.empty()) ++loads[name];
      TRY_VOID(mark_down(deps, writer, router, gateway.network_id));
    }
    if (name != gateway.host || vtep != gateway.vtep) changed = true;
    gateway.host = name;
    gateway.vtep = vtep;
    gateway.region = host == nullptr ? domain::RegionName() : host->region;
    TRY_VOID(show_gateway_port(deps, writer, gateway));
  }
  return changed;
}

}  // namespace causeway::services::central
