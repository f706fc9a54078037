#include "causeway/services/containers/hosts/host_loss.hpp"

#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/services/common/facts/port_faults.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/capsules/capsule_records.hpp"
#include "causeway/services/containers/consoles/consoles.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::Container;

namespace {

Result<std::vector<Container>> containers_of(Writer& writer, const domain::HostName& host) {
  return boundary::list<Container>(writer, boundary::By{"host", host.str()});
}

/// Besides those of containers there are subports of trunks, and ports of containers that Docker made by itself.
Result<std::set<domain::PortId>> ports_on(Writer& writer, const domain::Host& host, const std::vector<Container>& containers) {
  std::set<domain::PortId> out;
  for (const auto& container : containers) out.insert(container.ports.begin(), container.ports.end());
  TRY(const auto bound, boundary::list<domain::Port>(writer, boundary::By{"host", host.id.str()}));
  for (const auto& port : bound) {
    if (port.region == host.region) out.insert(port.id);
  }
  return out;
}

}  // namespace

Result<void> erase_container(Writer& writer, boundary::ContainerNetwork& network, const Container& container) {
  TRY_VOID(network.detach_all(writer, container.id.str(), container.kept_ports));
  TRY_VOID(erase_actions(writer, container.id));
  TRY_VOID(forget_consoles(writer, container.id));
  TRY_VOID(boundary::erase<Container>(writer, container.id));
  return forget_capsule_without_members(writer, container);
}

Result<void> lose_containers(Writer& writer, boundary::ContainerNetwork& network, const domain::Host& host, Time now) {
  TRY(auto containers, containers_of(writer, host.id));
  const auto reason = domain::why_down(host);
  TRY(const auto ports, ports_on(writer, host, containers));
  for (const auto& port : ports) {
    TRY_VOID(note_fault(writer, port, reason));
    TRY_VOID(network.observed(writer, port, false, false));
  }
  for (auto& container : containers) {
    if (domain::lose_host(container, reason, now)) TRY_VOID(boundary::put(writer, container));
  }
  return {};
}

Result<std::size_t> erase_abandoned(Writer& writer, boundary::ContainerNetwork& network, const domain::HostName& host) {
  TRY(const auto containers, containers_of(writer, host));
  std::size_t others = 0;
  for (const auto& container : containers) {
    if (!container.abandoned) {
      ++others;
      continue;
    }
    TRY_VOID(erase_container(writer, network, container));
  }
  return others;
}

}  // namespace causeway::services
