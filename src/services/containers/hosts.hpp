#pragma once

#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/host/placement.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

struct HostQuery {
  std::string sort_key = "hostname";
  bool descending = false;
  std::size_t limit = 1000;
  std::string marker;  ///< uuid of the last item of the page before
};

/// The operator's view of the region's hosts, and his word on them. Hosts come and are renewed by their reports
/// (Containers::apply_report). Access is the API's to check: everything here is for administrators, but `zones`.
/// Lifetime: what it is given outlives it. Concurrency: no state of its own; callable from many threads.
/// Fails: not_found "host.not_found" (by uuid or name), "service.not_found"; conflict "host.in_use".
class Hosts {
 public:
  Hosts(boundary::Store& store, boundary::Clock& clock, ContainersOptions options)
      : store_(store), clock_(clock), options_(std::move(options)) {}

  Result<std::vector<domain::HostCandidate>> list(const HostQuery& query);
  Result<domain::HostCandidate> show(const std::string& ident);
  /// A host that is disabled gets no new containers.
  Result<domain::Host> enable(const std::string& name);
  Result<domain::Host> disable(const std::string& name, const std::string& reason);
  /// The operator's word that the host is dead, or that it is not.
  Result<domain::Host> force_down(const std::string& name, bool down);
  /// Forgets a host without containers; it comes back when it reports again.
  Result<void> forget(const std::string& name);
  /// Distinct zones, in order.
  Result<std::vector<std::string>> zones();

  bool is_up(const domain::Host& host) const { return domain::is_up(host, clock_.now(), options_.host_timeout); }
  std::string zone_of(const domain::Host& host) const { return domain::zone_of(host, options_.default_zone); }

 private:
  template <class Change>
  Result<domain::Host> change(const std::string& name, Change&& change);

  boundary::Store& store_;
  boundary::Clock& clock_;
  ContainersOptions options_;
};

}  // namespace causeway::services
