#pragma once

#include <optional>

#include "causeway/base/error.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::domain {

/// Copies what is set in a change of a port that has no consequences elsewhere: not addresses, MAC, or binding.
/// `Change` is boundary::PortChange, which domain cannot name.
template <class Change>
void apply_settings(Port& port, const Change& change) {
  const auto copy = [](const auto& from, auto& to) {
    if (from) to = *from;
  };
  copy(change.name, port.name);
  copy(change.description, port.description);
  copy(change.device_id, port.device_id);
  copy(change.device_owner, port.device_owner);
  copy(change.vnic_type, port.vnic_type);
  copy(change.admin_state_up, port.admin_state_up);
  copy(change.port_security_enabled, port.port_security_enabled);
  copy(change.security_groups, port.security_groups);
  copy(change.allowed_address_pairs, port.allowed_address_pairs);
  copy(change.binding_profile, port.binding_profile);
  copy(change.qos_policy_id, port.qos_policy_id);
  copy(change.dns_name, port.dns_name);
  copy(change.extra_dhcp_opts, port.extra_dhcp_opts);
}

/// The same of a draft (boundary::PortDraft), for a new port.
template <class Draft>
Port port_of(const Draft& draft) {
  Port port;
  port.network_id = draft.network_id;
  port.project_id = draft.project_id;
  port.name = draft.name;
  port.description = draft.description;
  port.admin_state_up = draft.admin_state_up;
  port.device_id = draft.device_id;
  port.device_owner = draft.device_owner;
  port.port_security_enabled = draft.port_security_enabled.value_or(true);
  port.allowed_address_pairs = draft.allowed_address_pairs;
  port.host = draft.host;
  port.binding_profile = draft.binding_profile;
  port.vnic_type = draft.vnic_type;
  port.tags = draft.tags;
  port.qos_policy_id = draft.qos_policy_id;
  port.dns_name = draft.dns_name;
  port.extra_dhcp_opts = draft.extra_dhcp_opts;
  return port;
}

/// What a violated unique index of a port means to the user; other errors are passed on.
inline Error port_conflict(Error error, const Port& port) {
  if (error.reason != "store.unique") return error;
  if (error.field == "mac") {
    return fail(Code::conflict, "port.mac_in_use",
                "Unable to complete operation for network {}. The mac address {} is in use.", port.network_id,
                port.mac_address);
  }
  return fail(Code::conflict, "ipam.address_in_use", "An IP address of port {} is already allocated.", port.id);
}

}  // namespace causeway::domain
