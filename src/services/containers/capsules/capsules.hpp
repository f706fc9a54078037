#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/image/image_catalog.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/capsule/capsule_status.hpp"
#include "causeway/domain/capsule/capsule_template.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// A capsule as it is shown.
struct CapsuleWithMembers {
  domain::Capsule capsule;
  domain::CapsuleState state;
  std::vector<domain::Container> containers, init_containers;  ///< in the template's order
  ContainerWithPorts sandbox;                                  ///< its ports are the capsule's
};

struct CapsuleQuery {
  ProjectScope projects = ProjectScope::own;
  std::string sort_key = "id";  ///< "id" = the order in which they were made
  bool descending = false;
  std::size_t limit = max_page;
  std::string marker{};  ///< uuid of the last item of the page before
};

/// The capsules of one region.
///
/// Job: makes a capsule, its members and the sandbox's ports in one transaction, shows them, and asks for their removal.
/// Members are containers: hosts run them, reports of hosts move them, and the last one to go takes the capsule along
/// (Containers::erase). Lifetime: everything in Deps outlives it. Concurrency: no state of its own; callable from many
/// threads. Fails: as Containers; "capsule.not_found" (foreign ones too), conflict "capsule.ambiguous". No host to place
/// on is not a failure of `create`: the capsule is kept, in Error, and holds no ports.
class Capsules {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::IdSource& ids;
    boundary::ContainerNetwork& network;
    boundary::ImageCatalog& images;
    ContainersOptions options;
  };
  explicit Capsules(Deps deps) : deps_(std::move(deps)) {}

  Result<CapsuleWithMembers> create(const domain::Caller& who, const domain::CapsuleSpec& spec);
  /// ProjectScope::all has effect only for whom the policy lets see all, as in Zun.
  Result<std::vector<CapsuleWithMembers>> list(const domain::Caller& who, const CapsuleQuery& query);
  Result<CapsuleWithMembers> show(const domain::Caller& who, const std::string& ident, ProjectScope projects);
  /// From every state; the hosts do the rest.
  Result<void> remove(const domain::Caller& who, const std::string& ident, ProjectScope projects);

  Time now() const { return deps_.clock.now(); }

 private:
  struct Draft;
  Result<Draft> prepare(const domain::Caller& who, const domain::CapsuleSpec& spec);
  Result<domain::Container> draft_member(const domain::Caller& who, Draft& draft,
                                         const domain::CapsuleContainerSpec& spec, domain::CapsuleRole role, int order);
  Result<CapsuleWithMembers> commit(boundary::Writer& writer, const domain::Caller& who, Draft draft,
                                    std::size_t& net_at);
  Result<std::optional<boundary::Binding>> place(boundary::Reader& reader, Draft& draft);
  Result<void> attach(boundary::Writer& writer, const domain::Caller& who, Draft& draft,
                      const boundary::Binding& binding, std::size_t& net_at);

  Deps deps_;
};

}  // namespace causeway::services
