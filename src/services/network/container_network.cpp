#include <algorithm>

#include "causeway/domain/dns/message.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/services/network/access.hpp"
#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {

using boundary::Binding;
using boundary::By;
using boundary::NetWish;
using boundary::Reader;
using boundary::ResolvedNet;
using boundary::Writer;
using domain::Caller;
using domain::Network;
using domain::Port;
using domain::SecurityGroupId;
using domain::Subnet;

namespace {

/// In the binding profile of a port that was there before its container, whose dns_name leaves with the container.
constexpr const char* named_by_container = "causeway:named_by_container";
constexpr const char* container_owner = "compute:kuryr";  // as Zun's users know it

std::optional<std::vector<domain::AddressWish>> wishes_of(const ResolvedNet& net) {
  if (net.fixed_ips.empty()) return std::nullopt;
  std::vector<domain::AddressWish> out;
  for (const auto& ip : net.fixed_ips) out.push_back({std::nullopt, ip});
  return out;
}

Result<void> check_fixed_ips(const std::vector<Subnet>& subnets, const ResolvedNet& net) {
  for (const auto& ip : net.fixed_ips) {
    const bool fits =
        std::any_of(subnets.begin(), subnets.end(), [&](const Subnet& subnet) { return domain::usable(subnet, ip); });
    if (!fits)
      return failed(Code::invalid, "ipam.invalid_ip", "IP address {} is not an address for ports of network {}.", ip,
                    net.network_id);
  }
  return {};
}

std::unexpected<Error> port_in_use(const Port& port) {
  return failed(Code::invalid, "port.in_use", "Port {} is in use by {}.", port.id, port.device_id);
}

}  // namespace

/// The project's oldest network, else the oldest that is shared with it.
Result<Network> LocalNetworks::usual_network(const Caller& who) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<Network> {
    for (const By& by : {By{"project_id", who.project_id.str()}, By{"shared", "1"}}) {
      TRY(auto networks, boundary::list<Network>(reader, by));
      std::erase_if(networks, [](const Network& network) { return network.deleting || network.external; });
      const auto oldest = std::min_element(networks.begin(), networks.end(), [](const Network& a, const Network& b) {
        return a.created_at < b.created_at;
      });
      if (oldest != networks.end()) return *oldest;
    }
    return failed(Code::conflict, "network.none_available",
                  "There is no network in this region that you can use; name one.");
  });
}

/// A port of this region, by its id or by its name among the project's.
Result<Port> LocalNetworks::find_port(const Caller& who, const std::string& id_or_name) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<Port> {
    auto port = local::seen_port(reader, who, deps_.region, domain::PortId(id_or_name));
    if (port || port.error().code != Code::not_found) return port;
    TRY(auto ports, boundary::list<Port>(reader, By{"project_id", who.project_id.str()}));
    std::erase_if(ports, [&](const Port& other) { return other.region != deps_.region || other.name != id_or_name; });
    if (ports.empty()) return port;
    if (ports.size() > 1)
      return failed(Code::conflict, "port.ambiguous", "{} ports are named {}; use an id.", ports.size(), id_or_name);
    return std::move(ports.front());
  });
}

/// One that is not here may be at the centre, for whoever needs it.
Result<ResolvedNet> LocalNetworks::resolve_port(const Caller& who, const std::string& id_or_name) {
  auto port = find_port(who, id_or_name);
  if (!port && port.error().code == Code::not_found) {
    port = travelling_.claim(who, id_or_name);
    if (port) TRY_VOID(known_network(who, port->network_id.str()));
  }
  if (!port) return std::unexpected(std::move(port).error());
  if (!port->device_id.empty()) return port_in_use(*port);
  return ResolvedNet{port->network_id, port->id, {}};
}

Result<ResolvedNet> LocalNetworks::resolve_one(const Caller& who, const NetWish& wish) {
  if (!wish.port.empty()) return resolve_port(who, wish.port);
  ResolvedNet net;
  TRY(const auto network, wish.network.empty() ? usual_network(who) : known_network(who, wish.network));
  TRY_VOID(check_attachable(network));
  net.network_id = network.id;
  if (wish.fixed_ip_v4) net.fixed_ips.push_back(*wish.fixed_ip_v4);
  if (wish.fixed_ip_v6) net.fixed_ips.push_back(*wish.fixed_ip_v6);
  TRY(const auto subnets, boundary::view(deps_.store, [&](Reader& reader) {
        return boundary::list<Subnet>(reader, By{"network_id", network.id.str()});
      }));
  if (subnets.empty()) return failed(Code::invalid, "subnet.none", "Network {} has no subnet.", network.id);
  TRY_VOID(check_fixed_ips(subnets, net));
  TRY_VOID(refill(net));
  return net;
}

