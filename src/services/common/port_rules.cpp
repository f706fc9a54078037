#include "causeway/services/common/port_rules.hpp"

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"

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
  TRY_VOID(domain::check_dns_name(port.dns_name));
  if (wishes <= limits.fixed_ips) return {};
  return failed(fail(Code::invalid, "port.too_many_fixed_ips", "Exceeded maximum amount of fixed ips per port: {}.", limits.fixed_ips).at("fixed_ips"));
}

Result<void> check_policy(boundary::Reader& reader, const domain::Caller& who, const std::optional<domain::QosPolicyId>& id) {
  if (!id) return {};
  TRY(const auto policy, boundary::find<domain::QosPolicy>(reader, *id));
  if (policy && domain::sees_object(who, *policy)) return {};
  return failed(Code::not_found, "qos_policy.not_found", "QoS policy {} could not be found.", *id);
}

Result<void> check_extras(boundary::Reader& reader, const domain::Caller& who, domain::Port& port, const domain::NetworkLimits& limits) {
  TRY_VOID(check_policy(reader, who, port.qos_policy_id));
  TRY(port.tags, domain::tags_after({}, {domain::TagChange::How::replace, port.tags}, limits));
  return {};
}

Result<void> change_extras(boundary::Reader& reader, const domain::Caller& who, domain::Port& port, const boundary::PortChange& change,
                           const domain::NetworkLimits& limits) {
  if (change.qos_policy_id) TRY_VOID(check_policy(reader, who, port.qos_policy_id));
  if (change.tags) {
    TRY(port.tags, domain::tags_after(std::move(port.tags), *change.tags, limits));
  }
  return {};
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
