#include <algorithm>
#include <set>

#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/routers/gateways.hpp"
#include "causeway/services/central/routers/routers.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/visibility.hpp"

/// The legs of routers on tenant networks. A router has one leg on a network, with an address of each of its subnets that
/// were added: every host answers for all of them with one MAC.
namespace causeway::services {

using boundary::By;
using boundary::InterfaceResult;
using boundary::InterfaceWish;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Network;
using domain::Port;
using domain::Router;
using domain::RouterInterface;
using domain::Subnet;

namespace {

template <class... Args>
std::unexpected<Error> bad_request(fmt::format_string<Args...> format, Args&&... args) {
  return failed(Code::invalid, "router.bad_request", "Bad router request: {}.",
                fmt::format(format, std::forward<Args>(args)...));
}

Result<void> check_wish(const InterfaceWish& wish) {
  if (wish.subnet_id || wish.port_id) return {};
  return bad_request("Either subnet_id or port_id must be specified");
}

std::vector<domain::SubnetId> subnets_of(const std::vector<domain::FixedIp>& ips) {
  std::vector<domain::SubnetId> out;
  for (const auto& ip : ips) {
    if (std::ranges::find(out, ip.subnet_id) == out.end()) out.push_back(ip.subnet_id);
  }
  return out;
}

/// A local router cannot have a network whose gateway address stands on a router that spans regions.
Result<void> check_other_routers(Reader& reader, const Router& router, const Network& network,
                                 const std::vector<domain::Pod>& pods) {
  if (!domain::is_local(router.availability_zone_hints, pods)) return {};
  TRY(const auto others, boundary::list<Router>(reader, By{"network_id", network.id.str()}));
  for (const auto& other : others) {
    if (other.id == router.id || domain::is_local(other.availability_zone_hints, pods)) continue;
    return failed(Code::conflict, "router.network_on_other_router", "network {} attached to non-local router {}",
                  network.id, other.id);
  }
  return {};
}

/// May the router have a leg on this network.
Result<void> check_network(Reader& reader, const Router& router, const Network& network) {
  if (network.external)
    return bad_request("Network {} is external: it is reached by a router's external gateway", network.id);
  TRY(const auto pods, boundary::list<domain::Pod>(reader));
  TRY_VOID(domain::check_location(router, network, pods));
  return check_other_routers(reader, router, network, pods);
}

RouterInterface leg_of(const Port& port) {
  return RouterInterface{port.id, port.network_id, port.mac_address, port.fixed_ips};
}

/// Stores the router with a leg that is new or changed.
Result<void> put_leg(Writer& writer, Router& router, const Port& port, Time now) {
  std::erase_if(router.interfaces, [&](const RouterInterface& leg) { return leg.port_id == port.id; });
  router.interfaces.push_back(leg_of(port));
  return central::put_changed(writer, router, now);
}

/// A floating IP may need the way over this leg.
Result<void> check_no_floating_ip(Reader& reader, const Router& router, const domain::SubnetId& subnet) {
  TRY(const auto users, boundary::list<domain::FloatingIp>(reader, By{"router_id", router.id.str()}));
  for (const auto& user : users) {
    if (!user.port_id) continue;
    TRY(const auto port, boundary::find<Port>(reader, *user.port_id));
    const bool by_here = port && std::ranges::any_of(port->fixed_ips, [&](const domain::FixedIp& ip) {
                           return ip.subnet_id == subnet && ip.ip_address == user.fixed_ip_address;
                         });
    if (!by_here) continue;
    return failed(Code::conflict, "router.interface_in_use_by_floating_ip",
                  "Router interface for subnet {} on router {} cannot be deleted, as it is required by one or more "
                  "floating IPs.",
                  subnet, router.id);
  }
  return {};
}

Result<void> check_removable(Reader& reader, const Router& router, const domain::SubnetId& id) {
  TRY_VOID(check_no_floating_ip(reader, router, id));
  TRY(const auto subnet, boundary::find<Subnet>(reader, id));
  return subnet ? domain::check_no_route_by(router, *subnet) : Result<void>();
}

}  // namespace

Routers::Taken Routers::add_by_subnet(Writer& writer, const Caller& who, Router router,
                                      const domain::SubnetId& subnet_id) {
  TRY(const auto subnet, central::seen_subnet(writer, who, subnet_id));
  TRY(const auto network, central::seen_network(writer, who, subnet.network_id));
  TRY_VOID(check_network(writer, router, network));
  TRY(const auto legs, central::legs_of(writer, router));
  TRY_VOID(domain::check_legs(legs, subnet));
  if (!subnet.gateway_ip) return bad_request("Subnet for router interface must have a gateway IP");
  Port port;
  if (const auto* leg = domain::interface_on(router, network.id)) {
    TRY(port, boundary::get<Port>(writer, leg->port_id));
    TRY_VOID(central::add_gateway_address(deps_, writer, port, subnet));
  } else {
    TRY(port, central::make_gateway_address_port(
                  deps_, writer, {domain::router_interface_owner, router.id.str(), router.project_id}, network, subnet));
  }
  TRY_VOID(put_leg(writer, router, port, deps_.clock.now()));
  return InterfaceResult{router, port.id, network.id, {subnet.id}};
}

Routers::Taken Routers::add_by_port(Writer& writer, const Caller& who, Router router, const domain::PortId& port_id) {
  TRY(auto port, central::seen_port(writer, who, port_id));
  if (port.region != deps_.region) {
    return failed(Code::conflict, "port.other_region",
                  "Port {} belongs to region {}; a router's interface is a port of the central network service.",
                  port_id, port.region);
  }
  if (!port.device_id.empty()) {
    return failed(Code::conflict, "port.in_use",
                  "Unable to complete operation on port {} for network {}. Port already has an attached device {}.",
                  port_id, port.network_id, port.device_id);
  }
  if (port.fixed_ips.empty()) return bad_request("Router port must have at least one fixed IP");
  TRY(const auto network, central::seen_network(writer, who, port.network_id));
  TRY_VOID(check_network(writer, router, network));
  if (const auto* leg = domain::interface_on(router, network.id)) {
    return bad_request("Cannot have multiple router ports with the same network id. Existing port {} has network id {}",
                       leg->port_id, network.id);
  }
  TRY(auto legs, central::legs_of(writer, router));
  for (const auto& id : subnets_of(port.fixed_ips)) {
    TRY(const auto subnet, boundary::get<Subnet>(writer, id));
    TRY_VOID(domain::check_legs(legs, subnet));
    legs.push_back(subnet);
  }
  port.device_id = router.id.str();
  port.device_owner = domain::router_interface_owner;
  port.port_security_enabled = false;
  port.security_groups.clear();
  port.status = domain::PortStatus::active;
  port.status_at = deps_.clock.now();
  TRY_VOID(central::put_port(writer, port, port.status_at));
  TRY_VOID(put_leg(writer, router, port, deps_.clock.now()));
  return InterfaceResult{router, port.id, network.id, subnets_of(port.fixed_ips)};
}

Routers::Taken Routers::remove_leg(Writer& writer, Router router, const domain::PortId& port_id) {
  const auto leg = std::ranges::find(router.interfaces, port_id, &RouterInterface::port_id);
  if (leg == router.interfaces.end()) {
    return failed(Code::not_found, "router.interface_not_found", "Router {} does not have an interface with id {}",
                  router.id, port_id);
  }
  const RouterInterface gone = *leg;
  const auto subnet_ids = subnets_of(gone.fixed_ips);
  for (const auto& id : subnet_ids) TRY_VOID(check_removable(writer, router, id));
  router.interfaces.erase(leg);
  TRY_VOID(central::erase_service_port(deps_, writer, port_id));
  TRY_VOID(central::put_changed(writer, router, deps_.clock.now()));
  return InterfaceResult{router, port_id, gone.network_id, subnet_ids};
}

Routers::Taken Routers::remove_subnet(Writer& writer, Router router, const domain::SubnetId& subnet_id) {
  const auto leg = std::ranges::find_if(router.interfaces, [&](const RouterInterface& candidate) {
    return std::ranges::any_of(candidate.fixed_ips, [&](const auto& ip) { return ip.subnet_id == subnet_id; });
  });
  if (leg == router.interfaces.end()) {
    return failed(Code::not_found, "router.interface_not_found_for_subnet", "Router {} has no interface on subnet {}",
                  router.id, subnet_id);
  }
  if (subnets_of(leg->fixed_ips).size() == 1) {
    TRY(auto removed, remove_leg(writer, router, leg->port_id));
    return removed;
  }
  TRY_VOID(check_removable(writer, router, subnet_id));
  TRY(auto port, boundary::get<Port>(writer, leg->port_id));
  TRY_VOID(central::drop_subnet(deps_, writer, port, subnet_id));
  TRY_VOID(put_leg(writer, router, port, deps_.clock.now()));
  return InterfaceResult{router, port.id, port.network_id, {subnet_id}};
}

Result<InterfaceResult> Routers::add_interface(const Caller& who, const domain::RouterId& id,
                                               const InterfaceWish& wish) {
  TRY_VOID(check_wish(wish));
  if (wish.subnet_id && wish.port_id) return bad_request("Cannot specify both subnet-id and port-id");
  return boundary::transact(deps_.store, [&](Writer& writer) -> Taken {
    TRY(auto router, central::seen_router(writer, who, id));
    return wish.port_id ? add_by_port(writer, who, std::move(router), *wish.port_id)
                        : add_by_subnet(writer, who, std::move(router), *wish.subnet_id);
  });
}

Result<InterfaceResult> Routers::remove_interface(const Caller& who, const domain::RouterId& id,
                                                  const InterfaceWish& wish) {
  TRY_VOID(check_wish(wish));
  return boundary::transact(deps_.store, [&](Writer& writer) -> Taken {
    TRY(auto router, central::seen_router(writer, who, id));
    if (!wish.port_id) return remove_subnet(writer, std::move(router), *wish.subnet_id);
    if (wish.subnet_id) {
      TRY(const auto port, boundary::find<Port>(writer, *wish.port_id));
      if (port && std::ranges::none_of(port->fixed_ips, [&](const auto& ip) { return ip.subnet_id == *wish.subnet_id; })) {
        return failed(Code::invalid, "router.bad_request",
                      "Subnet on port {} does not match the requested subnet {}.", *wish.port_id, *wish.subnet_id);
      }
    }
    return remove_leg(writer, std::move(router), *wish.port_id);
  });
}

}  // namespace causeway::services