Result<std::vector<ResolvedNet>> LocalNetworks::resolve(const Caller& who, const std::vector<NetWish>& wishes) {
  TRY_VOID(need_default_group(who, who.project_id));
  std::vector<ResolvedNet> nets;
  for (const auto& wish : wishes.empty() ? std::vector<NetWish>{{}} : wishes) {
    TRY(auto net, resolve_one(who, wish));
    nets.push_back(std::move(net));
  }
  return nets;
}

/// Tries the allocation without keeping it, and asks the centre for what was lacking.
Result<void> LocalNetworks::refill(const ResolvedNet& net) {
  if (net.port_id) return {};
  for (int round = 0;; ++round) {
    std::vector<domain::Shortage> shortages;
    auto tried = boundary::view(deps_.store, [&](Reader& reader) -> Result<void> {
      TRY(const auto subnets, boundary::list<Subnet>(reader, By{"network_id", net.network_id.str()}));
      auto book = leases_.book(reader);
      auto ips = domain::assign_addresses(subnets, wishes_of(net), {}, book, deps_.options.quarantine);
      auto mac = domain::assign_mac(std::nullopt, book);
      shortages = book.shortages();
      if (!ips) return std::unexpected(std::move(ips).error());
      if (!mac) return std::unexpected(std::move(mac).error());
      return {};
    });
    const bool dry = !tried && tried.error().reason == "ipam.pool_exhausted" && !shortages.empty();
    if (!dry || round == deps_.options.max_refills) return tried;
    TRY_VOID(leases_.acquire(shortages, 0));
  }
}

Result<std::vector<SecurityGroupId>> LocalNetworks::resolve_groups(const Caller& who,
                                                                   const std::vector<std::string>& names_or_ids) {
  const auto find_one = [&](const std::string& name_or_id) {
    return boundary::view(deps_.store, [&](Reader& reader) -> Result<SecurityGroupId> {
      TRY(const auto by_id, boundary::find<domain::SecurityGroup>(reader, name_or_id));
      if (by_id && who.sees(by_id->project_id)) return by_id->id;
      TRY(auto groups, boundary::list<domain::SecurityGroup>(reader, By{"project_id", who.project_id.str()}));
      std::erase_if(groups, [&](const auto& group) { return group.name != name_or_id; });
      if (groups.empty())
        return failed(Code::not_found, "security_group.not_found", "Security group {} does not exist", name_or_id);
      if (groups.size() > 1)
        return failed(Code::conflict, "security_group.ambiguous", "{} security groups are named {}; use an id.",
                      groups.size(), name_or_id);
      return groups.front().id;
    });
  };
  std::vector<SecurityGroupId> ids;
  for (const auto& name_or_id : names_or_ids) {
    auto id = find_one(name_or_id);
    if (!id && id.error().code == Code::not_found) {  // it may be newer than what the feed brought
      TRY_VOID(fetch(who, who.project_id, ""));
      id = find_one(name_or_id);
    }
    if (!id) return std::unexpected(std::move(id).error());
    ids.push_back(*std::move(id));
  }
  return ids;
}

Result<Port> LocalNetworks::take_port(Writer& writer, const Caller& who, const domain::PortId& id,
                                      const std::string& container_id) {
  TRY(auto port, local::seen_port(writer, who, deps_.region, id));
  TRY_VOID(local::usable_network(writer, who, port.network_id));
  if (!port.device_id.empty() && port.device_id != container_id) return port_in_use(port);
  TRY_VOID(TravellingPorts::note_used(writer, id, deps_.clock.now()));
  return port;
}

Result<Port> LocalNetworks::make_port(Writer& writer, const Caller& who, const ResolvedNet& net,
                                      const std::vector<SecurityGroupId>& groups) {
  TRY(const auto network, local::usable_network(writer, who, net.network_id));
  TRY(auto subnets, boundary::list<Subnet>(writer, By{"network_id", network.id.str()}));
  if (net.fixed_ips.empty()) subnets = domain::subnets_for(subnets, container_owner);
  Port port;
  port.id = domain::PortId(deps_.ids.uuid());
  port.network_id = network.id;
  port.project_id = who.project_id;
  port.region = deps_.region;
  port.port_security_enabled = network.port_security_enabled;
  port.security_groups = groups;
  if (groups.empty() && network.port_security_enabled) {
    TRY(const auto group, local::default_group(writer, who.project_id));
    if (group) port.security_groups = {group->id};
  }
  auto book = leases_.book(writer);
  TRY(port.mac_address, domain::assign_mac(std::nullopt, book));
  TRY(port.fixed_ips, domain::assign_addresses(subnets, wishes_of(net), {}, book, deps_.options.quarantine));
  TRY_VOID(LeaseKeeper::save(writer, book));
  port.created_at = deps_.clock.now();
  wake_low(book);
  return port;
}

