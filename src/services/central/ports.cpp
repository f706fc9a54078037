#include <algorithm>
#include <set>

#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/domain/network/port_settings.hpp"
#include "causeway/services/central/central_networks.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/central/grants.hpp"
#include "causeway/services/central/routers/service_ports.hpp"
#include "causeway/services/central/security_groups.hpp"
#include "causeway/services/central/visibility.hpp"
#include "causeway/services/common/port_rules.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Port;
using domain::SecurityGroupId;
using domain::Subnet;

namespace {

Result<void> check_groups(Reader& reader, const Caller& who, const std::vector<SecurityGroupId>& groups) {
  for (const auto& id : groups) TRY_VOID(central::seen_group(reader, who, id));
  return {};
}

}  // namespace

Result<std::vector<Port>> CentralNetworks::list_ports(const Caller& who, const Narrow& narrow) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<Port>> {
    const std::string own = who.is_admin() ? narrow.project_id : who.project_id.str();
    TRY(auto ports, central::list_narrowed<Port>(
                        reader, narrow.id,
                        {{"device_id", narrow.device_id}, {"network_id", narrow.network_id}, {"project_id", own}}));
    return central::kept(std::move(ports), [&](const Port& port) {
      return who.sees(port.project_id) && central::narrows_to(narrow.name, port.name) &&
             central::narrows_to(narrow.network_id, port.network_id.str()) &&
             central::narrows_to(narrow.device_id, port.device_id) &&
             central::narrows_to(narrow.project_id, port.project_id.str());
    });
  });
}

Result<Port> CentralNetworks::get_port(const Caller& who, const domain::PortId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) { return central::seen_port(reader, who, id); });
}

Result<Port> CentralNetworks::create_port(Writer& writer, const Caller& who, const boundary::PortDraft& draft) {
  TRY(const auto network, central::seen_network(writer, who, draft.network_id));
  if (network.deleting) return failed(Code::conflict, "network.deleting", "Network {} is being deleted.", network.id);
  TRY_VOID(check_attachable(network));
  TRY_VOID(check_device_owner(draft.device_owner));
  TRY_VOID(central::check_quota<Port>(writer, draft.project_id, 1, std::int64_t(deps_.options.port_quota)));
  Port port = domain::port_of(draft);
  TRY_VOID(check_port(port, draft.fixed_ips ? draft.fixed_ips->size() : 0, deps_.options.limits));
  TRY_VOID(check_extras(writer, who, port, deps_.options.limits));
  port.id = domain::PortId(deps_.ids.uuid());
  port.region = deps_.region;
  port.port_security_enabled = draft.port_security_enabled.value_or(network.port_security_enabled);
  if (draft.security_groups) {
    TRY_VOID(check_groups(writer, who, *draft.security_groups));
    port.security_groups = *draft.security_groups;
  } else if (port.port_security_enabled) {
    TRY(const auto group, central::default_group(deps_, writer, draft.project_id));
    port.security_groups = {group.id};
  }
  TRY(auto subnets, boundary::list<Subnet>(writer, By{"network_id", network.id.str()}));
  if (!draft.fixed_ips) subnets = domain::subnets_for(subnets, port.device_owner);
  auto book = own_book(deps_, writer);
  TRY(port.mac_address, domain::assign_mac(draft.mac_address, book));
  TRY(port.fixed_ips,
      domain::assign_addresses(subnets, wishes_of(draft.fixed_ips), {}, book, deps_.options.quarantine));
  TRY_VOID(save(writer, book));
  TRY_VOID(check_port_security(writer, who, port, draft.port_security_enabled || !draft.allowed_address_pairs.empty()));
  TRY_VOID(bind_port(writer, port, draft.host));
  port.created_at = deps_.clock.now();
  port.status_at = port.created_at;
  TRY_VOID(central::put_port(writer, port, port.created_at));
  return port;
}

Result<std::vector<Port>> CentralNetworks::create_ports(const Caller& who,
                                                        const std::vector<boundary::PortDraft>& drafts) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<Port>> {
    std::vector<Port> made;
    for (const auto& draft : drafts) {
      TRY(auto port, create_port(writer, who, draft));
      made.push_back(std::move(port));
    }
    return made;
  });
}

Result<Port> CentralNetworks::update_port(const Caller& who, const domain::PortId& id,
                                          const boundary::PortChange& change, std::optional<std::int64_t> if_revision) {
  return boundary::transact(deps_.store, [&](Writer& writer) -> Result<Port> {
    TRY(auto port, central::seen_port(writer, who, id));
    if (port.region != deps_.region) {
      return failed(Code::conflict, "port.other_region", "Port {} belongs to region {}; change it there.", id,
                    port.region);
    }
    TRY_VOID(central::check_revision(port, if_revision));
    if (change.security_groups) TRY_VOID(check_groups(writer, who, *change.security_groups));
    TRY_VOID(check_change(port, change));
    domain::apply_settings(port, change);
    TRY_VOID(check_port(port, change.fixed_ips ? change.fixed_ips->size() : 0, deps_.options.limits));
    TRY_VOID(change_extras(writer, who, port, change, deps_.options.limits));
    TRY_VOID(check_port_security(writer, who, port, change.port_security_enabled || change.allowed_address_pairs));
    if (change.host) TRY_VOID(bind_port(writer, port, *change.host));
    TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port.network_id.str()}));
    auto book = own_book(deps_, writer);
    if (change.mac_address && *change.mac_address != port.mac_address) {
      TRY_VOID(domain::free_mac(port.mac_address, book));
      TRY(port.mac_address, domain::assign_mac(change.mac_address, book));
    }
    if (change.fixed_ips) {
      TRY(port.fixed_ips, domain::assign_addresses(subnets, wishes_of(change.fixed_ips), port.fixed_ips, book,
                                                   deps_.options.quarantine));
    }
    TRY_VOID(save(writer, book));
    TRY_VOID(central::put_port(writer, port, deps_.clock.now()));
    TRY_VOID(central::release_floating_ips(deps_, writer, id, port));
    return port;
  });
}

Result<void> CentralNetworks::delete_port(const Caller& who, const domain::PortId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto port, central::seen_port(writer, who, id));
    if (port.region != deps_.region) {
      return failed(Code::conflict, "port.other_region", "Port {} belongs to region {}; delete it there.", id,
                    port.region);
    }
    TRY_VOID(check_deletable(port));
    TRY_VOID(check_not_in_trunk(writer, id));
    if (!port.device_owner.empty() && !who.is_admin()) {
      return failed(Code::conflict, "port.in_use",
                    "Unable to complete operation on port {}. Port already has an attached device {}.", id,
                    port.device_id);
    }
    TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port.network_id.str()}));
    auto book = own_book(deps_, writer);
    TRY_VOID(domain::free_numbers(port, subnets, book, deps_.options.quarantine));
    TRY_VOID(save(writer, book));
    TRY_VOID(boundary::erase<Port>(writer, id));
    TRY_VOID(central::release_floating_ips(deps_, writer, id, std::nullopt));
    return {};
  });
}

}  // namespace causeway::services
