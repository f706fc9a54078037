#pragma once

#include <mutex>
#include <set>

#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/vlan_splitter.hpp"
#include "causeway/services/agent/host_view.hpp"

namespace causeway::services {

/// Splits what comes out of a container's interface by VLAN, where its port is the parent of a trunk.
///
///   container | eth0 ==== cwp(parent), a port of its bridge          frames without a tag are the parent's
///                          |  tag 101: cwc(sub) ==== cwp(sub), a port of the subport's bridge
///
/// A subport has a pair of links as every port, but both stay here, so that filters, limits and routers see it as they see any other.
/// Concurrency: thread-safe. Failures: those of VlanSplitter; the reconciler tries again.
class TrunkKeeper {
 public:
  TrunkKeeper(const HostView& view, boundary::Links& links, boundary::VlanSplitter& splitter)
      : view_(view), links_(links), splitter_(splitter) {}

  /// Makes the branches of the parent's link those of its subports whose links are there.
  Result<void> ensure(const domain::PortId& parent);

 private:
  const HostView& view_;
  boundary::Links& links_;
  boundary::VlanSplitter& splitter_;
  std::mutex mutex_;  ///< held through a call: two subports of one parent are two keys of the reconciler
  std::set<domain::PortId> split_;
};

}  // namespace causeway::services
