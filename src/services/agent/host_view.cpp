#include "causeway/services/agent/host_view.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/dns/message.hpp"
#include "causeway/domain/firewall/host_ports.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {
namespace {

constexpr std::size_t batch = 1000;

template <class Map, class Key>
auto find_in(const Map& map, const Key& key) {
  const auto found = map.find(key);
  return found != map.end() ? found->second : typename Map::mapped_type{};
}

/// Keeps or drops one record of a map; the one to look at: the new one, or what the tombstone remembers.
template <class Map, class Value>
void keep(Map& map, const Value& value, bool erased) {
  if (erased) {
    map.erase(value->id);
  } else {
    map[value->id] = value;
  }
}

/// Two states of a port are the same to the network's tunnel.
bool is_reached_alike(const domain::Port& a, const domain::Port& b) {
  const auto same_ip = [](const domain::FixedIp& x, const domain::FixedIp& y) { return x.ip_address == y.ip_address; };
  return a.network_id == b.network_id && a.host == b.host && a.vtep == b.vtep && a.mac_address == b.mac_address &&
         std::ranges::equal(a.fixed_ips, b.fixed_ips, same_ip);
}

}  // namespace

HostView::HostView(boundary::Store& store, domain::HostName me) : store_(store), me_(std::move(me)) {}

HostView::~HostView() { stop(); }

Result<void> HostView::start(Changed changed) {
  changed_ = std::move(changed);
  std::set<std::string> keys;
  const auto target = store_.revision();
  for (bool more = true; more;) {
    TRY(more, catch_up(keys));
  }
  changed_(keys);
  told_ = target;
  commits_ = store_.on_commit([this](boundary::Revision) {
    {
      std::lock_guard lock(wake_mutex_);
      woken_ = true;
    }
    wake_.notify_one();
  });
  woken_ = true;  // what was committed since the load
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
  return {};
}

void HostView::stop() {
  commits_.reset();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void HostView::loop(std::stop_token stop) {
  constexpr std::chrono::seconds retry(1);
  bool failing = false;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(wake_mutex_);
      const auto woken = [this] { return woken_; };
      if (failing) {
        wake_.wait_for(lock, stop, retry, woken);
      } else {
        wake_.wait(lock, stop, woken);
      }
      woken_ = false;
    }
    std::set<std::string> keys;
    failing = false;
    const auto target = store_.revision();
    for (bool more = true; more && !stop.stop_requested();) {
      const auto outcome = catch_up(keys);
      failing = !outcome;
      if (failing) log::warn("reading the desired state: {}", outcome.error().describe());
      more = outcome.value_or(false);
    }
    if (!keys.empty()) changed_(keys);
    if (!failing) told_ = target;
  }
}

/// Applies the next batch of changes; true when there may be more.
Result<bool> HostView::catch_up(std::set<std::string>& keys) {
  std::vector<boundary::Change> changes;
  bool gap = false;
  TRY_VOID(store_.read([&](boundary::Reader& reader) -> Result<void> {
    TRY(const auto complete, reader.oldest_complete());
    gap = cursor_ != 0 && cursor_ < complete;
    TRY(changes, reader.changes(gap ? 0 : cursor_, batch));
    return {};
  }));
  std::unique_lock lock(mutex_);
  if (gap) {
    for (const auto& [id, container] : containers_) keys.insert(container_key(id));
    for (const auto& [id, image] : host_images_) keys.insert(image_key(id));
    for (const auto& [id, port] : ports_) keys.insert(port_key(id));
    for (const auto& [id, network] : networks_) keys.insert(network_key(id));
    keys.insert(firewall_key);
    for (const auto& [id, router] : routers_) keys.insert(router_key(id));
    clear();
  }
  for (const auto& change : changes) {
    apply(change, keys);
    cursor_ = change.record.revision;
  }
  return changes.size() == batch;
}

void HostView::clear() {
  containers_.clear();
  host_images_.clear();
  ports_.clear();
  networks_.clear();
  subnets_.clear();
  policies_.clear();
  groups_.clear();
  ports_of_.clear();
  own_.clear();
  members_.clear();
  capsules_.clear();
  routers_.clear();
  routers_on_.clear();
  floating_ips_.clear();
  stood_for_.clear();
  named_.clear();
  addressed_.clear();
  sub_ports_.clear();
}

