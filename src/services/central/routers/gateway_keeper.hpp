#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "causeway/boundary/collection.hpp"
#include "causeway/services/central/central_deps.hpp"
#include "causeway/services/central/floating_ips/floating_ips.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Keeps routers' gateways on hosts that can carry them, and floating IPs off ports that are gone.
///
/// Job: follows the centre's own feed. Hosts come and go with what the regions report: then every gateway is placed anew (one
/// that fits stays). Ports of regions vanish without a word to us but their tombstone: then their floating IPs stand for
/// nobody. What hosts say of their kernels makes floating IPs ACTIVE. At the start, and when the history is gone, looks at everything. Lifetime: as its deps; start() and stop().
/// Concurrency: its own threads. Fails: tries again, as every reconciler.
class GatewayKeeper {
 public:
  explicit GatewayKeeper(CentralDeps deps);
  ~GatewayKeeper();
  GatewayKeeper(const GatewayKeeper&) = delete;
  GatewayKeeper& operator=(const GatewayKeeper&) = delete;

  void start();
  void stop();
  /// Blocks until there is nothing to do, or the time is over. For tests and shutdown.
  bool wait_idle(std::chrono::milliseconds limit) { return reconciler_.wait_idle(limit); }

 private:
  Result<Step> step(const std::string& key);
  Result<void> follow();
  Result<void> place_all();
  /// What a host says of its kernel, held against what floating IPs are to be now.
  Result<void> judge(const std::string& host_routing);
  Result<void> look_at(boundary::Reader& reader, const boundary::Change& change);

  const CentralDeps deps_;
  FloatingIps floating_ips_;
  Reconciler reconciler_;
  boundary::Revision seen_ = 0;  ///< of the key "changes" alone
  std::shared_ptr<void> commits_;
};

}  // namespace causeway::services
