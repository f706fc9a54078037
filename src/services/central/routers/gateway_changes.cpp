#include "causeway/services/central/routers/gateway_changes.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/gateways.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/visibility.hpp"
#include "causeway/services/common/port_rules.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::GatewayDraft;
using boundary::GatewaysChange;
using boundary::Reader;
using boundary::Writer;
using domain::FloatingIp;
using domain::Network;
using domain::Router;
using domain::RouterGateway;
using domain::Subnet;

namespace {

/// Every floating IP has a gateway on its network still.
Result<void> check_floating_ips(Reader& reader, const Router& router) {
  TRY(const auto users, boundary::list<FloatingIp>(reader, By{"router_id", router.id.str()}));
  for (const auto& user : users) {
    if (domain::carrier_of(router, user.floating_network_id) != nullptr) continue;
    return failed(Code::conflict, "router.gateway_in_use_by_floating_ip",
                  "Gateway cannot be updated for router {}, since a gateway to external network {} is required by one "
                  "or more floating IPs.",
                  router.id, user.floating_network_id);
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

/// The subnets of the router's legs, and of its gateways on other external networks.
Result<std::vector<Subnet>> apart_from(Reader& reader, const Router& router, const domain::NetworkId& external) {
  std::set<domain::SubnetId> ids;
  for (const auto& leg : router.interfaces) {
    for (const auto& ip : leg.fixed_ips) ids.insert(ip.subnet_id);
  }
  for (const auto& gateway : router.gateways) {
    if (gateway.network_id == external) continue;
    for (const auto& ip : gateway.external_fixed_ips) ids.insert(ip.subnet_id);
  }
  return subnets_of(reader, ids);
}

/// They are of subnets that nothing else of the router overlaps with.
Result<void> set_addresses(Reader& reader, const Router& router, RouterGateway& gateway,
                           const std::vector<domain::FixedIp>& ips) {
  TRY(const auto others, apart_from(reader, router, gateway.network_id));
  std::set<domain::SubnetId> ids;
  for (const auto& ip : ips) ids.insert(ip.subnet_id);
  TRY(const auto subnets, subnets_of(reader, ids));
  gateway.on_link.clear();
  for (const auto& subnet : subnets) {
    TRY_VOID(domain::check_legs(others, subnet));
    gateway.on_link.push_back(subnet.cidr);
  }
  gateway.external_fixed_ips = ips;
  return {};
}

Result<void> need_transit(const CentralDeps& deps, Writer& writer, Router& router) {
  if (router.transit_vni != 0) return {};
  auto book = own_book(deps, writer);
  TRY(const auto number, book.any(std::string(domain::vni_resource)));
  router.transit_vni = std::uint32_t(number);
  return save(writer, book);
}

Result<void> make_gateway(const CentralDeps& deps, Writer& writer, const domain::Caller& who, Router& router,
                          const GatewayDraft& draft, domain::HostName carrier = {}) {
  TRY_VOID(check_may_choose(who, draft));
  if (router.gateways.size() >= domain::max_gateways) {
    return failed(Code::invalid, "router.bad_request", "Bad router request: Router {} has {} external gateways already.",
                  router.id, router.gateways.size());
  }
  TRY(const auto network, external_network(writer, who, router, draft.network_id));
  TRY_VOID(need_transit(deps, writer, router));
  TRY(const auto port, make_service_port(deps, writer, {domain::router_gateway_owner, router.id.str(), {}}, network,
                                         draft.external_fixed_ips));
  RouterGateway gateway;
  gateway.network_id = network.id;
  gateway.port_id = port.id;
  gateway.mac_address = port.mac_address;
  gateway.enable_snat = draft.enable_snat;
  gateway.number = domain::free_number(router);
  gateway.host = std::move(carrier);  // stays there if it can
  TRY_VOID(set_addresses(writer, router, gateway, port.fixed_ips));
  router.gateways.push_back(std::move(gateway));
  return {};
}

bool fits(const boundary::FixedIpWish& wish, const domain::FixedIp& ip) {
  return (!wish.subnet_id || *wish.subnet_id == ip.subnet_id) && (!wish.ip_address || *wish.ip_address == ip.ip_address);
}

bool keeps_addresses(const RouterGateway& gateway, const GatewayDraft& draft) {
  if (!draft.external_fixed_ips) return true;
  return draft.external_fixed_ips->size() == gateway.external_fixed_ips.size() &&
         std::ranges::all_of(*draft.external_fixed_ips, [&](const auto& wish) {
           return std::ranges::any_of(gateway.external_fixed_ips, [&](const auto& ip) { return fits(wish, ip); });
         });
}

/// On the same external network: the port stays, its addresses when they are wished still.
Result<void> change_gateway(const CentralDeps& deps, Writer& writer, const domain::Caller& who, const Router& router,
                            RouterGateway& gateway, GatewayDraft draft) {
  if (keeps_addresses(gateway, draft)) draft.external_fixed_ips.reset();
  if (draft.external_fixed_ips || draft.enable_snat != gateway.enable_snat) TRY_VOID(check_may_choose(who, draft));
  gateway.enable_snat = draft.enable_snat;
  if (!draft.external_fixed_ips) return {};
  TRY(auto port, boundary::get<domain::Port>(writer, gateway.port_id));
  TRY_VOID(change_addresses(deps, writer, port, wishes_of(draft.external_fixed_ips).value()));
  return set_addresses(writer, router, gateway, port.fixed_ips);
}

/// Where everything is in its place.
Result<void> settle(const CentralDeps& deps, Writer& writer, const Router& before, Router& router) {
  TRY_VOID(check_floating_ips(writer, router));
  TRY(const auto hosts, boundary::list<domain::Host>(writer));
  TRY(auto loads, gateway_loads(writer));
  TRY_VOID(place_gateways(deps, writer, before, router, hosts, loads));
  TRY(const auto legs, legs_of(writer, router));
  return domain::check_routes(router, router.routes, legs);
}

domain::GatewayName name_of(const GatewayDraft& draft) {
  domain::GatewayName name{draft.network_id, {}};
  for (const auto& wish : draft.external_fixed_ips.value_or(std::vector<boundary::FixedIpWish>())) {
    if (wish.ip_address) name.addresses.push_back(*wish.ip_address);
  }
  return name;
}

/// Which gateway each draft means: a port, or none where there is none on the network. No two mean the same.
Result<std::vector<std::optional<domain::PortId>>> match(const Router& router, const std::vector<GatewayDraft>& drafts) {
  std::vector<std::optional<domain::PortId>> out;
  for (const auto& draft : drafts) {
    TRY(const auto* found, domain::match_gateway(router, name_of(draft)));
    const auto port = found == nullptr ? std::nullopt : std::optional(found->port_id);
    if (port && std::ranges::find(out, port) != out.end()) {
      return failed(fail(Code::invalid, "router.gateways_unmatched",
                         "Unable to match a requested gateway port to existing gateway ports for router {}: two of the "
                         "requested ones are the same.",
                         router.id)
                        .at("external_gateways"));
    }
    out.push_back(port);
  }
  return out;
}

Result<void> drop_gateways(const CentralDeps& deps, Writer& writer, Router& router, const auto& goes) {
  for (const auto& gateway : router.gateways) {
    if (goes(gateway)) TRY_VOID(erase_service_port(deps, writer, gateway.port_id));
  }
  std::erase_if(router.gateways, goes);
  return {};
}

Result<void> update_gateways(const CentralDeps& deps, Writer& writer, const domain::Caller& who, Router& router,
                             const std::vector<GatewayDraft>& drafts) {
  TRY(const auto matches, match(router, drafts));
  TRY_VOID(drop_gateways(deps, writer, router, [&](const RouterGateway& gateway) {
    return std::ranges::find(matches, std::optional(gateway.port_id)) == matches.end();
  }));
  std::vector<RouterGateway> ordered;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (matches[i]) {
      auto& gateway = *std::ranges::find(router.gateways, *matches[i], &RouterGateway::port_id);
      TRY_VOID(change_gateway(deps, writer, who, router, gateway, drafts[i]));
      ordered.push_back(gateway);
    } else {
      TRY_VOID(make_gateway(deps, writer, who, router, drafts[i]));
      ordered.push_back(router.gateways.back());
    }
  }
  router.gateways = std::move(ordered);
  return {};
}

Result<void> remove_gateways(const CentralDeps& deps, Writer& writer, Router& router, const std::vector<GatewayDraft>& drafts) {
  if (router.gateways.empty() && !drafts.empty()) {
    return failed(fail(Code::invalid, "router.no_gateways",
                       "Unable to remove extra gateways from a router {}: the router does not have any external gateways",
                       router.id)
                      .at("external_gateways"));
  }
  TRY(const auto matches, match(router, drafts));
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    if (matches[i]) continue;
    return failed(fail(Code::invalid, "router.gateways_unmatched",
                       "Unable to match a requested gateway port to existing gateway ports for router {}: none is on "
                       "network {}.",
                       router.id, drafts[i].network_id)
                      .at("external_gateways"));
  }
  return drop_gateways(deps, writer, router, [&](const RouterGateway& gateway) {
    return std::ranges::find(matches, std::optional(gateway.port_id)) != matches.end();
  });
}

}  // namespace

