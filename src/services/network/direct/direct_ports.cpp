#include "causeway/services/network/direct/direct_ports.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/services/network/access.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::HostName;
using domain::Port;

namespace {

/// In the binding profile of a port that was there before its endpoint.
constexpr const char* kept_mark = "causeway:kept";

bool is_kept(const Port& port) { return port.binding_profile.is_object() && port.binding_profile.get_object().contains(kept_mark); }

/// Of a reservation: the host that it is for.
std::string reserved_by(const HostName& host) { return "docker on " + host.str(); }

}  // namespace

/// Somebody of the project, who is no administrator: he sees its networks and the shared ones.
Result<Caller> DirectPorts::who() const {
  if (deps_.project.empty()) {
    return failed(Code::forbidden, "direct.off", "Region {} has no project for containers that Docker makes by itself (network.docker_project).", deps_.region);
  }
  Caller out;
  out.project_id = deps_.project;
  out.roles = {"member"};
  return out;
}

Result<boundary::DirectNetwork> DirectPorts::view_of(const Caller& who, const domain::NetworkId& id) {
  TRY(const auto network, deps_.networks.get_network(who, id));
  boundary::Narrow narrow;
  narrow.network_id = id.str();
  TRY(const auto subnets, deps_.networks.list_subnets(who, narrow));
  boundary::DirectNetwork out{network.id, network.name, {}};
  for (const auto& subnet : subnets) out.subnets.push_back({subnet.id, subnet.cidr, subnet.gateway_ip});
  return out;
}

Result<boundary::DirectNetwork> DirectPorts::find(const boundary::DirectWish& wish) {
  TRY(const auto caller, who());
  if (!wish.network.empty()) {
    boundary::Narrow by_id, by_name;
    by_id.id = wish.network;
    by_name.name = wish.network;
    TRY(auto networks, deps_.networks.list_networks(caller, by_id));
    if (networks.empty()) {
      TRY(networks, deps_.networks.list_networks(caller, by_name));
    }
    if (networks.empty()) return failed(Code::not_found, "network.not_found", "Network {} could not be found.", wish.network);
    if (networks.size() > 1) return failed(Code::conflict, "network.ambiguous", "{} networks are named {}; use an id.", networks.size(), wish.network);
    return view_of(caller, networks.front().id);
  }
  boundary::Narrow by_id, by_name;
  by_id.id = wish.subnet;
  by_name.name = wish.subnet;
  TRY(auto subnets, deps_.networks.list_subnets(caller, by_id));
  std::erase_if(subnets, [&](const auto& subnet) { return subnet.id.str() != wish.subnet; });
  if (subnets.empty()) {
    TRY(subnets, deps_.networks.list_subnets(caller, by_name));
    std::erase_if(subnets, [&](const auto& subnet) { return subnet.name != wish.subnet; });
  }
  if (subnets.empty()) {
    return failed(Code::not_found, "subnet.not_found", "Subnet {} could not be found; a region learns a subnet's name with its network.", wish.subnet);
  }
  if (subnets.size() > 1) return failed(Code::conflict, "subnet.ambiguous", "{} subnets are named {}; use an id.", subnets.size(), wish.subnet);
  TRY(auto network, view_of(caller, subnets.front().network_id));
  // of several of one family, the one that was meant
  std::ranges::partition(network.subnets, [&](const auto& subnet) { return subnet.id == subnets.front().id; });
  return network;
}

Result<boundary::DirectHold> DirectPorts::hold(boundary::DirectPoolWish wish) {
  TRY_VOID(who());
  wish.project_id = deps_.project;
  return deps_.centre.hold(wish);
}

Result<void> DirectPorts::give_back(const std::string& hold) {
  TRY_VOID(who());
  return deps_.centre.give_back(deps_.project, hold);
}

Result<boundary::DirectNetwork> DirectPorts::create(boundary::DirectDraft draft) {
  TRY(const auto caller, who());
  draft.project_id = deps_.project;
  TRY(const auto id, deps_.centre.create(draft));
  return view_of(caller, id);
}

Result<void> DirectPorts::remove(const domain::NetworkId& network) {
  TRY_VOID(who());
  auto removed = deps_.centre.remove(deps_.project, network);
  if (!removed && removed.error().code == Code::not_found) return {};
  return removed;
}

Result<std::optional<Port>> DirectPorts::holder(Reader& reader, const domain::SubnetId& subnet, const domain::IpAddress& address) const {
  TRY(auto ports, boundary::list<Port>(reader, By{"address", subnet.str() + "/" + address.to_string()}));
  std::erase_if(ports, [&](const Port& port) { return port.region != deps_.region; });
  return ports.empty() ? std::optional<Port>() : std::optional(std::move(ports.front()));
}

