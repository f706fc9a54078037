#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/engine/engine_networks.hpp"
#include "causeway/services/agent/direct/direct_driver.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/common/housekeeping.hpp"

namespace causeway::services {

/// Lets go of what Docker forgot without saying so: it only logs a DeleteEndpoint that failed, and may lose its own store.
///
/// Job: compares the ports that are bound here for Docker's endpoints, and what DirectDriver remembers of networks and pools, with
/// what Docker has. What was missing in every look for `grace`, and in two at least, goes as if Docker had said so. Ports of planned
/// containers are never looked at. A Docker that does not answer, or that has just started, has forgotten nothing: what was missing before
/// counts no more.
/// Lifetime: start(), stop(). Concurrency: thread-safe; look() calls Docker and the region, and is never called from the driver.
/// Failures: tried again at the next look.
class DirectSweep {
 public:
  struct Deps {
    boundary::EngineNetworks& engine;
    DirectDriver& direct;
    const HostView& view;
    boundary::Clock& clock;
    std::function<Result<void>(const std::string& endpoint)> release_endpoint;
  };
  DirectSweep(Deps deps, std::chrono::milliseconds grace);
  void start() { chore_.start(); }
  void stop() { chore_.stop(); }
  /// The Engine's stream of events begins anew.
  void engine_is_back();
  Result<void> look();

 private:
  enum class What { endpoint, network, pool };
  using Thing = std::pair<What, std::string>;
  using Since = std::chrono::steady_clock::time_point;

  Result<std::set<Thing>> remembered() const;
  std::set<Thing> due(const std::set<Thing>& missing);
  Result<void> let_go(const Thing& thing);

  const Deps deps_;
  const std::chrono::milliseconds grace_;
  Housekeeping chore_;
  std::mutex mutex_;
  std::map<Thing, Since> missing_;  ///< in every look since
  std::uint64_t engine_lives_ = 0;
};

}  // namespace causeway::services