void HostView::apply(const boundary::Change& change, std::set<std::string>& keys) {
  const auto decoded = [&]<class T>(std::type_identity<T>) -> Ref<T> {
    auto value = boundary::decode_record<T>(change.record);
    if (value) return std::make_shared<const T>(*std::move(value));
    log::error("the desired state has a record that cannot be read: {}", value.error().describe());
    return nullptr;
  };
  const auto& kind = change.record.kind;
  if (kind == domain::Container::kind) {
    if (auto container = decoded(std::type_identity<domain::Container>{})) {
      const bool gone = change.erased || container->host != me_;
      apply_container(std::move(container), gone, keys);
    }
  } else if (kind == domain::HostImage::kind) {
    const auto image = decoded(std::type_identity<domain::HostImage>{});
    if (!image) return;
    keep(host_images_, image, change.erased || image->host != me_);
    keys.insert(image_key(image->id));
  } else if (kind == domain::Port::kind) {
    if (auto port = decoded(std::type_identity<domain::Port>{})) apply_port(std::move(port), change.erased, keys);
  } else if (kind == domain::Network::kind) {
    const auto network = decoded(std::type_identity<domain::Network>{});
    if (!network) return;
    const auto before = find_in(networks_, network->id);
    if (before && before->qos_policy_id != network->qos_policy_id) keys.insert(firewall_key);
    keep(networks_, network, change.erased);
    wake_users_of(network->id, keys);
  } else if (kind == domain::Subnet::kind) {
    const auto subnet = decoded(std::type_identity<domain::Subnet>{});
    if (!subnet) return;
    keep(subnets_, subnet, change.erased);
    wake_users_of(subnet->network_id, keys);
  } else if (kind == domain::QosPolicy::kind) {
    const auto policy = decoded(std::type_identity<domain::QosPolicy>{});
    if (!policy) return;
    keep(policies_, policy, change.erased);
    wake_users_of_policy(policy->id, keys);
  } else if (kind == domain::SecurityGroup::kind) {
    const auto group = decoded(std::type_identity<domain::SecurityGroup>{});
    if (!group) return;
    keep(groups_, group, change.erased);
    keys.insert(firewall_key);
  } else if (kind == domain::Router::kind) {
    if (auto router = decoded(std::type_identity<domain::Router>{})) apply_router(std::move(router), change.erased, keys);
  } else if (kind == domain::FloatingIp::kind) {
    auto floating = decoded(std::type_identity<domain::FloatingIp>{});
    if (floating) apply_floating_ip(std::move(floating), change.erased, keys);
  }
}

/// Wakes the networks that it joined and those that it joins: some are needed here now, some no longer.
void HostView::apply_router(Ref<domain::Router> router, bool erased, std::set<std::string>& keys) {
  keys.insert(router_key(router->id));
  const auto each_network = [](const domain::Router& of, const std::function<void(const domain::NetworkId&)>& visit) {
    for (const auto& leg : of.interfaces) visit(leg.network_id);
    for (const auto& gateway : of.gateways) visit(gateway.network_id);
  };
  if (const auto before = find_in(routers_, router->id)) {
    each_network(*before, [&](const domain::NetworkId& network) {
      keys.insert(network_key(network));
      const auto on = routers_on_.find(network);
      if (on == routers_on_.end()) return;
      on->second.erase(router->id);
      if (on->second.empty()) routers_on_.erase(on);
    });
  }
  keep(routers_, router, erased);
  if (erased) return;
  each_network(*router, [&](const domain::NetworkId& network) {
    keys.insert(network_key(network));
    routers_on_[network].insert(router->id);
  });
}

void HostView::apply_floating_ip(Ref<domain::FloatingIp> floating, bool erased, std::set<std::string>& keys) {
  const auto before = find_in(floating_ips_, floating->id);
  if (before && before->router_id) keys.insert(router_key(*before->router_id));
  if (floating->router_id) keys.insert(router_key(*floating->router_id));
  if (before && before->port_id) {
    const auto of = stood_for_.find(*before->port_id);
    if (of != stood_for_.end() && of->second.erase(floating->id) > 0 && of->second.empty()) stood_for_.erase(of);
  }
  if (!erased && floating->port_id) stood_for_[*floating->port_id].insert(floating->id);
  keep(floating_ips_, floating, erased);
}

void HostView::wake_routers_on(const domain::NetworkId& network, std::set<std::string>& keys) const {
  for (const auto& id : find_in(routers_on_, network)) keys.insert(router_key(id));
}

void HostView::apply_container(Ref<domain::Container> container, bool erased, std::set<std::string>& keys) {
  keep(containers_, container, erased);
  keys.insert(container_key(container->id));
  for (const auto& port : container->ports) keys.insert(port_key(port));
  if (container->capsule_id.empty()) return;
  auto& members = capsules_[container->capsule_id];
  for (const auto& id : members) keys.insert(container_key(id));  // each waits for others
  if (erased) {
    members.erase(container->id);
    if (members.empty()) capsules_.erase(container->capsule_id);
  } else {
    members.insert(container->id);
  }
}

