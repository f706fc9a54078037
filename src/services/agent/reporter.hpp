#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>

#include "causeway/boundary/control/region_gateway.hpp"

namespace causeway::services {

/// Tells the region what was seen, as soon as it was seen.
///
/// Job: keeps the latest report of each container and port; sends what changed, coalesced; sends everything after a
/// start, a reconnection or a failure, and when the region asks for it; and a heartbeat with the inventory. A full report is only made once every
/// container of this host has been looked at, so that nothing is missing from it. Lifetime: start() / stop(), one
/// thread. Concurrency: thread-safe, nothing but stop() blocks. Memory is bounded by what the host holds, however long
/// the region is away.
class Reporter {
 public:
  struct Options {
    std::string session;  ///< of this process
    std::function<domain::HostApplied()> applied;  ///< asked before each report; must not block; may be empty
    std::chrono::milliseconds heartbeat{2'000};
    std::chrono::milliseconds first_backoff{100};
    std::chrono::milliseconds max_backoff{1'000};
  };
  using Containers = std::optional<std::vector<domain::ContainerId>>;
  /// `inventory` is asked before each report and must not block; `containers` names all that a full report must hold,
  /// none while that is not known.
  Reporter(boundary::RegionGateway& region, std::function<domain::Host()> inventory,
           std::function<Containers()> containers, Options options);
  ~Reporter();
  void start();
  void stop();

  void container(const domain::ContainerReport& report);
  void port(const domain::PortReport& report);
  /// The whole of it.
  void routing(const domain::HostRouting& routing);
  void forget(const domain::ContainerId& id);
  void forget(const domain::PortId& id);
  /// The region may have missed something: everything is sent again.
  void resend_all();
  /// A heartbeat now: the inventory changed.
  void beat();

 private:
  struct Round {
    boundary::HostReport report;
    std::set<domain::ContainerId> containers;
    std::set<domain::PortId> ports;
  };
  void loop(std::stop_token stop);
  bool full_is_due();
  Round gather(bool full);
  void put_back(const Round& round);
  bool owes_all();

  boundary::RegionGateway& region_;
  const std::function<domain::Host()> inventory_;
  const std::function<Containers()> all_containers_;
  const Options options_;

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::map<domain::ContainerId, domain::ContainerReport> containers_;
  std::map<domain::PortId, domain::PortReport> ports_;
  std::set<domain::ContainerId> dirty_containers_;
  std::set<domain::PortId> dirty_ports_;
  std::optional<domain::HostRouting> routing_;
  bool routing_is_dirty_ = false;
  bool full_ = true;  ///< everything is owed
  bool beat_ = false;
  std::int64_t seq_ = 0;  ///< of the thread
  std::jthread thread_;
};

}  // namespace causeway::services
