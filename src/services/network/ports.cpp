#include <algorithm>

#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/port_addresses.hpp"
#include "causeway/domain/network/port_settings.hpp"
#include "causeway/services/common/port_rules.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "causeway/services/network/access.hpp"
#include "causeway/services/network/local_networks.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Narrow;
using boundary::PortChange;
using boundary::PortDraft;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::LeaseBook;
using domain::Port;
using domain::Subnet;

namespace {

Result<void> check_groups(Reader& reader, const Caller& who, const std::vector<domain::SecurityGroupId>& groups) {
  for (const auto& id : groups) {
    TRY(const auto group, boundary::find<domain::SecurityGroup>(reader, id));
    if (!group || !who.sees(group->project_id))
      return failed(Code::not_found, "security_group.not_found", "Security group {} does not exist", id);
  }
  return {};
}

}  // namespace

Result<void> local::put_port(Writer& writer, Port& port, Time now) {
  ++port.revision_number;
  port.updated_at = now;
  auto stored = boundary::put(writer, port);
  if (!stored) return failed(domain::port_conflict(std::move(stored).error(), port));
  return {};
}

/// Runs `function(writer, book)` in a transaction with our leases. Where they do not suffice, asks the centre and
/// starts again.
template <class Function>
auto LocalNetworks::with_leases(std::uint64_t want, Function function)
    -> std::invoke_result_t<Function&, Writer&, LeaseBook&> {
  using Outcome = std::invoke_result_t<Function&, Writer&, LeaseBook&>;
  for (int round = 0;; ++round) {
    std::vector<domain::Shortage> shortages;
    auto done = boundary::transact(deps_.store, [&](Writer& writer) -> Outcome {
      auto book = leases_.book(writer);
      Outcome outcome = function(writer, book);
      shortages = book.shortages();
      if (!outcome) return outcome;
      TRY_VOID(LeaseKeeper::save(writer, book));
      wake_low(book);
      return outcome;
    });
    const bool dry = !done && done.error().reason == "ipam.pool_exhausted" && !shortages.empty();
    if (!dry || round == deps_.options.max_refills) return done;
    auto more = leases_.acquire(shortages, want);
    if (!more && more.error().code == Code::exhausted) return done;  // whose message names what is short
    if (!more) return std::unexpected(std::move(more).error());
  }
}

Result<std::vector<Port>> LocalNetworks::list_ports(const Caller& who, const Narrow& narrow) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<std::vector<Port>> {
    std::optional<By> by;
    if (!narrow.network_id.empty()) by = By{"network_id", narrow.network_id};
    if (!narrow.device_id.empty()) by = By{"device_id", narrow.device_id};
    if (!by && !who.is_admin()) by = By{"project_id", who.project_id.str()};
    std::vector<Port> ports;
    if (!narrow.id.empty()) {
      TRY(auto port, boundary::find<Port>(reader, narrow.id));
      if (port) ports.push_back(*std::move(port));
    } else {
      TRY(ports, boundary::list<Port>(reader, by));
    }
    std::erase_if(ports, [&](const Port& port) {
      return !local::is_shown(who, deps_.region, port) || !local::matches(narrow.name, port.name) ||
             !local::matches(narrow.network_id, port.network_id.str()) ||
             !local::matches(narrow.device_id, port.device_id) ||
             !local::matches(narrow.project_id, port.project_id.str());
    });
    return ports;
  });
}

Result<Port> LocalNetworks::get_port(const Caller& who, const domain::PortId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<Port> {
    TRY(auto port, boundary::find<Port>(reader, id));
    if (!port || !local::is_shown(who, deps_.region, *port))
      return failed(Code::not_found, "port.not_found", "Port {} could not be found.", id);
    return *std::move(port);
  });
}

/// The tunnel endpoint follows the host.
Result<Port> LocalNetworks::create_port(Writer& writer, const Caller& who, const PortDraft& draft, LeaseBook& book) {
  TRY(const auto network, local::usable_network(writer, who, draft.network_id));
  TRY_VOID(check_device_owner(draft.device_owner));
  TRY_VOID(quota_.admit(writer, draft.project_id, deps_.options.port_quota));
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
    TRY(const auto group, local::default_group(writer, draft.project_id));
    if (group) port.security_groups = {group->id};
  }
  TRY(auto subnets, boundary::list<Subnet>(writer, By{"network_id", network.id.str()}));
  if (!draft.fixed_ips) subnets = domain::subnets_for(subnets, port.device_owner);
  TRY(port.mac_address, domain::assign_mac(draft.mac_address, book));
  TRY(port.fixed_ips,
      domain::assign_addresses(subnets, wishes_of(draft.fixed_ips), {}, book, deps_.options.quarantine));
  TRY_VOID(check_port_security(writer, who, port, draft.port_security_enabled || !draft.allowed_address_pairs.empty()));
  TRY_VOID(bind_port(writer, port, draft.host));
  port.created_at = deps_.clock.now();
  port.status_at = port.created_at;
  TRY_VOID(local::put_port(writer, port, port.created_at));
  return port;
}