Result<void> set_gateway(const CentralDeps& deps, Writer& writer, const domain::Caller& who, Router& router,
                         const std::optional<GatewayDraft>& draft) {
  if (draft) TRY_VOID(check_may_choose(who, *draft));
  const auto before = router;
  const auto* first = before.gateways.empty() ? nullptr : &before.gateways.front();
  if (first != nullptr && draft && first->network_id == draft->network_id) {
    TRY_VOID(change_gateway(deps, writer, who, router, router.gateways.front(), *draft));
    return settle(deps, writer, before, router);
  }
  if (first != nullptr) {
    TRY_VOID(drop_gateways(deps, writer, router, [&](const auto& gateway) { return gateway.port_id == first->port_id; }));
  }
  if (draft) {
    TRY_VOID(make_gateway(deps, writer, who, router, *draft, first == nullptr ? domain::HostName() : first->host));
    std::ranges::rotate(router.gateways, router.gateways.end() - 1);
  }
  return settle(deps, writer, before, router);
}

Result<void> change_gateways(const CentralDeps& deps, Writer& writer, const domain::Caller& who, Router& router,
                             GatewaysChange change, const std::vector<GatewayDraft>& drafts) {
  const auto before = router;
  switch (change) {
    case GatewaysChange::add:
      for (const auto& draft : drafts) TRY_VOID(make_gateway(deps, writer, who, router, draft));
      break;
    case GatewaysChange::update: TRY_VOID(update_gateways(deps, writer, who, router, drafts)); break;
    case GatewaysChange::remove: TRY_VOID(remove_gateways(deps, writer, router, drafts)); break;
  }
  return settle(deps, writer, before, router);
}

}  // namespace causeway::services::central
