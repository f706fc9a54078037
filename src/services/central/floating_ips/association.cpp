#include "causeway/services/central/floating_ips/association.hpp"

#include <algorithm>

#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::FixedIp;
using domain::FloatingIp;
using domain::Port;
using domain::Router;

namespace {

template <class... Args>
std::unexpected<Error> bad_request(fmt::format_string<Args...> format, Args&&... args) {
  return failed(Code::invalid, "floatingip.bad_request", "Bad floatingip request: {}.",
                fmt::format(format, std::forward<Args>(args)...));
}

Result<FixedIp> fixed_ip_of(const Port& port, const std::optional<domain::IpAddress>& wish) {
  std::vector<FixedIp> v4;
  std::ranges::copy_if(port.fixed_ips, std::back_inserter(v4), [](const FixedIp& ip) { return ip.ip_address.is_v4(); });
  if (wish) {
    const auto found = std::ranges::find(v4, *wish, &FixedIp::ip_address);
    if (found == v4.end()) return bad_request("Port {} does not have fixed ip {}", port.id, *wish);
    return *found;
  }
  if (v4.empty()) return bad_request("Cannot add floating IP to port {} that has no fixed IPv4 addresses", port.id);
  if (v4.size() > 1) {
    return bad_request(
        "Port {} has multiple fixed IPv4 addresses. Must provide a specific IPv4 address when assigning a floating IP",
        port.id);
  }
  return v4.front();
}

bool reaches(const Router& router, const FixedIp& fixed, const domain::NetworkId& external) {
  const bool leg = std::ranges::any_of(router.interfaces, [&](const domain::RouterInterface& one) {
    return std::ranges::any_of(one.fixed_ips, [&](const FixedIp& ip) { return ip.subnet_id == fixed.subnet_id; });
  });
  return leg && std::ranges::any_of(router.gateways,
                                    [&](const auto& gateway) { return gateway.network_id == external; });
}

bool has_address(const Router& router, const std::optional<domain::IpAddress>& address) {
  return address && std::ranges::any_of(router.interfaces, [&](const domain::RouterInterface& leg) {
           return std::ranges::any_of(leg.fixed_ips, [&](const FixedIp& ip) { return ip.ip_address == *address; });
         });
}

/// The router that has the subnet's gateway address first: the port sends its answers there.
Result<domain::RouterId> router_for(Reader& reader, const Port& port, const FixedIp& fixed,
                                    const domain::NetworkId& external) {
  TRY(auto routers, boundary::list<Router>(reader, By{"network_id", port.network_id.str()}));
  std::erase_if(routers, [&](const Router& router) { return !reaches(router, fixed, external); });
  if (routers.empty()) {
    return failed(Code::not_found, "floatingip.no_gateway",
                  "External network {} is not reachable from subnet {}. Therefore, cannot associate Port {} with a "
                  "Floating IP.",
                  external, fixed.subnet_id, port.id);
  }
  TRY(const auto subnet, boundary::get<domain::Subnet>(reader, fixed.subnet_id));
  const auto usual =
      std::ranges::find_if(routers, [&](const Router& router) { return has_address(router, subnet.gateway_ip); });
  return usual == routers.end() ? routers.front().id : usual->id;
}

Result<void> check_single(Reader& reader, const FloatingIp& floating_ip, const Port& port, const FixedIp& fixed) {
  TRY(const auto others, boundary::list<FloatingIp>(reader, By{"port_id", port.id.str()}));
  for (const auto& other : others) {
    if (other.id == floating_ip.id || other.fixed_ip_address != fixed.ip_address ||
        other.floating_network_id != floating_ip.floating_network_id)
      continue;
    return failed(Code::conflict, "floatingip.port_associated",
                  "Cannot associate floating IP {} ({}) with port {} using fixed IP {}, as that fixed IP already has a "
                  "floating IP on external network {}.",
                  floating_ip.floating_ip_address, floating_ip.id, port.id, fixed.ip_address,
                  other.floating_network_id);
  }
  return {};
}

}  // namespace

void dissociate(FloatingIp& floating_ip) {
  floating_ip.port_id.reset();
  floating_ip.fixed_ip_address.reset();
  floating_ip.router_id.reset();
  floating_ip.status = domain::FloatingIpStatus::down;
}

Result<void> associate(Reader& reader, const domain::Caller& who, FloatingIp& floating_ip, const domain::PortId& id,
                       const std::optional<domain::IpAddress>& wish) {
  TRY(const auto port, seen_port(reader, who, id));
  if (port.project_id != floating_ip.project_id && !who.is_admin()) {
    return bad_request("Port {} is associated with a different tenant than Floating IP {} and therefore cannot be bound",
                       id, floating_ip.id);
  }
  TRY(const auto fixed, fixed_ip_of(port, wish));
  TRY_VOID(check_single(reader, floating_ip, port, fixed));
  TRY(const auto router, router_for(reader, port, fixed, floating_ip.floating_network_id));
  if (floating_ip.port_id == id && floating_ip.fixed_ip_address == fixed.ip_address && floating_ip.router_id == router)
    return {};
  floating_ip.port_id = id;
  floating_ip.fixed_ip_address = fixed.ip_address;
  floating_ip.router_id = router;
  floating_ip.status = domain::FloatingIpStatus::down;  // until the gateway host has it
  return {};
}

Result<void> release_floating_ips(const CentralDeps& deps, Writer& writer, const domain::PortId& id,
                                  const std::optional<Port>& port) {
  TRY(auto users, boundary::list<FloatingIp>(writer, By{"port_id", id.str()}));
  for (auto& user : users) {
    const bool keeps = port && std::ranges::any_of(port->fixed_ips, [&](const FixedIp& ip) {
                         return ip.ip_address == user.fixed_ip_address;
                       });
    if (keeps) continue;
    dissociate(user);
    TRY_VOID(put_changed(writer, user, deps.clock.now()));
  }
  return {};
}

}  // namespace causeway::services::central
