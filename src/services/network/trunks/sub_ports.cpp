#include "causeway/services/network/trunks/sub_ports.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/network/port_fault.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"
#include "causeway/services/network/access.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Writer;
using domain::Port;
using domain::SubPort;
using domain::Trunk;
using domain::TrunkId;

namespace {

constexpr std::size_t batch = 256;

/// The trunk that a record has to do with.
Result<std::optional<TrunkId>> trunk_of(Reader& reader, const boundary::Record& record) {
  if (record.kind == Trunk::kind) return std::optional(TrunkId(record.id));
  if (record.kind != Port::kind) return std::optional<TrunkId>();
  if (text_member(record.body, "device_owner") == domain::sub_port_owner) return std::optional(TrunkId(text_member(record.body, "device_id")));
  TRY(const auto trunk, trunk_with(reader, domain::PortId(record.id)));
  return trunk ? std::optional(trunk->id) : std::nullopt;
}

bool is_bound_to(const Port& port, const Trunk& trunk, const SubPort& sub, const Port* parent) {
  const auto host = parent == nullptr ? domain::HostName() : parent->host;
  const auto place = parent == nullptr ? std::nullopt : std::optional(domain::SubPortPlace{trunk.port_id, std::uint16_t(sub.segmentation_id)});
  return port.device_id == trunk.id.str() && port.device_owner == domain::sub_port_owner && port.host == host && domain::place_of(port) == place;
}

}  // namespace

Result<std::vector<TrunkId>> SubPorts::follow() {
  std::set<TrunkId> found;
  TRY_VOID(deps_.store.read([&](Reader& reader) -> Result<void> {
    TRY(const auto complete, reader.oldest_complete());
    // at first, and when the history is gone: the changes from the beginning are all records there are
    auto from = seen_ < complete ? 0 : seen_;
    while (true) {
      TRY(const auto changes, reader.changes(from, batch));
      for (const auto& change : changes) {
        TRY(const auto trunk, trunk_of(reader, change.record));
        if (trunk) found.insert(*trunk);
      }
      if (changes.size() < batch) break;
      from = changes.back().record.revision;
    }
    TRY(seen_, reader.revision());
    return {};
  }));
  return std::vector<TrunkId>(found.begin(), found.end());
}

Result<void> SubPorts::settle(const TrunkId& id) {
  TRY(const auto missing, boundary::transact(deps_.store, [&](Writer& writer) { return bind(writer, id); }));
  if (missing.empty()) return {};
  Result<void> outcome;
  for (const auto& port : missing) {
    auto fetched = fetch(id, port);
    if (!fetched && outcome) outcome = failed(std::move(fetched).error().while_("fetching subport {} of trunk {}", port.port, id));
  }
  TRY_VOID(boundary::transact(deps_.store, [&](Writer& writer) { return bind(writer, id); }));
  return outcome;
}

Result<void> SubPorts::fetch(const TrunkId& trunk, const Missing& missing) {
  domain::Caller who;
  who.project_id = missing.project;
  who.roles = {"admin"};
  TRY(const auto port, travelling_.claim(who, missing.port.str(), trunk));
  return need_network_(who, port.network_id);
}

/// Returns the subports that are to be bound here and are not here.
Result<std::vector<SubPorts::Missing>> SubPorts::bind(Writer& writer, const TrunkId& id) {
  TRY(const auto trunk, boundary::find<Trunk>(writer, id));
  TRY(const auto held, boundary::list<Port>(writer, By{"device_id", id.str()}));
  for (const auto& port : held) {
    if (port.region != deps_.region || port.device_owner != domain::sub_port_owner) continue;
    if (!trunk || !domain::has_sub_port(*trunk, port.id)) TRY_VOID(local::release_port(writer, port, deps_.clock.now()));
  }
  std::vector<Missing> missing;
  if (!trunk) return missing;
  TRY(const auto parent, boundary::find<Port>(writer, trunk->port_id));
  const bool here = parent && parent->region == deps_.region && !parent->host.empty();
  for (const auto& sub : trunk->sub_ports) {
    TRY(auto port, boundary::find<Port>(writer, sub.port_id));
    if (!port || port->region != deps_.region) {
      if (here) missing.push_back({sub.port_id, trunk->project_id});
      continue;
    }
    TRY_VOID(bind_one(writer, *trunk, sub, *std::move(port), here ? &*parent : nullptr));
  }
  return missing;
}

Result<void> SubPorts::bind_one(Writer& writer, const Trunk& trunk, const SubPort& sub, Port port, const Port* parent) {
  if (is_bound_to(port, trunk, sub, parent)) return {};
  const auto now = deps_.clock.now();
  TRY(const bool claimed, TravellingPorts::is_claimed(writer, port.id));
  if (parent == nullptr && claimed) return local::release_port(writer, std::move(port), now);
  port.device_id = trunk.id.str();
  port.device_owner = domain::sub_port_owner;
  port.host = parent == nullptr ? domain::HostName() : parent->host;
  port.vtep = parent == nullptr ? std::nullopt : parent->vtep;
  domain::set_place(port, std::nullopt);
  if (parent != nullptr) domain::set_place(port, domain::SubPortPlace{trunk.port_id, std::uint16_t(sub.segmentation_id)});
  port.status = parent == nullptr ? domain::PortStatus::down : domain::PortStatus::build;
  port.status_at = now;
  TRY_VOID(TravellingPorts::note_used(writer, port.id, now));
  return local::put_port(writer, port, now);
}

Result<void> local::release_port(Writer& writer, Port port, Time now) {
  port.device_id.clear();
  port.device_owner.clear();
  port.host = {};
  port.vtep.reset();
  domain::set_place(port, std::nullopt);
  domain::set_fault(port, "");
  port.status = domain::PortStatus::down;
  port.status_at = now;
  TRY_VOID(TravellingPorts::note_unused(writer, port.id));
  return local::put_port(writer, port, now);
}

}  // namespace causeway::services
