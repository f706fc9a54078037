#include "causeway/services/agent/firewall/firewall_keeper.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {

using domain::PortId;
using domain::firewall::HostPorts;
using domain::firewall::same_filter;
using domain::firewall::RulesetChange;

namespace {

/// Legs of routers have interfaces of other kinds, and are no tenant's.
bool is_tenants(const domain::Port& port) { return !port.device_owner.starts_with("network:"); }

std::set<domain::SecurityGroupId> remote_groups_of(const HostPorts& host) {
  std::set<domain::SecurityGroupId> out;
  for (const auto& [id, group] : host.groups) {
    for (const auto& rule : group->rules) {
      if (rule.remote_group_id) out.insert(domain::SecurityGroupId(*rule.remote_group_id));
    }
  }
  return out;
}

/// What the port's container exposes, and in a capsule its other members, which share the port.
std::vector<domain::firewall::OpenPort> open_ports_of(const HostView& view, const domain::Port& port) {
  std::set<domain::firewall::OpenPort> out;
  for (const auto& id : view.capsule_of(domain::ContainerId(port.device_id))) {
    const auto container = view.container(id);
    if (!container) continue;
    for (const auto& wanted : container->wanted_ports) out.insert({wanted.port, wanted.protocol});
  }
  return {out.begin(), out.end()};
}

domain::firewall::Epoch epoch_of(const HostPorts& host, const domain::firewall::PluggedPort& port) {
  const auto policy = host.policies.find(port.policy);
  return policy == host.policies.end() ? domain::firewall::Epoch(0) : policy->second.epoch;
}

}  // namespace

Result<Step> FirewallKeeper::step(const std::string& key) {
  std::set<PortId> changed;
  bool behind = false;
  {
    const std::scoped_lock lock(mutex_);
    if (key == firewall_check_key) TRY_VOID(check_held());
    if (key == firewall_key || !held_) {
      TRY(changed, make_true());
    }
    behind = key == firewall_key && behind_;
  }
  if (!changed.empty()) deps_.changed(changed);
  return behind ? Step::later : Step::settled;
}

Result<void> FirewallKeeper::ensure(const PortId& id) {
  const auto port = deps_.view.port(id);
  if (!port || !deps_.view.is_own(*port)) return failed(Code::not_found, "port.unknown", "Port {} is not bound to this host.", id);
  std::set<PortId> changed;
  std::optional<Error> why;
  {
    const std::scoped_lock lock(mutex_);
    const auto covered = covered_.find(id);
    // whoever waited for the lock finds the work of those before it done
    if (!held_ || covered == covered_.end() || !same_filter(*covered->second, *port)) {
      TRY(changed, make_true());
    }
    const auto closed = closed_.find(id);
    if (closed != closed_.end()) why = fail(Code::invalid, "port.closed", "{}", closed->second);
  }
  changed.erase(id);
  if (!changed.empty()) deps_.changed(changed);
  if (why) return failed(*std::move(why));
  return {};
}

HostPorts FirewallKeeper::gather() {
  HostPorts host;
  for (const auto& port : deps_.view.own_ports()) {
    if (!is_tenants(*port)) continue;
    host.ports.push_back({port, host_end_name(port->id), bridge_name(port->network_id)});
    host.ports.back().open = open_ports_of(deps_.view, *port);
    if (const auto policy = deps_.view.policy_of(*port)) host.ports.back().dscp = policy->dscp_mark;
    for (const auto& id : port->security_groups) {
      if (const auto group = deps_.view.security_group(id)) host.groups.emplace(id, group);
    }
  }
  behind_ = pacing_.hold_back(host, deps_.clock.steady());
  for (const auto& id : remote_groups_of(host)) host.members[id] = deps_.view.members_of(id);
  return host;
}

void FirewallKeeper::number(HostPorts& host) {
  std::set<std::string> links, bridges;
  for (const auto& port : host.ports) {
    links.insert(port.link);
    bridges.insert(port.bridge);
  }
  const auto& marks = marks_.assign(links);
  for (auto& port : host.ports) port.mark = marks.at(port.link);
  for (const auto& [bridge, zone] : zones_.assign(bridges)) {
    if (zone != 0) host.zones[bridge] = std::uint16_t(zone);
  }
  epochs_.assign(host);
}

