#include "causeway/services/central/trunks/trunks.hpp"

#include <algorithm>

#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Caller;
using domain::Port;
using domain::SubPort;
using domain::Trunk;

namespace {

bool same_sub_ports(const Trunk& a, const Trunk& b) {
  return std::ranges::equal(a.sub_ports, b.sub_ports, [](const SubPort& x, const SubPort& y) {
    return x.port_id == y.port_id && x.segmentation_id == y.segmentation_id;
  });
}

Result<void> store_port(const CentralDeps& deps, Writer& writer, Port port) { return central::put_changed(writer, port, deps.clock.now()); }

/// The ports that are the centre's say at once whose they are; those of regions do when their region has heard.
Result<void> mark_own(const CentralDeps& deps, Writer& writer, const Trunk& trunk) {
  TRY(const auto marked, boundary::list<Port>(writer, By{"device_id", trunk.id.str()}));
  for (auto port : marked) {
    if (port.region != deps.region || domain::has_sub_port(trunk, port.id)) continue;
    port.device_id.clear();
    port.device_owner.clear();
    TRY_VOID(store_port(deps, writer, std::move(port)));
  }
  for (const auto& sub : trunk.sub_ports) {
    TRY(auto port, boundary::find<Port>(writer, sub.port_id));
    if (!port || port->region != deps.region || port->device_id == trunk.id.str()) continue;
    port->device_id = trunk.id.str();
    port->device_owner = domain::sub_port_owner;
    TRY_VOID(store_port(deps, writer, *std::move(port)));
  }
  return {};
}

}  // namespace

Result<Port> Trunks::check_parent(Reader& reader, const Caller& who, const Trunk& trunk) const {
  TRY(auto port, central::seen_port(reader, who, trunk.port_id));
  TRY_VOID(check_not_in_trunk(reader, port.id));
  if (domain::is_service_owner(port.device_owner)) {
    return failed(Code::conflict, "trunk.parent_in_use", "Port {} is currently in use and is not eligible for use as a parent port.", port.id);
  }
  return port;
}

Result<void> Trunks::check_new_sub_port(Reader& reader, const Caller& who, const Trunk& trunk, const Port& parent, const SubPort& sub) const {
  TRY(const auto port, central::seen_port(reader, who, sub.port_id));
  TRY_VOID(check_not_in_trunk(reader, port.id));
  if (!port.device_id.empty() || domain::is_service_owner(port.device_owner)) {
    return failed(Code::conflict, "port.in_use", "Port {} is in use by {} and cannot be a subport.", port.id,
                  port.device_id.empty() ? port.device_owner : port.device_id);
  }
  if (port.region != deps_.region && port.region != parent.region) {
    return failed(Code::conflict, "trunk.other_region", "Port {} is of region {}; the parent port {} of trunk {} is of {}.", port.id, port.region,
                  parent.id, trunk.id, parent.region);
  }
  TRY(const auto inner, boundary::get<domain::Network>(reader, port.network_id));
  TRY(const auto outer, boundary::get<domain::Network>(reader, parent.network_id));
  if (inner.mtu <= outer.mtu) return {};
  return failed(Code::conflict, "trunk.mtu", "MTU {} of subport {} cannot be higher than MTU {} of the trunk's parent port {}.", inner.mtu, port.id,
                outer.mtu, parent.id);
}

Result<void> Trunks::complete(Writer& writer, const Caller& who, const Trunk* before, Trunk& trunk) {
  TRY_VOID(domain::check_text("name", trunk.name, deps_.options.limits));
  TRY_VOID(domain::check_text("description", trunk.description, deps_.options.limits));
  if (before != nullptr && same_sub_ports(*before, trunk)) return {};
  if (before != nullptr && !before->admin_state_up && !trunk.admin_state_up)
    return failed(Code::conflict, "trunk.disabled", "Trunk {} is currently disabled.", trunk.id);
  TRY_VOID(domain::check_sub_ports(trunk));
  TRY(const auto parent, before == nullptr ? check_parent(writer, who, trunk) : boundary::get<Port>(writer, trunk.port_id));
  for (const auto& sub : trunk.sub_ports) {
    if (before != nullptr && domain::has_sub_port(*before, sub.port_id)) continue;
    TRY_VOID(check_new_sub_port(writer, who, trunk, parent, sub));
  }
  return {};
}

Result<void> Trunks::check_removal(Writer&, const Trunk&) { return {}; }
Result<void> Trunks::written(Writer& writer, const Trunk& trunk) { return mark_own(deps_, writer, trunk); }
Result<void> Trunks::removed(Writer& writer, const Trunk& trunk) {
  Trunk empty;
  empty.id = trunk.id;
  return mark_own(deps_, writer, empty);
}

Result<void> central::forget_trunked(const CentralDeps& deps, Writer& writer, const domain::PortId& id) {
  TRY(const auto port, boundary::find<Port>(writer, id));
  TRY(auto trunk, trunk_with(writer, id));
  if (port || !trunk) return {};
  if (trunk->port_id == id) {
    TRY_VOID(boundary::erase<Trunk>(writer, trunk->id));
    trunk->sub_ports.clear();
  } else {
    std::erase_if(trunk->sub_ports, [&](const SubPort& sub) { return sub.port_id == id; });
    TRY_VOID(put_changed(writer, *trunk, deps.clock.now()));
  }
  return mark_own(deps, writer, *trunk);
}

Result<void> central::forget_all_trunked(const CentralDeps& deps, Writer& writer) {
  TRY(const auto trunks, boundary::list<Trunk>(writer));
  for (const auto& trunk : trunks) {
    TRY_VOID(forget_trunked(deps, writer, trunk.port_id));
    for (const auto& sub : trunk.sub_ports) TRY_VOID(forget_trunked(deps, writer, sub.port_id));
  }
  return {};
}

Result<void> central::show_trunk(Reader& reader, Port& port) {
  TRY(const auto trunk, trunk_with(reader, port.id));
  if (!trunk || !domain::has_sub_port(*trunk, port.id)) return {};
  port.device_id = trunk->id.str();
  port.device_owner = domain::sub_port_owner;
  return {};
}

}  // namespace causeway::services
