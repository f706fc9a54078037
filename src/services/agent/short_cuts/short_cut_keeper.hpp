#pragma once

#include <mutex>
#include <string>
#include <string_view>

#include "causeway/base/metrics.hpp"
#include "causeway/boundary/kernel/fast_path.hpp"
#include "causeway/services/agent/host_view.hpp"

namespace causeway::services {

/// Lets the established flows of this host's ports, networks and routers take the short cut.
///
/// Job: what follows the steps of the reconciler keys "port/<id>", "network/<id>" and "router/<id>", when their links are as they should
/// be. Links that are not there yet are no failure: their own step makes them, and wakes us again. A port of which every packet has to
/// be handled (its upload is limited, its packets are marked) takes no part.
/// Concurrency: thread-safe. Failures: those of FastPath; the reconciler tries again, and packets go the slow path meanwhile.
class ShortCutKeeper {
 public:
  ShortCutKeeper(const HostView& view, boundary::FastPath& fast_path);

  Result<void> after(const std::string& key);

 private:
  Result<void> port(const domain::PortId& id);
  Result<void> network(const domain::NetworkId& id);
  Result<void> router(const domain::RouterId& id);
  Result<void> attach(std::string_view link, const std::optional<domain::RouterId>& leads_to);
  void count();

  const HostView& view_;
  boundary::FastPath& fast_path_;
  const metrics::Counter taken_, learned_;
  std::mutex mutex_;  ///< of what was counted
  boundary::FastPathCounts counted_;
};

}  // namespace causeway::services
