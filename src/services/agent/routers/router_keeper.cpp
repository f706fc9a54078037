#include "causeway/services/agent/routers/router_keeper.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {

Result<Step> RouterKeeper::step(const std::string& key) {
  const domain::RouterId id(id_of_key(key, "router"));
  const auto router = deps_.view.router(id);
  if (!router) {
    if (auto gone = remove(id); !gone) return failed(std::move(gone).error().while_("removing router {}", id));
    return Step::settled;
  }
  if (auto done = ensure(*router); !done) return failed(std::move(done).error().while_("making router {}", id));
  return Step::settled;
}

Result<void> RouterKeeper::ensure(const domain::Router& router) {
  domain::RouterSite site;
  site.region = options_.region;
  site.host = options_.host;
  site.vtep = options_.vtep;
  site.transit_bridge = transit_bridge_name(router.id);
  site.transit_mtu = options_.transit_mtu;
  std::vector<domain::FloatingIp> floating_ips;
  for (const auto& floating : deps_.view.floating_ips_of(router.id)) {
    floating_ips.push_back(*floating);
    const auto port = floating->port_id ? deps_.view.port(*floating->port_id) : nullptr;
    if (port && port->vtep && !deps_.view.is_own(*port)) site.vteps.emplace(port->id, *port->vtep);
  }

  const auto done = [&]() -> Result<void> {
    for (const auto& leg : router.interfaces) TRY_VOID(add_network(leg, site));
    Result<void> external;
    for (const auto& gateway : router.gateways) {
      if (domain::gateway_place(router, gateway, site) != domain::GatewayPlace::here) continue;
      if (auto reached = add_external(gateway, site); !reached) external = std::move(reached);
    }
    const bool leads_out = !domain::ways_out(router, site.region, site.host).empty();
    if (leads_out) TRY_VOID(ensure_transit(router, domain::plan_transit(router, floating_ips, site)));
    TRY_VOID(deps_.routers.ensure_router(domain::plan_router(router, floating_ips, site)));
    if (!leads_out) TRY_VOID(remove_transit(router.id));
    return external;  // without the way out, what is inside works all the same
  }();
  note(router, site, floating_ips, done);
  return done;
}

/// A network whose record is not here yet waits: its coming wakes the router.
Result<void> RouterKeeper::add_network(const domain::RouterInterface& leg, domain::RouterSite& site) {
  const auto network = deps_.view.network(leg.network_id);
  if (!network) return {};
  TRY_VOID(deps_.data_plane.ensure_bridge(network->id));
  site.networks[network->id] = {bridge_name(network->id), network->mtu};
  add_subnets(network->id, site);
  return {};
}

Result<void> RouterKeeper::add_external(const domain::RouterGateway& gateway, domain::RouterSite& site) {
  const auto network = deps_.view.network(gateway.network_id);
  if (!network) return {};
  const auto bridge = options_.physical_networks.find(network->physical_network);
  if (bridge == options_.physical_networks.end()) {
    return failed(Code::invalid, "router.no_physical_network", "This host does not reach the {} network '{}'.",
                  network->network_type, network->physical_network);
  }
  site.networks[network->id] = {bridge->second, network->mtu, std::uint16_t(network->vlan)};
  add_subnets(network->id, site);
  return {};
}

void RouterKeeper::add_subnets(const domain::NetworkId& network, domain::RouterSite& site) const {
  for (const auto& subnet : deps_.view.subnets_of(network)) site.subnets.emplace(subnet->id, *subnet);
}

/// The way from a router's hosts to its gateway hosts. Back from there leads straight to the networks, where it need not
/// be known by which gateway something came in.
Result<void> RouterKeeper::ensure_transit(const domain::Router& router, const std::vector<domain::TransitNeighbour>& neighbours) {
  const auto bridge = transit_bridge_name(router.id);
  TRY_VOID(deps_.links.ensure_bridge({bridge, transit_bridge_mac(router.id), options_.transit_mtu, false}));
  boundary::VxlanSpec spec;
  spec.name = transit_tunnel_name(router.id);
  spec.vni = router.transit_vni;
  spec.local = options_.vtep;
  spec.mtu = options_.transit_mtu;
  spec.bridge = bridge;
  TRY_VOID(deps_.links.ensure_vxlan(spec));
  std::vector<boundary::RemoteEntry> entries;
  for (const auto& neighbour : neighbours) entries.push_back({neighbour.mac, neighbour.vtep, neighbour.ips});
  return deps_.links.set_remote_entries(spec.name, entries);
}