Result<domain::IpAddress> DirectPorts::reserve(const HostName& host, const boundary::DirectAddress& wish) {
  TRY(const auto caller, who());
  TRY(const auto subnet, deps_.networks.get_subnet(caller, wish.subnet_id));
  if (wish.address) {
    TRY(const bool taken, boundary::transact(deps_.store, [&](Writer& writer) -> Result<bool> {
      TRY(auto port, holder(writer, subnet.id, *wish.address));
      if (!port) return false;
      if (port->device_owner == boundary::reserved_owner && port->device_id == reserved_by(host)) return true;
      if (!port->device_id.empty() || !port->device_owner.empty() || port->project_id != deps_.project) {
        return failed(Code::conflict, "port.address_in_use", "Address {} is in use by port {}.", *wish.address, port->id);
      }
      port->device_owner = boundary::reserved_owner;
      port->device_id = reserved_by(host);
      if (!port->binding_profile.is_object()) port->binding_profile = JsonObject();
      port->binding_profile.get_object()[kept_mark] = true;
      port->status_at = deps_.clock.now();
      TRY_VOID(local::put_port(writer, *port, port->status_at));
      return true;
    }));
    if (taken) return *wish.address;
  }
  boundary::PortDraft draft;
  draft.network_id = subnet.network_id;
  draft.project_id = deps_.project;
  draft.fixed_ips = std::vector<boundary::FixedIpWish>{{subnet.id, wish.address}};
  draft.device_owner = boundary::reserved_owner;
  draft.device_id = reserved_by(host);
  TRY(const auto made, deps_.networks.create_ports(caller, {draft}));
  return made.front().fixed_ips.front().ip_address;
}

Result<Port> DirectPorts::bind(const HostName& host, const boundary::DirectEndpoint& wish) {
  TRY(const auto caller, who());
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Port> {
    TRY(auto bound, boundary::list<Port>(writer, By{"device_id", wish.endpoint}));
    for (const auto& port : bound) {
      if (port.region == deps_.region && port.host == host && port.device_owner == boundary::direct_owner) return port;
    }
    TRY(const auto reserved, boundary::list<Port>(writer, By{"device_id", reserved_by(host)}));
    std::vector<Port> parts;
    for (const auto& address : wish.addresses) {
      const auto part = std::ranges::find_if(reserved, [&](const Port& port) {
        return port.region == deps_.region && port.network_id == wish.network_id &&
               std::ranges::find(port.fixed_ips, address, &domain::FixedIp::ip_address) != port.fixed_ips.end();
      });
      if (part == reserved.end()) return failed(Code::not_found, "direct.not_reserved", "Address {} is not reserved for Docker on {}.", address, host);
      if (std::ranges::find(parts, part->id, &Port::id) == parts.end()) parts.push_back(*part);
    }
    if (parts.empty()) return failed(Code::invalid, "direct.no_address", "An endpoint needs an address.");
    std::ranges::partition(parts, is_kept);  // what was there before stays what it is
    TRY(auto port, deps_.networks.join_ports(writer, parts, is_kept(parts.front()) ? std::nullopt : wish.mac));
    if (wish.mac && port.mac_address != *wish.mac) {
      return failed(Code::conflict, "direct.foreign_mac", "Port {} has the address {}, not {}.", port.id, port.mac_address, *wish.mac);
    }
    TRY(const auto known, boundary::find<domain::Host>(writer, host));
    port.device_owner = boundary::direct_owner;
    port.device_id = wish.endpoint;
    port.host = host;
    port.vtep = known ? known->vtep : std::nullopt;
    port.status = domain::PortStatus::build;
    port.status_at = deps_.clock.now();
    TRY_VOID(local::put_port(writer, port, port.status_at));
    return port;
  });
}

Result<void> DirectPorts::let_go(Writer& writer, const Port& port) {
  if (!is_kept(port)) return deps_.networks.detach_one(writer, port.id, boundary::PortFate::erased);
  TRY_VOID(deps_.networks.detach_one(writer, port.id, boundary::PortFate::unbound));
  TRY(auto freed, boundary::get<Port>(writer, port.id));
  freed.binding_profile.get_object().erase(kept_mark);
  return local::put_port(writer, freed, deps_.clock.now());
}

Result<void> DirectPorts::release(const HostName& host, const boundary::DirectRelease& what) {
  TRY_VOID(who());
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    std::vector<Port> ports;
    if (!what.endpoint.empty()) {
      TRY(ports, boundary::list<Port>(writer, By{"device_id", what.endpoint}));
    } else if (what.address.address) {
      TRY(auto port, holder(writer, what.address.subnet_id, *what.address.address));
      if (port) ports.push_back(*std::move(port));
    }
    for (const auto& port : ports) {
      const bool bound = port.device_owner == boundary::direct_owner && port.host == host;
      const bool reserved = port.device_owner == boundary::reserved_owner && port.device_id == reserved_by(host);
      if (port.region == deps_.region && (bound || reserved)) TRY_VOID(let_go(writer, port));
    }
    return {};
  });
}

Result<void> DirectPorts::sweep() {
  if (deps_.project.empty()) return {};
  const Time too_old = deps_.clock.now() - deps_.reserved_for;
  TRY(const auto ports, boundary::view(deps_.store, [&](Reader& reader) {
    return boundary::list<Port>(reader, By{"project_id", deps_.project.str()});
  }));
  for (const auto& port : ports) {
    if (port.region != deps_.region || port.device_owner != boundary::reserved_owner || port.status_at > too_old) continue;
    TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
      TRY(const auto now, boundary::find<Port>(writer, port.id));
      return now && now->device_owner == boundary::reserved_owner ? let_go(writer, *now) : Result<void>();
    }));
  }
  return {};
}

}  // namespace causeway::services
