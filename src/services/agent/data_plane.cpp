#include "causeway/services/agent/data_plane.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/boundary/network/direct_networks.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {
namespace {

constexpr std::chrono::milliseconds detach_wait(2'000);

}  // namespace

DataPlane::DataPlane(Deps deps, Options options) : deps_(deps), options_(std::move(options)) {}

Result<Step> DataPlane::step(const std::string& key) {
  if (key == orphans_key) return sweep_orphans();
  if (const auto id = id_of_key(key, "network"); !id.empty()) return network_step(domain::NetworkId(id));
  if (const auto id = id_of_key(key, "port"); !id.empty()) return port_step(domain::PortId(id));
  return Step::settled;
}

std::mutex& DataPlane::lock_of(const domain::NetworkId& id) {
  std::lock_guard lock(mutex_);
  auto& found = network_locks_[id];
  if (!found) found = std::make_unique<std::mutex>();
  return *found;
}

/// A port is plugged while its container is here and nobody asked to delete it; a subport while its parent is.
bool DataPlane::wants(const domain::Port& port) const {
  if (!deps_.view.is_own(port)) return false;
  if (const auto place = domain::place_of(port)) {
    const auto parent = deps_.view.port(place->parent);
    return parent && !domain::place_of(*parent) && wants(*parent);
  }
  if (port.device_owner == boundary::direct_owner) return true;
  const auto container = deps_.view.container(domain::ContainerId(port.device_id));
  if (!container || container->remove) return false;
  return std::ranges::find(container->detaching_ports, port.id) == container->detaching_ports.end();
}

bool DataPlane::is_direct(const domain::PortId& id) const {
  const auto port = deps_.view.port(id);
  return port && port->device_owner == boundary::direct_owner;
}

std::vector<boundary::RemoteEntry> DataPlane::remote_entries(const domain::NetworkId& id) const {
  std::vector<boundary::RemoteEntry> out;
  std::set<domain::Mac> macs;
  std::set<domain::IpAddress> addresses;
  for (const auto& port : deps_.view.ports_of(id)) {
    if (deps_.view.is_own(*port) || !port->vtep || *port->vtep == options_.vtep || port->mac_address.is_zero())
      continue;
    // one bad record of one tenant must not stop the network of all: the first claim stands
    if (!macs.insert(port->mac_address).second) continue;
    boundary::RemoteEntry entry{port->mac_address, *port->vtep, {}};
    for (const auto& ip : port->fixed_ips) {
      if (addresses.insert(ip.ip_address).second) entry.ips.push_back(ip.ip_address);
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Result<void> DataPlane::ensure_network(const domain::Network& network) {
  const auto bridge = bridge_name(network.id);
  const auto tunnel = tunnel_name(network.id);
  TRY_VOID(deps_.links.ensure_bridge({bridge, bridge_mac(network.id), network.mtu, true}));
  boundary::VxlanSpec spec;
  spec.name = tunnel;
  spec.vni = network.vni;
  spec.local = options_.vtep;
  spec.mtu = network.mtu;
  spec.bridge = bridge;
  TRY_VOID(deps_.links.ensure_vxlan(spec));
  TRY_VOID(deps_.links.set_remote_entries(tunnel, remote_entries(network.id)));
  std::lock_guard lock(mutex_);
  built_.insert(network.id);
  return {};
}

Result<void> DataPlane::ensure_bridge(const domain::NetworkId& id) {
  const auto network = deps_.view.network(id);
  if (!network) return failed(Code::not_found, "network.unknown", "The record of network {} is not here yet.", id);
  std::lock_guard lock(lock_of(id));
  {
    std::lock_guard members(mutex_);
    if (built_.contains(id)) return {};
  }
  return ensure_network(*network);
}

/// Namespaces of dead containers live on for a while, and when we did not see the endpoint's end (an agent that was
/// killed) nothing would tell us when this one is gone.
Result<void> DataPlane::drop_stale_veth(const domain::PortId& id) {
  if (!deps_.board.is_awaited(id)) return {};
  TRY(const auto seen, deps_.links.observe(host_end_name(id)));
  const bool away = !seen.empty() && seen.front().peer == boundary::VethPeer::elsewhere;
  return away ? remove_port_links(id) : Result<void>();
}

Result<void> DataPlane::ensure_veth(const domain::Port& port, const domain::Network& network) {
  const boundary::VethSpec spec{host_end_name(port.id), container_end_name(port.id), port.mac_address, network.mtu,
                                bridge_name(network.id)};
  bool built = false;
  {
    std::lock_guard lock(mutex_);
    built = built_.contains(network.id);
  }
  if (!built) TRY_VOID(ensure_network(network));
  auto done = deps_.links.ensure_veth(spec);
  if (!done && built && done.error().reason == "links.no_bridge") {  // somebody took it away
    TRY_VOID(ensure_network(network));
    done = deps_.links.ensure_veth(spec);
  }
  return done;
}

Result<void> DataPlane::ensure_limits(const domain::Port& port) {
  const auto policy = deps_.view.policy_of(port);
  boundary::LinkLimits limits;
  for (const auto& limit : policy ? policy->bandwidth_limits : std::vector<domain::BandwidthLimit>()) {
    auto& rate = limit.direction == "ingress" ? limits.download : limits.upload;
    rate = boundary::Rate{limit.max_kbps, limit.max_burst_kbps};
  }
  return deps_.shaper.ensure_limits(host_end_name(port.id), meter_name(port.id), limits);
}

/// Both links of a port; the second is there while its upload is limited.
Result<void> DataPlane::remove_port_links(const domain::PortId& id) {
  const auto veth = deps_.links.remove_link(host_end_name(id));
  TRY_VOID(deps_.links.remove_link(meter_name(id)));
  return veth;
}

Result<void> DataPlane::ensure_links(const domain::Port& port, const domain::Network& network) {
  std::lock_guard lock(lock_of(network.id));
  TRY_VOID(drop_stale_veth(port.id));
  TRY_VOID(ensure_veth(port, network));
  return ensure_limits(port);
}

Result<void> DataPlane::ensure_parent(const domain::PortId& id) {
  const auto parent = deps_.view.port(id);
  const auto network = parent ? deps_.view.network(parent->network_id) : nullptr;
  if (!network) return failed(Code::not_found, "port.unknown", "The records of the parent port {} are not here yet.", id);
  return ensure_links(*parent, *network);
}

/// A kernel that cannot is the subports' trouble, and they say so; the parent is as good as any port.
Result<void> DataPlane::split_off_sub_ports(const domain::PortId& parent) {
  auto done = deps_.trunks.ensure(parent);
  if (!done && done.error().reason == "vlans.unsupported") return {};
  return done;
}

Result<void> DataPlane::ensure_port(const domain::PortId& id) {
  const auto port = deps_.view.port(id);
  const auto network = port ? deps_.view.network(port->network_id) : nullptr;
  if (!port || !network) return failed(Code::not_found, "port.unknown", "The records of port {} are not here yet.", id);
  const auto place = domain::place_of(*port);
  auto done = ensure_links(*port, *network);
  if (done) done = place ? ensure_parent(place->parent) : split_off_sub_ports(id);
  if (!done) {
    deps_.board.set_unready(id);
    deps_.reporter.port({id, false, false, done.error().message});
    return failed(std::move(done).error().while_("plugging port {}", id));
  }
  return place ? look_at_sub_port(*port, *place) : look_at(id);
}

/// It is plugged when its frames find their way to and from its parent's link.
Result<void> DataPlane::look_at_sub_port(const domain::Port& port, const domain::SubPortPlace& place) {
  auto done = deps_.firewall.ensure(port.id);
  if (done) done = deps_.trunks.ensure(place.parent);
  deps_.reporter.port({port.id, done.has_value(), done.has_value(), done ? "" : done.error().message});
  if (!done) return failed(std::move(done).error().while_("splitting port {} off port {}", port.id, place.parent));
  return {};
}

Result<void> DataPlane::look_at(const domain::PortId& id) {
  const auto filtered = deps_.firewall.ensure(id);
  TRY(const auto seen, deps_.links.observe(host_end_name(id)));
  const bool here = !seen.empty() && seen.front().peer == boundary::VethPeer::here;
  const bool away = !seen.empty() && seen.front().peer == boundary::VethPeer::elsewhere;
  if (here && filtered) {
    deps_.board.set_ready(id);
  } else {
    deps_.board.set_unready(id);
    if (away && deps_.board.is_returning(id)) {
      return failed(Code::unavailable, "port.returning",
                    "The interface of port {} has not come back from its container yet.", id);
    }
  }
  const bool ready = filtered && !seen.empty() && seen.front().up && !seen.front().master.empty();
  deps_.reporter.port({id, ready, away, filtered ? "" : filtered.error().message});
  if (!filtered) return failed(Error(filtered.error()).while_("filtering port {}", id));
  if (here && is_direct(id) && deps_.board.is_joined(id)) {
    // no event of the Engine says when: of containers that are not ours none comes
    return failed(Code::unavailable, "port.leaving", "Docker has not taken the interface of port {} yet.", id);
  }
  return {};
}

Result<bool> DataPlane::is_released(const domain::PortId& id) {
  if (deps_.board.has_endpoint(id)) return false;
  TRY(const auto seen, deps_.links.observe(host_end_name(id)));
  return seen.empty();
}

Result<void> DataPlane::release_port(const domain::PortId& id) {
  if (!deps_.board.wait_detached(id, detach_wait)) {
    // its container is gone, so the endpoint is too: Docker's word was lost
    log::warn("port {}: Docker did not delete the endpoint, taking the links away", id);
  }
  TRY_VOID(remove_port_links(id));
  deps_.board.forget(id);
  deps_.reporter.port({id, false, false, ""});
  return {};
}

Result<Step> DataPlane::port_step(const domain::PortId& id) {
  const auto port = deps_.view.port(id);
  if (!port || !deps_.view.is_own(*port)) {
    TRY_VOID(remove_port_links(id));
    deps_.board.forget(id);
    deps_.reporter.forget(id);
    return Step::settled;
  }
  // while its container is being removed, that container's own key takes the links away
  if (!wants(*port) || !deps_.view.network(port->network_id)) return Step::settled;
  TRY_VOID(ensure_port(id));
  return Step::settled;
}

Result<Step> DataPlane::network_step(const domain::NetworkId& id) {
  std::lock_guard lock(lock_of(id));
  const auto network = deps_.view.network(id);
  if (deps_.view.needs(id)) {
    if (network) TRY_VOID(ensure_network(*network));
    return Step::settled;
  }
  {
    std::lock_guard members(mutex_);
    if (!built_.contains(id)) return Step::settled;  // what is left of an earlier life is the orphan sweep's
  }
  TRY_VOID(remove_network(id));
  return Step::settled;
}

/// Goes on past failures, so that one thing that is stuck does not keep the rest; the first failure is told.
Result<void> DataPlane::remove_network(const domain::NetworkId& id) {
  const auto forgotten = deps_.engine.remove_network(id);
  const auto tunnel = deps_.links.remove_link(tunnel_name(id));
  const auto bridge = deps_.links.remove_link(bridge_name(id));
  TRY_VOID(tunnel);
  TRY_VOID(bridge);
  TRY_VOID(forgotten);
  std::lock_guard lock(mutex_);
  built_.erase(id);
  return {};
}

bool DataPlane::has_aged(const std::string& orphan) {
  const auto now = deps_.clock.steady();
  std::lock_guard lock(mutex_);
  return now - orphan_since_.try_emplace(orphan, now).first->second >= options_.orphan_grace;
}

Result<Step> DataPlane::sweep_orphans() {
  if (options_.synced && !options_.synced()) return Step::settled;
  std::set<std::string> wanted;
  for (const auto& port : deps_.view.own_ports()) {
    wanted.insert({host_end_name(port->id), container_end_name(port->id), meter_name(port->id), bridge_name(port->network_id),
                   tunnel_name(port->network_id)});
  }
  if (options_.add_wanted_links) options_.add_wanted_links(wanted);
  TRY(const auto seen, deps_.links.observe(link_prefix));
  std::set<std::string> orphans;
  for (const auto& link : seen) {
    const bool ours = is_our_link(link.name) && link.kind != boundary::LinkKind::other;
    if (ours && !wanted.contains(link.name)) orphans.insert(link.name);
  }
  TRY(const auto networks, deps_.engine.list_networks());
  for (const auto& network : networks) {
    if (!deps_.view.hosts(network)) orphans.insert(network_key(network));
  }
  {
    std::lock_guard lock(mutex_);
    std::erase_if(orphan_since_, [&](const auto& entry) { return !orphans.contains(entry.first); });
  }
  Result<void> outcome;
  for (const auto& orphan : orphans) {
    if (!has_aged(orphan)) continue;
    log::info("removing {}: nothing wants it", orphan);
    const auto network = id_of_key(orphan, "network");
    auto done =
        network.empty() ? deps_.links.remove_link(orphan) : deps_.engine.remove_network(domain::NetworkId(network));
    if (!done && outcome) outcome = failed(std::move(done).error());
  }
  TRY_VOID(outcome);
  return Step::settled;
}

}  // namespace causeway::services
