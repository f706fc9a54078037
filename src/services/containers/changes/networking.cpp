#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/container/container_report.hpp"
#include "causeway/services/containers/actions/action_log.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/lookup.hpp"

namespace causeway::services {

using boundary::Reader;
using boundary::Writer;
using domain::Container;
using domain::ContainerAction;

namespace {

/// Networks that one container can be on.
constexpr std::size_t max_networks = 32;

/// Whoever asks: the port belongs to the container's project.
domain::Caller for_project_of(const Container& container, domain::Caller who) {
  who.project_id = container.project_id;
  return who;
}

template <class T>
bool lists(const std::vector<T>& ids, const T& id) {
  return std::ranges::find(ids, id) != ids.end();
}

/// Names that nobody has are bad input here, as users of this API know it.
std::unexpected<Error> as_bad_group(Error error) {
  if (error.code == Code::not_found) error.code = Code::invalid;
  return failed(std::move(error).at("name"));
}

}  // namespace

Result<void> Containers::attach_resolved(Writer& writer, const domain::Caller& who, const std::string& ident,
                                         const boundary::ResolvedNet& net, const std::string& request_id) {
  TRY(auto container, find_container(writer, who, ident));
  TRY_VOID(check_allowed(writer, container, ContainerAction::network_attach));
  TRY(const auto host, living_host(writer, container));
  TRY(const auto ports, ports_of(writer, container));
  if (std::ranges::find(ports, net.network_id, &domain::Port::network_id) != ports.end()) {
    return failed(fail(Code::invalid, "network.attached", "Container {} is already connected to network {}.",
                       container.id, net.network_id)
                      .at("network"));
  }
  if (container.ports.size() >= max_networks) {
    return failed(Code::exhausted, "container.too_many_networks", "Container {} is on {} networks already.",
                  container.id, container.ports.size());
  }
  TRY(const auto port, deps_.network.attach(writer, for_project_of(container, who), net, container.id.str(),
                                            {container.host, host.vtep, container.hostname.empty() ? container.name : container.hostname}, container.security_groups));
  // the last one is eth0 and has the default route: a network that comes later does not take it over
  container.ports.insert(container.ports.begin(), port.id);
  if (net.port_id) container.kept_ports.push_back(port.id);
  domain::ContainerTask task{0, domain::TaskAction::network_attach, std::nullopt, "", request_id};
  task.port_id = port.id;
  return queue_task(writer, who, container, std::move(task), deps_.clock.now());
}

Result<void> Containers::attach_network(const domain::Caller& who, const std::string& ident,
                                        const boundary::NetWish& wish, const std::string& request_id) {
  TRY(const auto known,
      boundary::view(deps_.store, [&](Reader& reader) { return find_container(reader, who, ident); }));
  TRY_VOID(check_allowed(known, ContainerAction::network_attach));
  const bool any = wish.network.empty() && wish.port.empty();
  const bool wants_address = wish.fixed_ip_v4 || wish.fixed_ip_v6;
  std::vector<boundary::NetWish> wishes;
  if (!any || wants_address) wishes.push_back(wish);
  TRY(const auto nets, deps_.network.resolve(for_project_of(known, who), wishes));
  const auto& net = nets.front();
  for (int round = 0;; ++round) {
    auto done = deps_.store.write(
        [&](Writer& writer) { return attach_resolved(writer, who, known.id.str(), net, request_id); });
    const bool dry = !done && done.error().reason == "ipam.pool_exhausted";
    if (!dry || round == deps_.options.max_refills) return done;
    TRY_VOID(deps_.network.refill(net));
  }
}

Result<void> Containers::detach_network(const domain::Caller& who, const std::string& ident,
                                        const boundary::NetWish& wish, const std::string& request_id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto container, find_container(writer, who, ident));
    TRY_VOID(check_allowed(writer, container, ContainerAction::network_detach));
    TRY(const auto port, deps_.network.attached_port(writer, container.id.str(), wish));
    if (!port || !lists(container.ports, *port)) {
      return failed(fail(Code::invalid, "network.not_attached", "Container {} is not connected to {} {}.", container.id,
                         wish.port.empty() ? "network" : "port", wish.port.empty() ? wish.network : wish.port)
                        .at(wish.port.empty() ? "network" : "port"));
    }
    if (lists(container.detaching_ports, *port)) return {};  // asked before, and on its way
    container.detaching_ports.push_back(*port);
    domain::ContainerTask task{0, domain::TaskAction::network_detach, std::nullopt, "", request_id};
    task.port_id = *port;
    return queue_task(writer, who, container, std::move(task), deps_.clock.now());
  });
}

Result<void> Containers::change_groups(const domain::Caller& who, const std::string& ident, const std::string& group,
                                       ContainerAction action, const std::string& request_id) {
  TRY(const auto known,
      boundary::view(deps_.store, [&](Reader& reader) { return find_container(reader, who, ident); }));
  TRY_VOID(check_allowed(known, action));
  auto found = deps_.network.resolve_groups(for_project_of(known, who), {group});
  if (!found) return as_bad_group(std::move(found).error());
  const auto& id = found->front();
  const bool adds = action == ContainerAction::add_security_group;
  const Time now = deps_.clock.now();
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto container, find_container(writer, who, known.id.str()));
    TRY_VOID(check_allowed(container, action));
    auto& groups = container.security_groups;
    // a container that named none has the project's default group on its ports alone
    TRY(const auto ports, ports_of(writer, container));
    const bool has = lists(groups, id) ||
                     std::ranges::any_of(ports, [&](const auto& port) { return lists(port.security_groups, id); });
    if (has == adds) {
      return failed(fail(Code::invalid, adds ? "security_group.present" : "security_group.absent",
                         "Security group {} is {} present in container {}.", id, adds ? "already" : "not", container.id)
                        .at("name"));
    }
    if (adds) {
      groups.push_back(id);
    } else {
      std::erase(groups, id);
    }
    const auto change = adds ? boundary::GroupChange::add : boundary::GroupChange::remove;
    for (const auto& port : ports) TRY_VOID(deps_.network.change_group(writer, port.id, id, change));
    container.updated_at = now;
    TRY_VOID(boundary::put(writer, container));
    return note_action(writer, who, container.id, domain::verb_of(action), request_id, now);
  });
}

Result<void> Containers::add_security_group(const domain::Caller& who, const std::string& ident,
                                            const std::string& group, const std::string& request_id) {
  return change_groups(who, ident, group, ContainerAction::add_security_group, request_id);
}

Result<void> Containers::remove_security_group(const domain::Caller& who, const std::string& ident,
                                               const std::string& group, const std::string& request_id) {
  return change_groups(who, ident, group, ContainerAction::remove_security_group, request_id);
}

}  // namespace causeway::services
