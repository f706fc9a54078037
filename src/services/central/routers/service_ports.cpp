#include "causeway/services/central/routers/service_ports.hpp"

#include "causeway/domain/network/port_settings.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/visibility.hpp"
#include "causeway/services/common/port_rules.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Port;
using domain::Subnet;

namespace {

Port blank_port(const CentralDeps& deps, const ServicePort& wish, const domain::Network& network) {
  Port port;
  port.id = domain::PortId(deps.ids.uuid());
  port.network_id = network.id;
  port.project_id = wish.project_id;
  port.region = deps.region;
  port.device_id = wish.device_id;
  port.device_owner = wish.device_owner;
  port.port_security_enabled = false;
  port.status = domain::PortStatus::active;
  port.created_at = deps.clock.now();
  port.status_at = port.created_at;
  return port;
}

Result<void> check_address_free(Reader& reader, const Subnet& subnet, const domain::IpAddress& address) {
  TRY(const auto holders,
      boundary::list<Port>(reader, By{"address", subnet.id.str() + "/" + address.to_string()}));
  if (holders.empty()) return {};
  return failed(Code::conflict, "ipam.address_in_use", "IP address {} already allocated in subnet {}.", address,
                subnet.id);
}

Result<void> check_not_deleting(const domain::Network& network) {
  if (!network.deleting) return {};
  return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", network.id);
}

}  // namespace

Result<void> put_port(Writer& writer, Port& port, Time now) {
  auto stored = put_changed(writer, port, now);
  if (!stored) return failed(domain::port_conflict(std::move(stored).error(), port));
  return {};
}

Result<Port> make_service_port(const CentralDeps& deps, Writer& writer, const ServicePort& wish,
                               const domain::Network& network,
                               const std::optional<std::vector<boundary::FixedIpWish>>& addresses) {
  TRY_VOID(check_not_deleting(network));
  Port port = blank_port(deps, wish, network);
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", network.id.str()}));
  auto book = own_book(deps, writer);
  TRY(port.mac_address, domain::assign_mac(std::nullopt, book));
  TRY(port.fixed_ips, domain::assign_addresses(subnets, wishes_of(addresses), {}, book, deps.options.quarantine));
  TRY_VOID(save(writer, book));
  TRY_VOID(put_port(writer, port, port.created_at));
  return port;
}

Result<Port> make_gateway_address_port(const CentralDeps& deps, Writer& writer, const ServicePort& wish,
                                       const domain::Network& network, const Subnet& subnet) {
  TRY_VOID(check_not_deleting(network));
  Port port = blank_port(deps, wish, network);
  auto book = own_book(deps, writer);
  TRY(port.mac_address, domain::assign_mac(std::nullopt, book));
  TRY_VOID(save(writer, book));
  TRY_VOID(add_gateway_address(deps, writer, port, subnet));
  return port;
}

Result<void> add_gateway_address(const CentralDeps& deps, Writer& writer, Port& port, const Subnet& subnet) {
  if (subnet.deleting) return failed(Code::conflict, "subnet.deleting", "Subnet {} is being deleted.", subnet.id);
  TRY_VOID(check_address_free(writer, subnet, *subnet.gateway_ip));
  port.fixed_ips.push_back({subnet.id, *subnet.gateway_ip});
  return put_port(writer, port, deps.clock.now());
}

Result<void> drop_subnet(const CentralDeps& deps, Writer& writer, Port& port, const domain::SubnetId& subnet) {
  std::vector<domain::AddressWish> left;
  for (const auto& ip : port.fixed_ips) {
    if (ip.subnet_id != subnet) left.push_back({ip.subnet_id, ip.ip_address});
  }
  return change_addresses(deps, writer, port, left);
}

Result<void> change_addresses(const CentralDeps& deps, Writer& writer, Port& port, const std::vector<domain::AddressWish>& wishes) {
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port.network_id.str()}));
  auto book = own_book(deps, writer);
  TRY(port.fixed_ips, domain::assign_addresses(subnets, wishes, port.fixed_ips, book, deps.options.quarantine));
  TRY_VOID(save(writer, book));
  return put_port(writer, port, deps.clock.now());
}

Result<void> erase_service_port(const CentralDeps& deps, Writer& writer, const domain::PortId& id) {
  TRY(const auto port, boundary::find<Port>(writer, id));
  if (!port) return {};
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port->network_id.str()}));
  auto book = own_book(deps, writer);
  TRY_VOID(domain::free_numbers(*port, subnets, book, deps.options.quarantine));
  TRY_VOID(save(writer, book));
  TRY_VOID(boundary::erase<Port>(writer, id));
  return {};
}

}  // namespace causeway::services::central
