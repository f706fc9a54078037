#include "causeway/adapters/memory/memory_links.hpp"

#include <algorithm>

#include "causeway/base/fields.hpp"

namespace causeway::adapters {

using boundary::LinkKind;
using boundary::VethPeer;

Result<void> MemoryLinks::ensure_host_settings() {
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::ensure_host_settings)) return failed(*std::move(error));
  set(host_settings_, true);
  return {};
}

Result<void> MemoryLinks::ensure_bridge(const boundary::BridgeSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::ensure_bridge)) return failed(*std::move(error));
  TRY(auto* link, find(spec.name, LinkKind::bridge));
  if (link == nullptr) link = &add(spec.name, LinkKind::bridge);
  set(link->seen.mac, std::optional(spec.mac));
  set(link->seen.mtu, spec.mtu);
  set(link->seen.up, true);
  set(link->netfilter_hooks, spec.netfilter_hooks);
  return {};
}

Result<void> MemoryLinks::ensure_vxlan(const boundary::VxlanSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::ensure_vxlan)) return failed(*std::move(error));
  TRY_VOID(need_bridge(spec.bridge));
  TRY(auto* link, find(spec.name, LinkKind::vxlan));
  for (const auto& [name, other] : links_) {
    if (name != spec.name && other.seen.kind == LinkKind::vxlan && other.vni == spec.vni && other.port == spec.port) {
      return failed(Code::conflict, "links.refused", "Cannot create tunnel {}: VNI {} is {}'s.", spec.name, spec.vni,
                    name);
    }
  }
  if (link != nullptr &&
      (link->vni != spec.vni || link->port != spec.port || link->local.version() != spec.local.version())) {
    erase(spec.name);
    link = nullptr;
  }
  if (link == nullptr) {
    link = &add(spec.name, LinkKind::vxlan);
    link->seen.mac = domain::Mac::from_number(0x020000000000ULL + link->seen.ifindex);
  }
  set(link->vni, spec.vni);
  set(link->port, spec.port);
  set(link->local, spec.local);
  set(link->seen.mtu, spec.mtu);
  set(link->seen.master, spec.bridge);
  set(link->seen.up, true);
  return {};
}

Result<void> MemoryLinks::ensure_veth(const boundary::VethSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::ensure_veth)) return failed(*std::move(error));
  TRY_VOID(need_bridge(spec.bridge));
  TRY(auto* host, find(spec.host_name, LinkKind::veth));
  if (host == nullptr) {
    TRY(const auto* stale, find(spec.peer_name, LinkKind::veth));
    if (stale != nullptr) erase(spec.peer_name);
    add(spec.peer_name, LinkKind::veth).other_end = spec.host_name;
    host = &add(spec.host_name, LinkKind::veth);
    host->seen.mac = domain::Mac::from_number(0x020000000000ULL + host->seen.ifindex);
    host->other_end = spec.peer_name;
    host->seen.peer = find(spec.peer_name)->seen.peer = VethPeer::here;
  }
  if (host->seen.peer == VethPeer::here) {
    TRY_VOID(rename_peer(*host, spec.peer_name));
    auto& peer = *find(spec.peer_name);
    set(peer.seen.mac, std::optional(spec.mac));
    set(peer.seen.mtu, spec.mtu);
    set(peer.seen.up, false);
    set(peer.seen.master, std::string());
  }
  set(host->seen.mtu, spec.mtu);
  set(host->seen.master, spec.bridge);
  set(host->seen.up, true);
  return {};
}

Result<void> MemoryLinks::remove_link(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::remove_link)) return failed(*std::move(error));
  erase(name);
  return {};
}

Result<void> MemoryLinks::set_remote_entries(std::string_view vxlan,
                                             const std::vector<boundary::RemoteEntry>& desired) {
  TRY_VOID(check(desired));
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::set_remote_entries)) return failed(*std::move(error));
  TRY(auto* link, need_vxlan(vxlan));
  auto entries = desired;
  for (auto& entry : entries) std::ranges::sort(entry.ips);
  std::ranges::sort(entries);
  set(link->entries, entries);
  return {};
}

Result<std::vector<boundary::ObservedLink>> MemoryLinks::observe(std::string_view prefix) {
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::observe)) return failed(*std::move(error));
  std::vector<boundary::ObservedLink> out;
  for (const auto& [name, link] : links_) {
    if (name.starts_with(prefix)) out.push_back(link.seen);
  }
  return out;
}