/// What the kernel refused stays out until its record or its groups change.
FirewallKeeper::Closed FirewallKeeper::take_out_refused(HostPorts& host) {
  Closed out;
  std::erase_if(host.ports, [&](const domain::firewall::PluggedPort& port) {
    const auto refusal = refused_.find(port.port->id);
    if (refusal == refused_.end() || !same_filter(*refusal->second.port, *port.port) || refusal->second.epoch != epoch_of(host, port)) return false;
    out[port.port->id] = refusal->second.why;
    return true;
  });
  std::erase_if(refused_, [&](const auto& refusal) { return !out.contains(refusal.first); });
  return out;
}

/// Whether the kernel still has what we gave it.
Result<void> FirewallKeeper::check_held() {
  TRY(const auto generation, deps_.firewall.generation());
  if (!held_ || generation == generation_) {
    generation_ = generation;
    return {};
  }
  TRY(const auto seen, deps_.firewall.observe());
  generation_ = generation;
  if (domain::firewall::holds(seen, compiler_.ruleset())) return {};
  log::warn("the packet filter was changed by somebody else: making it anew");
  held_ = false;
  return {};
}

/// What the kernel holds is of a former life, and there is nothing yet to put in its place.
Result<bool> FirewallKeeper::knows_nothing_yet(const HostPorts& host) {
  if (held_ || !host.ports.empty() || !deps_.synced || deps_.synced()) return false;
  TRY(const auto seen, deps_.firewall.observe());
  return !seen.rules.empty();
}

/// Every transaction is counted: when the kernel counts one more, somebody else changed something meanwhile.
Result<void> FirewallKeeper::replace() {
  held_ = false;
  TRY_VOID(deps_.firewall.replace(compiler_.ruleset()));
  held_ = true;
  ++generation_;
  return {};
}

Result<void> FirewallKeeper::change(const RulesetChange& change) {
  if (change.empty()) return {};
  TRY_VOID(deps_.firewall.change(change));
  ++generation_;
  return {};
}

/// Everything is shut, then opened port by port.
Result<void> FirewallKeeper::apply_one_by_one(const HostPorts& host, Closed& closed) {
  HostPorts accepted = host;
  accepted.ports.clear();
  compiler_.update(accepted);
  TRY_VOID(replace());
  for (const auto& port : host.ports) {
    accepted.ports.push_back(port);
    auto done = change(compiler_.update(accepted));
    if (done) continue;
    held_ = false;
    if (done.error().reason != "firewall.refused") return done;
    log::error("port {} stays closed: {}", port.port->id, done.error().describe());
    refused_[port.port->id] = {port.port, epoch_of(host, port), done.error().message};
    closed[port.port->id] = done.error().message;
    accepted.ports.pop_back();
    compiler_.update(accepted);  // back to what the kernel has
    held_ = true;
  }
  return {};
}

Result<void> FirewallKeeper::apply(const HostPorts& host, const RulesetChange& change, Closed& closed) {
  if (held_) {
    auto done = this->change(change);
    if (done) return {};
    log::warn("{}", done.error().describe());
  }
  auto done = replace();
  if (done || done.error().reason != "firewall.refused") return done;
  log::error("{}", done.error().describe());
  return apply_one_by_one(host, closed);
}

/// Returns the ports that were opened or closed by it, other than by being new.
Result<std::set<PortId>> FirewallKeeper::make_true() {
  auto host = gather();
  TRY(const bool too_early, knows_nothing_yet(host));
  if (too_early) return std::set<PortId>();
  number(host);
  auto refused = take_out_refused(host);
  TRY_VOID(check_held());
  const auto change = compiler_.update(host);
  auto closed = compiler_.closed();
  if (auto done = apply(host, change, closed); !done) {
    held_ = false;  // nothing is known to be in the kernel
    covered_.clear();
    return std::unexpected(std::move(done).error());
  }
  closed.merge(refused);
  std::set<PortId> changed;
  std::map<PortId, HostView::Ref<domain::Port>> covered;
  for (const auto& port : host.ports) covered[port.port->id] = port.port;
  for (const auto& [id, why] : refused) covered[id] = refused_.at(id).port;
  for (const auto& [id, port] : covered) {
    const bool was_closed = closed_.contains(id);
    if (covered_.contains(id) && was_closed != closed.contains(id)) changed.insert(id);
  }
  covered_ = std::move(covered);
  closed_ = std::move(closed);
  return changed;
}

}  // namespace causeway::services
