#include "causeway/services/common/trunks/trunk_facts.hpp"

#include "causeway/boundary/collection.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using domain::Port;
using domain::PortId;
using domain::Trunk;

namespace {

Result<std::map<PortId, Port>> ports_of(Reader& reader, const Trunk& trunk) {
  std::map<PortId, Port> out;
  const auto add = [&](const PortId& id) -> Result<void> {
    TRY(auto port, boundary::find<Port>(reader, id));
    if (port) out.emplace(id, *std::move(port));
    return {};
  };
  TRY_VOID(add(trunk.port_id));
  for (const auto& sub : trunk.sub_ports) TRY_VOID(add(sub.port_id));
  return out;
}

}  // namespace

Result<std::vector<domain::TrunkStatus>> TrunkFacts::statuses(const std::vector<Trunk>& trunks) {
  return boundary::view(store_, [&](Reader& reader) -> Result<std::vector<domain::TrunkStatus>> {
    std::vector<domain::TrunkStatus> out;
    for (const auto& trunk : trunks) {
      TRY(const auto ports, ports_of(reader, trunk));
      out.push_back(domain::status_of(trunk, ports));
    }
    return out;
  });
}

Result<std::map<PortId, boundary::TrunkOfPort>> TrunkFacts::of_parents(const std::vector<Port>& ports) {
  using Out = std::map<PortId, boundary::TrunkOfPort>;
  return boundary::view(store_, [&](Reader& reader) -> Result<Out> {
    Out out;
    TRY(const auto any, reader.list({std::string(Trunk::kind), "", "", "", 1}));
    if (any.empty()) return out;  // as nearly everywhere
    for (const auto& port : ports) {
      TRY(const auto trunk, trunk_with(reader, port.id));
      if (!trunk || trunk->port_id != port.id) continue;
      TRY(const auto around, ports_of(reader, *trunk));
      auto& told = out[port.id];
      told.id = trunk->id;
      for (const auto& sub : trunk->sub_ports) {
        const auto found = around.find(sub.port_id);
        told.sub_ports.emplace_back(sub, found == around.end() ? domain::Mac() : found->second.mac_address);
      }
    }
    return out;
  });
}

Result<std::optional<Trunk>> trunk_with(Reader& reader, const PortId& port) {
  TRY(auto found, boundary::list<Trunk>(reader, By{"port", port.str()}));
  if (found.empty()) return std::optional<Trunk>();
  return std::optional(std::move(found.front()));
}

Result<void> check_not_in_trunk(Reader& reader, const PortId& port) {
  TRY(const auto trunk, trunk_with(reader, port));
  if (!trunk) return {};
  if (trunk->port_id == port) {
    return failed(Code::conflict, "trunk.port_in_use_as_parent", "Port {} is currently a parent port for trunk {}.", port, trunk->id);
  }
  return failed(Code::conflict, "trunk.port_in_use_as_sub_port", "Port {} is currently a subport for trunk {}.", port, trunk->id);
}

}  // namespace causeway::services
