#pragma once

#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// The regions that take part (the Admin API's pods). Who may call is the API's policy. Concurrency: any thread.
class Pods {
 public:
  explicit Pods(CentralDeps deps) : deps_(std::move(deps)) {}

  /// `draft.id` is ignored; values are trimmed. invalid "pod.no_region"; conflict "pod.central_exists",
  /// "pod.region_is_central", "pod.exists".
  Result<domain::Pod> create(const domain::Pod& draft);
  Result<std::vector<domain::Pod>> list();
  /// not_found "pod.not_found".
  Result<domain::Pod> get(const domain::PodId& id);
  /// conflict "pod.in_use" while the region holds a lease that is in force: it may be giving its addresses to
  /// containers without asking anybody. Once all its leases are over by more than the clock bound, it is fenced:
  /// deleting it takes back what it held, and forgets its ports, hosts and interests. (Who removes a region sees to it
  /// that its containers are gone.)
  Result<void> remove(const domain::PodId& id);

 private:
  const CentralDeps deps_;
};

}  // namespace causeway::services