Result<void> RouterKeeper::remove_transit(const domain::RouterId& id) {
  TRY_VOID(deps_.links.remove_link(transit_tunnel_name(id)));
  return deps_.links.remove_link(transit_bridge_name(id));
}

Result<void> RouterKeeper::remove(const domain::RouterId& id) {
  TRY_VOID(deps_.routers.remove_router(domain::router_namespace_name(id)));
  TRY_VOID(remove_transit(id));
  {
    std::lock_guard lock(mutex_);
    seen_.erase(id);
  }
  tell();
  return {};
}

void RouterKeeper::note(const domain::Router& router, const domain::RouterSite& site,
                        const std::vector<domain::FloatingIp>& floating_ips, const Result<void>& done) {
  domain::SeenRouter seen{router.id, done.has_value(), done ? "" : done.error().message, {}};
  for (const auto& floating : floating_ips) {
    if (!done || !domain::translates(router, floating)) continue;
    const auto* gateway = domain::carrier_of(router, floating.floating_network_id);
    if (domain::gateway_place(router, *gateway, site) == domain::GatewayPlace::here)
      seen.floating_ips.push_back({floating.id, *floating.port_id, *floating.fixed_ip_address});
  }
  {
    std::lock_guard lock(mutex_);
    seen_[router.id] = std::move(seen);
  }
  tell();
}

void RouterKeeper::tell() {
  domain::HostRouting all{domain::HostRouting::id_of(options_.region, options_.host), options_.region, options_.host, {}};
  std::lock_guard lock(mutex_);  // held while telling: what was gathered first is told first
  for (const auto& [id, seen] : seen_) all.routers.push_back(seen);
  deps_.reporter.routing(all);
}

bool RouterKeeper::has_aged(const std::string& orphan) {
  const auto now = deps_.clock.steady();
  std::lock_guard lock(mutex_);
  return now - orphan_since_.try_emplace(orphan, now).first->second >= options_.orphan_grace;
}

Result<void> RouterKeeper::sweep_orphans() {
  if (options_.synced && !options_.synced()) return {};
  TRY(const auto present, deps_.routers.list_routers());
  std::set<std::string> orphans;
  for (const auto& name : present) {
    const domain::RouterId id(name.substr(std::string_view(domain::router_namespace_prefix).size()));
    if (!deps_.view.router(id)) orphans.insert(name);
  }
  {
    std::lock_guard lock(mutex_);
    std::erase_if(orphan_since_, [&](const auto& entry) { return !orphans.contains(entry.first); });
  }
  Result<void> outcome;
  for (const auto& name : orphans) {
    if (!has_aged(name)) continue;
    log::info("removing {}: nothing wants it", name);
    auto done = deps_.routers.remove_router(name);
    if (!done && outcome) outcome = failed(std::move(done).error());
  }
  tell();  // a host without routers says so too: an earlier life may have had some
  return outcome;
}

void RouterKeeper::add_wanted_links(std::set<std::string>& names) const {
  for (const auto& router : deps_.view.routers()) {
    for (const auto& leg : router->interfaces) {
      names.insert({domain::leg_outside_name(leg.port_id), bridge_name(leg.network_id), tunnel_name(leg.network_id)});
    }
    for (const auto& gateway : router->gateways)
      names.insert({domain::leg_outside_name(gateway.port_id), domain::transit_outside_name(gateway.port_id)});
    names.insert({domain::transit_outside_name(router->id), transit_bridge_name(router->id),
                  transit_tunnel_name(router->id)});
  }
}

}  // namespace causeway::services