Result<std::vector<Port>> LocalNetworks::create_ports(const Caller& who, const std::vector<PortDraft>& drafts) {
  for (const auto& draft : drafts) {
    TRY_VOID(get_network(who, draft.network_id));
    if (!draft.security_groups && draft.port_security_enabled.value_or(true)) TRY_VOID(need_default_group(who, draft.project_id));
    if (draft.security_groups) TRY_VOID(need_groups(who, *draft.security_groups));
  }
  return with_leases(drafts.size(), [&](Writer& writer, LeaseBook& book) -> Result<std::vector<Port>> {
    std::vector<Port> made;
    for (const auto& draft : drafts) {
      TRY(auto port, create_port(writer, who, draft, book));
      made.push_back(std::move(port));
    }
    return made;
  });
}

Result<Port> LocalNetworks::change_port(Writer& writer, const Caller& who, const domain::PortId& id,
                                        const PortChange& change, const std::optional<std::int64_t>& if_revision,
                                        LeaseBook& book) {
  TRY(auto port, local::seen_port(writer, who, deps_.region, id));
  if (if_revision && *if_revision != port.revision_number) {
    return failed(Code::conflict, "revision.mismatch", "Constrained to revision {}, but the current revision is {}.",
                  *if_revision, port.revision_number);
  }
  if (change.security_groups) TRY_VOID(check_groups(writer, who, *change.security_groups));
  TRY_VOID(check_change(port, change));
  domain::apply_settings(port, change);
  TRY_VOID(check_port(port, change.fixed_ips ? change.fixed_ips->size() : 0, deps_.options.limits));
  TRY_VOID(change_extras(writer, who, port, change, deps_.options.limits));
  TRY_VOID(check_port_security(writer, who, port, change.port_security_enabled || change.allowed_address_pairs));
  if (change.mac_address || change.fixed_ips) {
    TRY(const bool claimed, TravellingPorts::is_claimed(writer, id));
    if (claimed) {
      return failed(Code::conflict, "port.travelling",
                    "Port {} is of the central network service; its addresses are changed there, while it is not in use.", id);
    }
  }
  if (change.host) TRY_VOID(bind_port(writer, port, *change.host));
  if (change.mac_address && *change.mac_address != port.mac_address) {
    TRY_VOID(domain::free_mac(port.mac_address, book));
    TRY(port.mac_address, domain::assign_mac(change.mac_address, book));
  }
  if (change.fixed_ips) {
    TRY_VOID(local::usable_network(writer, who, port.network_id));
    TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port.network_id.str()}));
    TRY(port.fixed_ips,
        domain::assign_addresses(subnets, wishes_of(change.fixed_ips), port.fixed_ips, book, deps_.options.quarantine));
  }
  TRY_VOID(local::put_port(writer, port, deps_.clock.now()));
  return port;
}

Result<Port> LocalNetworks::update_port(const Caller& who, const domain::PortId& id, const PortChange& change,
                                        std::optional<std::int64_t> if_revision) {
  if (change.security_groups) TRY_VOID(need_groups(who, *change.security_groups));
  return with_leases(
      1, [&](Writer& writer, LeaseBook& book) { return change_port(writer, who, id, change, if_revision, book); });
}

Result<Port> LocalNetworks::join_ports(Writer& writer, std::vector<Port> parts, const std::optional<domain::Mac>& mac) {
  auto book = leases_.book(writer);
  Port out = std::move(parts.front());
  for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
    out.fixed_ips.insert(out.fixed_ips.end(), part->fixed_ips.begin(), part->fixed_ips.end());
    TRY_VOID(domain::free_mac(part->mac_address, book));
    TRY_VOID(boundary::erase<Port>(writer, part->id));
  }
  if (mac && *mac != out.mac_address) {
    TRY_VOID(domain::free_mac(out.mac_address, book));
    TRY(out.mac_address, domain::assign_mac(mac, book));
  }
  TRY_VOID(LeaseKeeper::save(writer, book));
  return out;
}

Result<void> LocalNetworks::erase_port(Writer& writer, const Port& port, LeaseBook& book) const {
  TRY(const auto subnets, boundary::list<Subnet>(writer, By{"network_id", port.network_id.str()}));
  TRY_VOID(domain::free_numbers(port, subnets, book, deps_.options.quarantine));
  TRY_VOID(boundary::erase<Port>(writer, port.id));
  return TravellingPorts::note_unused(writer, port.id);
}

Result<void> LocalNetworks::delete_port(const Caller& who, const domain::PortId& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(const auto port, local::seen_port(writer, who, deps_.region, id));
    if (!port.device_owner.empty() && !who.is_admin()) {
      return failed(Code::conflict, "port.in_use",
                    "Unable to complete operation on port {}. Port already has an attached device {}.", id,
                    port.device_id);
    }
    TRY_VOID(check_not_in_trunk(writer, id));
    auto book = leases_.book(writer);
    TRY_VOID(erase_port(writer, port, book));
    return LeaseKeeper::save(writer, book);
  });
}

}  // namespace causeway::services
