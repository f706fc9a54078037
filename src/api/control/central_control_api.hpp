#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "causeway/api/control/control_style.hpp"
#include "causeway/services/central/central_control.hpp"
#include "causeway/services/central/jobs/job_watch.hpp"
#include "causeway/services/common/feed.hpp"
#include "causeway/services/common/replica.hpp"

namespace causeway::api {

/// What the centre serves to regions over the control API: its feed, networks, leases, and the upstream of each region.
/// Mounting: Mount{control_style("control"), central_control_routes(api)} on a listener with mutual TLS. Thread-safe.
class CentralControlApi {
 public:
  CentralControlApi(boundary::Store& store, services::FeedServer& feeds, services::CentralControl& control, services::JobWatch& jobs);

  /// The copy of one region's records; one upstream at a time.
  struct Upstream {
    Upstream(boundary::Store& store, const std::string& region);
    std::mutex mutex;
    services::Replica replica;
  };
  Upstream& upstream_of(const std::string& region);

  services::FeedServer& feeds;
  services::CentralControl& control;
  services::JobWatch& jobs;

 private:
  boundary::Store& store_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Upstream>> upstreams_;
};
std::vector<BoundRoute> central_control_routes(CentralControlApi& api);

}  // namespace causeway::api