Result<Port> LocalNetworks::attach(Writer& writer, const Caller& who, const ResolvedNet& net,
                                   const std::string& container_id, const Binding& binding,
                                   const std::vector<SecurityGroupId>& groups) {
  TRY(auto port,
      net.port_id ? take_port(writer, who, *net.port_id, container_id) : make_port(writer, who, net, groups));
  port.device_id = container_id;
  port.device_owner = container_owner;
  port.host = binding.host;
  port.vtep = binding.vtep;
  if (port.dns_name.empty()) {
    port.dns_name = domain::dns::label_of(binding.name);
    if (net.port_id && !port.dns_name.empty() && port.binding_profile.is_object()) {
      port.binding_profile.get_object()[named_by_container] = true;
    }
  }
  port.status = domain::PortStatus::build;
  port.status_at = deps_.clock.now();
  TRY_VOID(local::put_port(writer, port, port.status_at));
  return port;
}

Result<void> LocalNetworks::detach_all(Writer& writer, const std::string& container_id,
                                       const std::vector<domain::PortId>& kept) {
  TRY(auto ports, boundary::list<Port>(writer, By{"device_id", container_id}));
  auto book = leases_.book(writer);
  for (auto& port : ports) {
    if (port.region != deps_.region) continue;
    if (std::find(kept.begin(), kept.end(), port.id) == kept.end()) {
      TRY_VOID(erase_port(writer, port, book));
      continue;
    }
    TRY_VOID(unbind(writer, std::move(port)));
  }
  return LeaseKeeper::save(writer, book);
}

Result<void> LocalNetworks::unbind(Writer& writer, Port port) {
  if (port.binding_profile.is_object() && port.binding_profile.get_object().erase(named_by_container) > 0) port.dns_name.clear();
  return local::release_port(writer, std::move(port), deps_.clock.now());
}

Result<void> LocalNetworks::detach_one(Writer& writer, const domain::PortId& id, boundary::PortFate fate) {
  TRY(const auto port, boundary::find<Port>(writer, id));
  if (!port || port->region != deps_.region) return {};
  if (fate == boundary::PortFate::unbound) return unbind(writer, *port);
  auto book = leases_.book(writer);
  TRY_VOID(erase_port(writer, *port, book));
  return LeaseKeeper::save(writer, book);
}

Result<std::optional<domain::PortId>> LocalNetworks::attached_port(Reader& reader, const std::string& container_id,
                                                                   const NetWish& wish) {
  TRY(const auto ports, boundary::list<Port>(reader, By{"device_id", container_id}));
  for (const auto& port : ports) {
    if (port.region != deps_.region) continue;
    if (!wish.port.empty() && (port.id.str() == wish.port || port.name == wish.port)) return port.id;
    if (wish.network.empty()) continue;
    TRY(const auto network, boundary::find<Network>(reader, port.network_id));
    if (port.network_id.str() == wish.network || (network && network->name == wish.network)) return port.id;
  }
  return std::nullopt;
}

Result<void> LocalNetworks::change_group(Writer& writer, const domain::PortId& id, const SecurityGroupId& group,
                                         boundary::GroupChange change) {
  TRY(auto port, boundary::find<Port>(writer, id));
  if (!port || port->region != deps_.region) return {};
  const bool had = std::erase(port->security_groups, group) > 0;
  const bool adds = change == boundary::GroupChange::add;
  if (had == adds) return {};
  if (adds) port->security_groups.push_back(group);
  return local::put_port(writer, *port, deps_.clock.now());
}

Result<void> LocalNetworks::observed(Writer& writer, const domain::PortId& id, bool ready, bool plugged) {
  TRY(auto port, boundary::find<Port>(writer, id));
  if (!port || port->region != deps_.region) return {};  // gone since
  const auto status = ready && plugged ? domain::PortStatus::active
                      : ready          ? domain::PortStatus::build
                                       : domain::PortStatus::down;
  if (port->status == status) return {};
  port->status = status;
  port->status_at = deps_.clock.now();
  TRY_VOID(boundary::put(writer, *port));  // no new revision number: the user changed nothing
  return {};
}

}  // namespace causeway::services
