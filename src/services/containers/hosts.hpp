#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/host/inventory.hpp"
#include "causeway/domain/host/placement.hpp"
#include "causeway/services/containers/hosts/host_liveness.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

struct HostQuery {
  std::string sort_key = "hostname";
  bool descending = false;
  std::size_t limit = 1000;
  std::string marker;  ///< uuid of the last item of the page before
};

/// The operator's view of the region's hosts, and his word on them. Hosts come and are renewed by their reports
/// (Reports). Access is the API's to check: everything here is for administrators, but `zones`.
/// Lifetime: what it is given outlives it. Concurrency: no state of its own; callable from many threads.
/// Fails: not_found "host.not_found" (by uuid or name), "service.not_found"; conflict "host.in_use".
class Hosts {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::ContainerNetwork& network;
    HostLiveness& liveness;
    ContainersOptions options;
  };
  explicit Hosts(Deps deps) : deps_(std::move(deps)) {}

  Result<std::vector<domain::HostCandidate>> list(const HostQuery& query);
  Result<domain::HostCandidate> show(const std::string& ident);
  /// A host that is disabled gets no new containers.
  Result<domain::Host> enable(const std::string& name);
  Result<domain::Host> disable(const std::string& name, const std::string& reason);
  /// The operator's word that the host is dead, or that it is not. Its containers are Unknown from then on, whatever it
  /// reports; once the word is taken back it reports everything again.
  Result<domain::Host> force_down(const std::string& name, bool down);
  /// Forgets a host without containers; it comes back when it reports again. Of a host that is down this is the
  /// operator's word that it never comes back: containers that were deleted meanwhile end, and their addresses are free.
  Result<void> forget(const std::string& name);
  /// Distinct zones, in order.
  Result<std::vector<std::string>> zones();

  std::string zone_of(const domain::Host& host) const { return domain::zone_of(host, deps_.options.default_zone); }

 private:
  template <class Change>
  Result<domain::Host> change(const std::string& name, Change&& change);
  Result<std::vector<domain::HostCandidate>> all_hosts();

  Deps deps_;
};

}  // namespace causeway::services
