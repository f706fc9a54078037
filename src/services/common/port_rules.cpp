#include "causeway/services/common/port_rules.hpp"

#include <set>
#include <utility>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"
#include "causeway/domain/router/router_rules.hpp"

namespace causeway::services {
namespace {

constexpr std::size_t max_address_pairs = 10;

Result<void> check_pairs(const domain::Port& port) {
  const auto& pairs = port.allowed_address_pairs;
  if (pairs.empty()) return {};
  if (!port.port_security_enabled) {
    return failed(Code::conflict, "port.pairs_need_security",
                  "Port Security must be enabled in order to have allowed address pairs on a port.");
  }
  if (pairs.size() > max_address_pairs) {
    return failed(fail(Code::invalid, "port.too_many_pairs", "The number of allowed address pair exceeds the maximum {}.", max_address_pairs)
                      .at("allowed_address_pairs"));
  }
  std::set<std::pair<domain::Cidr, domain::Mac>> seen;
  for (const auto& pair : pairs) {
    const auto mac = pair.mac_address.value_or(port.mac_address);
    if (seen.emplace(pair.ip_address, mac).second) continue;
    return failed(fail(Code::invalid, "port.duplicate_pair", "Request contains duplicate address pair: mac_address {} ip_address {}.", mac,
                       pair.ip_address)
                      .at("allowed_address_pairs"));
  }
  return {};
}

/// Replies are let in by connections that are followed, or by rules: a port cannot have it both ways.
Result<void> check_one_kind(boundary::Reader& reader, const domain::Port& port) {
  std::optional<bool> stateful;
  for (const auto& id : port.security_groups) {
    TRY(const auto group, boundary::find<domain::SecurityGroup>(reader, id));
    if (!group) continue;
    if (stateful && *stateful != group->stateful) {
      return failed(Code::conflict, "security_group.mixed",
                    "Cannot apply both stateful and stateless security groups on the same port at the same time.");
    }
    stateful = group->stateful;
  }
  return {};
}

}  // namespace

Result<void> check_port_security(boundary::Reader& reader, const domain::Caller& who, const domain::Port& port, bool asked) {
  if (asked && !who.is_admin()) {
    TRY(const auto network, boundary::find<domain::Network>(reader, port.network_id));
    if (!network || network->project_id != who.project_id) {
      return failed(Code::forbidden, "policy.denied",
                    "Setting port_security_enabled and allowed_address_pairs is reserved to the owner of the network and administrators.");
    }
  }
  if (!port.port_security_enabled && !port.security_groups.empty()) {
    if (port.revision_number == 0) {
      return failed(Code::invalid, "port.groups_need_security",
                    "Port security must be enabled and port must have an IP address in order to use security groups.");
    }
    return failed(Code::conflict, "port.has_groups",
                  "Port has security group associated. Cannot disable port security or IP address until security group is removed.");
  }
  TRY_VOID(check_pairs(port));
  return check_one_kind(reader, port);
}

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