void HostView::apply_port(Ref<domain::Port> port, bool erased, std::set<std::string>& keys) {
  const auto before = find_in(ports_, port->id);
  const bool was_own = before && is_own(*before);
  if (before) index_port(*before, false);
  if (!erased) index_port(*port, true);
  index_members(before, erased ? nullptr : port);
  keep(ports_, port, erased);
  // most changes of a port elsewhere are of its status, and no tunnel's business
  if (erased || !before || !is_reached_alike(*before, *port)) {
    keys.insert(network_key(port->network_id));
    for (const auto& id : find_in(stood_for_, port->id)) {
      const auto floating = find_in(floating_ips_, id);
      if (floating && floating->router_id) keys.insert(router_key(*floating->router_id));
    }
  }
  // a port elsewhere may be a member of a remote group
  const bool filtered = was_own || is_own(*port) || !port->security_groups.empty() || (before && !before->security_groups.empty());
  if (filtered && (erased || !before || !domain::firewall::same_filter(*before, *port))) keys.insert(firewall_key);
  if (!was_own && !is_own(*port)) return;
  keys.insert(port_key(port->id));
  for (const auto& id : find_in(sub_ports_, port->id)) keys.insert(port_key(id));
  if (port->device_owner == domain::sub_port_owner) return wake_parents(before.get(), *port, keys);
  if (!port->device_id.empty()) keys.insert(container_key(domain::ContainerId(port->device_id)));
}

/// The one that it had, and the one that it has.
void HostView::wake_parents(const domain::Port* before, const domain::Port& now, std::set<std::string>& keys) const {
  for (const auto* port : {before, &now}) {
    const auto place = port == nullptr ? std::nullopt : domain::place_of(*port);
    if (place) keys.insert(port_key(place->parent));
  }
}

std::string HostView::name_of(const domain::Port& port) {
  return domain::dns::label_of(port.dns_name.empty() ? port.name : port.dns_name);
}

void HostView::index_port(const domain::Port& port, bool in) {
  const auto note = [&](auto& index, const auto& key) {
    if (in) {
      index[key].insert(port.id);
      return;
    }
    const auto found = index.find(key);
    if (found != index.end() && found->second.erase(port.id) > 0 && found->second.empty()) index.erase(found);
  };
  note(ports_of_, port.network_id);
  if (is_own(port)) note(own_, port.network_id);
  if (const auto name = name_of(port); !name.empty()) note(named_, std::pair(port.network_id, name));
  for (const auto& ip : port.fixed_ips) note(addressed_, std::pair(port.network_id, ip.ip_address));
  if (const auto place = domain::place_of(port); place && is_own(port)) note(sub_ports_, place->parent);
}

/// Most changes of a port are of its status, which no group asks for.
void HostView::index_members(const Ref<domain::Port>& before, const Ref<domain::Port>& now) {
  if (before && now && domain::firewall::same_filter(*before, *now)) return;
  if (before) members_.remove(*before);
  if (now) members_.add(*now);
}

void HostView::wake_users_of(const domain::NetworkId& network, std::set<std::string>& keys) const {
  keys.insert(network_key(network));
  wake_routers_on(network, keys);
  for (const auto& id : find_in(ports_of_, network)) {
    const auto port = find_in(ports_, id);
    if (!port || !is_own(*port)) continue;
    keys.insert(port_key(id));
    if (!port->device_id.empty()) keys.insert(container_key(domain::ContainerId(port->device_id)));
  }
}

void HostView::wake_users_of_policy(const domain::QosPolicyId& policy, std::set<std::string>& keys) const {
  for (const auto& [id, port] : ports_) {
    if (!is_own(*port)) continue;
    const auto network = find_in(networks_, port->network_id);
    if (port->qos_policy_id != policy && !(network && network->qos_policy_id == policy)) continue;
    keys.insert(port_key(id));
    keys.insert(firewall_key);  // which marks the packets
  }
}

HostView::Ref<domain::Container> HostView::container(const domain::ContainerId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(containers_, id);
}

std::vector<domain::ContainerId> HostView::containers() const {
  std::shared_lock lock(mutex_);
  std::vector<domain::ContainerId> out;
  for (const auto& [id, container] : containers_) out.push_back(id);
  return out;
}

HostView::Ref<domain::HostImage> HostView::host_image(const domain::HostImageId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(host_images_, id);
}

std::vector<HostView::Ref<domain::HostImage>> HostView::host_images() const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::HostImage>> out;
  for (const auto& [id, image] : host_images_) out.push_back(image);
  return out;
}

std::vector<domain::ContainerId> HostView::capsule_of(const domain::ContainerId& id) const {
  std::shared_lock lock(mutex_);
  const auto container = find_in(containers_, id);
  if (!container || container->capsule_id.empty()) return {id};
  const auto members = find_in(capsules_, container->capsule_id);
  return {members.begin(), members.end()};
}

