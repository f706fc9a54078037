#pragma once

#include <functional>
#include <string>
#include <vector>

#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/services/common/reconciler.hpp"
#include "causeway/services/network/network_deps.hpp"
#include "causeway/services/network/travelling_ports.hpp"

namespace causeway::services {

/// Binds subports to the host of their trunk's parent port, and lets them go again.
///
/// Job: follows the region's own store: a trunk of the centre, a parent that is bound here or no longer, a subport that came or is to
/// go. Subports of the centre are claimed for as long as the parent is bound here, so the centre is asked outside of the create of any
/// container. Lifetime: as its deps. Concurrency: `follow` on one thread at a time, `settle` of one trunk too; else any. Fails:
/// with what the centre says of a subport; the others are bound all the same, and the reconciler tries again.
class SubPorts {
 public:
  /// Makes a network that is perhaps not here yet known, for its port's sake.
  using NeedNetwork = std::function<Result<void>(const domain::Caller& who, const domain::NetworkId& network)>;
  SubPorts(const NetworkDeps& deps, TravellingPorts& travelling, NeedNetwork need_network)
      : deps_(deps), travelling_(travelling), need_network_(std::move(need_network)) {}

  /// Trunks that a change since the last call concerns; at first all that may need something.
  Result<std::vector<domain::TrunkId>> follow();
  Result<void> settle(const domain::TrunkId& id);

 private:
  struct Missing {
    domain::PortId port;
    domain::ProjectId project;
  };
  Result<std::vector<Missing>> bind(boundary::Writer& writer, const domain::TrunkId& id);
  Result<void> bind_one(boundary::Writer& writer, const domain::Trunk& trunk, const domain::SubPort& sub, domain::Port port,
                        const domain::Port* parent);
  Result<void> fetch(const domain::TrunkId& trunk, const Missing& missing);

  const NetworkDeps& deps_;
  TravellingPorts& travelling_;
  const NeedNetwork need_network_;
  boundary::Revision seen_ = 0;  ///< of `follow` alone
};

namespace local {

/// The port belongs to no device any more, and so to no host; a travelling one goes home. The caller's transaction.
Result<void> release_port(boundary::Writer& writer, domain::Port port, Time now);

}  // namespace local

}  // namespace causeway::services
