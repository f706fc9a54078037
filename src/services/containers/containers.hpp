#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/host/host_gateway.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container_spec.hpp"
#include "causeway/domain/container/container_states.hpp"
#include "causeway/services/containers/container_query.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// A container as it is shown: with the ports that carry its addresses.
struct ContainerWithPorts {
  domain::Container container;
  std::vector<domain::Port> ports;
};

/// With those of its ports that are there.
Result<ContainerWithPorts> with_ports(boundary::Reader& reader, domain::Container container);

/// normal: only what does not run. force: whatever it does (administrators). stop: stop it in an orderly way first.
enum class RemoveMode { normal, force, stop };

struct Rebuild {
  std::string image;   ///< "" = the one that it has
  std::string driver;  ///< "" = the one that it has
};

struct TaskRequest {
  domain::TaskAction action = domain::TaskAction::start;
  std::optional<int> timeout;  ///< seconds, stop and reboot
  std::string signal;          ///< kill
  std::string request_id;
};

/// The containers of one region: what users ask becomes records, what hosts report becomes status.
///
/// Job: every change is one transaction over the container, its ports and their addresses; hosts learn of it by their
/// feed, so that no call here waits for a host but `execute`. Whatever may cost a trip to another service
/// (networks, groups, image, more addresses) is done before the transaction. Lifetime: everything in Deps outlives it.
/// Concurrency: no state of its own; callable from many threads. Fails: with what the caller did wrong,
/// "container.not_found" (foreign ones too), "container.invalid_state", "quota.exceeded", and what network, images and
/// hosts say. No host to place on is not a failure of `create`: the container is kept in status Error, with the reason,
/// and holds no ports.
class Containers {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    boundary::ContainerNetwork& network;
    boundary::ImageCatalog& images;
    boundary::HostGateway& hosts;
    domain::RegionName region;
    ContainersOptions options;
  };
  explicit Containers(Deps deps) : deps_(std::move(deps)) {}

  /// `request_id` names the rows of container_actions here and below; "" writes none.
  Result<ContainerWithPorts> create(const domain::Caller& who, const domain::ContainerSpec& spec, bool run,
                                    const std::string& request_id = {});
  Result<std::vector<ContainerWithPorts>> list(const domain::Caller& who, const ContainerQuery& query);
  Result<ContainerWithPorts> show(const domain::Caller& who, const std::string& ident,
                                  ProjectScope projects = ProjectScope::own);
  /// Name and auto_heal, and size: cpu and memory within quota and the host's capacity; the host follows.
  Result<ContainerWithPorts> update(const domain::Caller& who, const std::string& ident,
                                    const domain::ContainerUpdate& update,
                                    domain::ContainerAction action = domain::ContainerAction::update);
  Result<void> remove(const domain::Caller& who, const std::string& ident, RemoveMode mode,
                      ProjectScope projects = ProjectScope::own, const std::string& request_id = {});
  /// Queues the task for the container's host. exhausted "container.too_many_tasks" when the host does not keep up.
  Result<void> act(const domain::Caller& who, const std::string& ident, const TaskRequest& request);

  /// Makes it anew on its host, on the same ports: of another image when one is named.
  Result<void> rebuild(const domain::Caller& who, const std::string& ident, const Rebuild& wish,
                       const std::string& request_id);
  /// The name alone, in every status. conflict "container.same_name".
  Result<ContainerWithPorts> rename(const domain::Caller& who, const std::string& ident, const std::string& name);
  /// One more network, now, whether it runs or not. invalid "network.attached" when it is on it; else as create.
  Result<void> attach_network(const domain::Caller& who, const std::string& ident, const boundary::NetWish& wish,
                              const std::string& request_id);
  /// invalid "network.not_attached".
  Result<void> detach_network(const domain::Caller& who, const std::string& ident, const boundary::NetWish& wish,
                              const std::string& request_id);
  /// Of all its ports. invalid "security_group.present" / "security_group.absent" / "security_group.not_found".
  Result<void> add_security_group(const domain::Caller& who, const std::string& ident, const std::string& group,
                                  const std::string& request_id);
  Result<void> remove_security_group(const domain::Caller& who, const std::string& ident, const std::string& group,
                                     const std::string& request_id);

  /// Asks the host and waits; unavailable "host.unreachable" when it does not answer. `command` is split as a shell would; stdout and stderr come merged.
  Result<boundary::ExecResult> execute(const domain::Caller& who, const std::string& ident, const std::string& command);

  Time now() const { return deps_.clock.now(); }
  const domain::Policy& policy() const { return deps_.options.policy; }
  const std::string& default_image_driver() const { return deps_.options.default_image_driver; }
  /// What parse_spec has to know of the caller. It refers to `who` and to this service.
  domain::SpecContext context_for(const domain::Caller& who, int minor) const {
    return {minor, [this, &who](std::string_view rule) { return policy().allows(rule, who); }};
  }

 private:
  struct Draft;
  struct Placed;
  Result<Draft> prepare(const domain::Caller& who, const domain::ContainerSpec& spec, bool run,
                        const std::string& request_id);
  Result<domain::ImageRef> image_of(const domain::Caller& who, const domain::ContainerSpec& spec);
  Result<ContainerWithPorts> commit(boundary::Writer& writer, const domain::Caller& who, const Draft& draft,
                                    std::size_t& net_at);
  Result<Placed> choose_host(boundary::Reader& reader, const Draft& draft);

  Result<void> queue_task(boundary::Writer& writer, const domain::Caller& who, domain::Container& container,
                          domain::ContainerTask task, Time now);
  Result<void> check_size(boundary::Reader& reader, const domain::Container& container, double cpu,
                          std::int64_t memory_mib);
  Result<void> attach_resolved(boundary::Writer& writer, const domain::Caller& who, const std::string& ident,
                               const boundary::ResolvedNet& net, const std::string& request_id);

  Result<void> change_groups(const domain::Caller& who, const std::string& ident, const std::string& group,
                             domain::ContainerAction action, const std::string& request_id);

  Deps deps_;
};

}  // namespace causeway::services