HostView::Ref<domain::Port> HostView::port(const domain::PortId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(ports_, id);
}

HostView::Ref<domain::Network> HostView::network(const domain::NetworkId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(networks_, id);
}

HostView::Ref<domain::QosPolicy> HostView::policy_of(const domain::Port& port) const {
  std::shared_lock lock(mutex_);
  const auto network = find_in(networks_, port.network_id);
  const auto& id = port.qos_policy_id || !network ? port.qos_policy_id : network->qos_policy_id;
  return id ? find_in(policies_, *id) : nullptr;
}

HostView::Ref<domain::Subnet> HostView::subnet(const domain::SubnetId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(subnets_, id);
}

std::vector<HostView::Ref<domain::Subnet>> HostView::subnets_of(const domain::NetworkId& id) const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Subnet>> out;
  for (const auto& [subnet_id, subnet] : subnets_) {
    if (subnet->network_id == id) out.push_back(subnet);
  }
  return out;
}

std::vector<HostView::Ref<domain::Port>> HostView::ports_of(const domain::NetworkId& id) const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Port>> out;
  const auto found = ports_of_.find(id);
  if (found == ports_of_.end()) return out;
  out.reserve(found->second.size());
  for (const auto& port : found->second) out.push_back(find_in(ports_, port));
  return out;
}

std::vector<HostView::Ref<domain::Port>> HostView::ports_named(const domain::NetworkId& network, const std::string& label) const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Port>> out;
  for (const auto& id : find_in(named_, std::pair(network, label))) out.push_back(find_in(ports_, id));
  return out;
}

HostView::Ref<domain::Port> HostView::port_with(const domain::NetworkId& network, const domain::IpAddress& address) const {
  std::shared_lock lock(mutex_);
  const auto found = find_in(addressed_, std::pair(network, address));
  return found.empty() ? nullptr : find_in(ports_, *found.begin());
}

std::vector<HostView::Ref<domain::Port>> HostView::own_ports() const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Port>> out;
  for (const auto& [network, ports] : own_) {
    for (const auto& id : ports) out.push_back(find_in(ports_, id));
  }
  return out;
}

std::vector<HostView::Ref<domain::Port>> HostView::sub_ports_of(const domain::PortId& parent) const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Port>> out;
  for (const auto& id : find_in(sub_ports_, parent)) out.push_back(find_in(ports_, id));
  return out;
}

HostView::Ref<domain::firewall::Members> HostView::members_of(const domain::SecurityGroupId& id) const {
  std::shared_lock lock(mutex_);
  return members_.of(id);
}

HostView::Ref<domain::SecurityGroup> HostView::security_group(const domain::SecurityGroupId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(groups_, id);
}

bool HostView::hosts(const domain::NetworkId& id) const {
  std::shared_lock lock(mutex_);
  return own_.contains(id);
}

bool HostView::needs(const domain::NetworkId& id) const {
  if (hosts(id)) return true;
  std::shared_lock lock(mutex_);
  return std::ranges::any_of(find_in(routers_on_, id), [&](const auto& router) {
    const auto& legs = routers_.at(router)->interfaces;
    return std::ranges::find(legs, id, &domain::RouterInterface::network_id) != legs.end();
  });
}

HostView::Ref<domain::Router> HostView::router(const domain::RouterId& id) const {
  std::shared_lock lock(mutex_);
  return find_in(routers_, id);
}

std::vector<HostView::Ref<domain::Router>> HostView::routers() const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::Router>> out;
  for (const auto& [id, router] : routers_) out.push_back(router);
  return out;
}

std::vector<HostView::Ref<domain::FloatingIp>> HostView::floating_ips_of(const domain::RouterId& id) const {
  std::shared_lock lock(mutex_);
  std::vector<Ref<domain::FloatingIp>> out;
  for (const auto& [floating_id, floating] : floating_ips_) {
    if (floating->router_id == id) out.push_back(floating);
  }
  return out;
}

HostView::Ref<domain::Port> HostView::own_port_with(const domain::SubnetId& subnet,
                                                    const domain::IpAddress& address) const {
  std::shared_lock lock(mutex_);
  const auto found = find_in(subnets_, subnet);
  if (!found) return nullptr;
  for (const auto& id : find_in(ports_of_, found->network_id)) {
    const auto port = find_in(ports_, id);
    if (!port || !is_own(*port)) continue;
    for (const auto& ip : port->fixed_ips) {
      if (ip.subnet_id == subnet && ip.ip_address == address) return port;
    }
  }
  return nullptr;
}

}  // namespace causeway::services
