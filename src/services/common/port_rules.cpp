#include "causeway/services/common/port_rules.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/routing/router_rules.hpp"

namespace causeway::services {

std::optional<std::vector<domain::AddressWish>> wishes_of(const std::optional<std::vector<boundary::FixedIpWish>>& wishes) {
  if (!wishes) return std::nullopt;
  std::vector<domain::AddressWish> out;
  for (const auto& wish : *wishes) out.push_back({wish.subnet_id, wish.ip_address});
  return out;
}

Result<void> check_port(const domain::Port& port, std::size_t wishes, const domain::NetworkLimits& limits) {
  TRY_VOID(domain::check_text("name", port.name, limits));
  TRY_VOID(domain::check_text("description", port.description, limits));
  TRY_VOID(domain::check_text("device_id", port.device_id, limits));
  TRY_VOID(domain::check_text("device_owner", port.device_owner, limits));
  if (wishes <= limits.fixed_ips) return {};
  return failed(fail(Code::invalid, "port.too_many_fixed_ips", "Exceeded maximum amount of fixed ips per port: {}.", limits.fixed_ips).at("fixed_ips"));
}

Result<void> check_attachable(const domain::Network& network) {
  if (!network.external) return {};
  return failed(Code::forbidden, "network.external_attach",
                "It is not allowed to create an interface on external network {}.", network.id);
}

Result<void> check_device_owner(std::string_view wish) {
  if (!domain::is_service_owner(wish)) return {};
  return failed(fail(Code::invalid, "port.bad_device_owner",
                     "Invalid input for device_owner. Reason: ports of owner {} come with their router or floating IP.", wish)
                    .at("device_owner"));
}

Result<void> check_change(const domain::Port& port, const boundary::PortChange& change) {
  if (change.device_owner && *change.device_owner != port.device_owner) TRY_VOID(check_device_owner(*change.device_owner));
  const bool touches = change.device_owner || change.device_id || change.fixed_ips || change.mac_address || change.host;
  if (!touches || !domain::is_service_owner(port.device_owner)) return {};
  return failed(Code::conflict, "port.service_port", "Port {} cannot be changed directly via the port API: has device owner {}.",
                port.id, port.device_owner);
}

Result<void> check_deletable(const domain::Port& port) {
  if (!domain::is_service_owner(port.device_owner)) return {};
  return failed(Code::conflict, "port.service_port", "Port {} cannot be deleted directly via the port API: has device owner {}.",
                port.id, port.device_owner);
}

Result<void> bind_port(boundary::Reader& reader, domain::Port& port, const domain::HostName& host) {
  port.host = host;
  port.vtep.reset();
  if (host.empty()) return {};
  TRY(const auto known, boundary::find<domain::Host>(reader, host));
  if (known) port.vtep = known->vtep;
  return {};
}

}  // namespace causeway::services