Result<std::vector<boundary::RemoteEntry>> MemoryLinks::observe_remote_entries(std::string_view vxlan) {
  const std::scoped_lock lock(mutex_);
  if (auto error = planned_failure(Operation::observe_remote_entries)) return failed(*std::move(error));
  TRY(const auto* link, need_vxlan(vxlan));
  return link->entries;
}

void MemoryLinks::fail_next(Operation operation, Error error) {
  const std::scoped_lock lock(mutex_);
  failures_.emplace(operation, std::move(error));
}

void MemoryLinks::move_peer_away(std::string_view peer_name) {
  const std::scoped_lock lock(mutex_);
  auto node = links_.extract(std::string(peer_name));
  if (!node) return;
  if (auto* host = find(node.mapped().other_end)) host->seen.peer = VethPeer::elsewhere;
  away_.insert(std::move(node));
}

void MemoryLinks::return_peer(std::string_view peer_name) {
  const std::scoped_lock lock(mutex_);
  auto node = away_.extract(std::string(peer_name));
  if (!node) return;
  node.mapped().seen.up = false;
  if (auto* host = find(node.mapped().other_end)) host->seen.peer = VethPeer::here;
  links_.insert(std::move(node));
}

void MemoryLinks::add_foreign_link(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  add(name, LinkKind::other);
}

int MemoryLinks::changes() const {
  const std::scoped_lock lock(mutex_);
  return changes_;
}

bool MemoryLinks::has_netfilter_hooks(std::string_view bridge) const {
  const std::scoped_lock lock(mutex_);
  const auto found = links_.find(bridge);
  return found != links_.end() && found->second.netfilter_hooks;
}

bool MemoryLinks::host_settings_made() const {
  const std::scoped_lock lock(mutex_);
  return host_settings_;
}

std::optional<Error> MemoryLinks::planned_failure(Operation operation) {
  auto node = failures_.extract(operation);
  if (!node) return std::nullopt;
  return std::move(node.mapped());
}

MemoryLinks::Link* MemoryLinks::find(std::string_view name) {
  const auto found = links_.find(name);
  return found == links_.end() ? nullptr : &found->second;
}

Result<MemoryLinks::Link*> MemoryLinks::find(std::string_view name, LinkKind kind) {
  auto* link = find(name);
  if (link == nullptr || link->seen.kind == kind) return link;
  return failed(Code::conflict, "links.wrong_kind", "Link {} is not a {} but {}.", name, to_name(kind),
                to_name(link->seen.kind));
}

Result<void> MemoryLinks::need_bridge(std::string_view name) {
  TRY(const auto* link, find(name, LinkKind::bridge));
  if (link != nullptr) return {};
  return failed(Code::not_found, "links.no_bridge", "There is no bridge {}.", name);
}

Result<MemoryLinks::Link*> MemoryLinks::need_vxlan(std::string_view name) {
  TRY(auto* link, find(name, LinkKind::vxlan));
  if (link != nullptr) return link;
  return failed(Code::not_found, "links.no_vxlan", "There is no tunnel device {}.", name);
}

MemoryLinks::Link& MemoryLinks::add(std::string_view name, LinkKind kind) {
  auto& link = links_[std::string(name)];
  link.seen.name = name;
  link.seen.kind = kind;
  link.seen.ifindex = next_index_++;
  ++changes_;
  return link;
}

/// The peer may have come back under another name.
Result<void> MemoryLinks::rename_peer(Link& host, const std::string& name) {
  if (host.other_end == name) return {};
  if (find(name) != nullptr) {
    return failed(Code::conflict, "links.refused", "Cannot rename a veth's peer to {}: the name is taken.", name);
  }
  auto node = links_.extract(host.other_end);
  node.key() = name;
  node.mapped().seen.name = name;
  links_.insert(std::move(node));
  set(host.other_end, name);
  return {};
}

template <class T>
void MemoryLinks::set(T& place, const T& value) {
  if (place == value) return;
  place = value;
  ++changes_;
}

void MemoryLinks::erase(std::string_view name) {
  const auto found = links_.find(name);
  if (found == links_.end()) return;
  const auto gone = std::move(found->second);
  links_.erase(found);
  ++changes_;
  if (!gone.other_end.empty()) {
    links_.erase(gone.other_end);
    away_.erase(gone.other_end);
  }
  for (auto& [other, link] : links_) {
    if (link.seen.master == name) link.seen.master.clear();
  }
}

}  // namespace causeway::adapters
