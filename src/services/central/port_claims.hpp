#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/control/central_gateway.hpp"
#include "causeway/domain/network/port_claim.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// Ports of the centre that regions use: made here before use, taken over by the region of their container, back when it is gone,
/// ready for another region.
///
/// Job: a claim moves the port's record and the numbers that it has (each becomes a lease of its own) to the region, in one
/// transaction; a return moves them back. So at any moment one side has them, also when an answer is lost: the region asks
/// again, and hears the same. Lifetime: as its deps. Concurrency: any thread; a claim waits when another region has said that
/// the port is unused and has not given it back yet. Fails: as boundary::CentralGateway says.
class PortClaims {
 public:
  explicit PortClaims(const CentralDeps& deps) : deps_(deps) {}

  Result<boundary::ClaimedPort> claim(const domain::RegionName& region, const boundary::ClaimRequest& request);
  Result<void> give_back(const domain::RegionName& region, const boundary::PortReturn& message);
  Result<std::vector<domain::PortClaim>> claimed_by(const domain::RegionName& region);

 private:
  Result<boundary::ClaimedPort> try_claim(boundary::Writer& writer, const domain::RegionName& region,
                                          const boundary::ClaimRequest& request);
  Result<boundary::ClaimedPort> move_out(boundary::Writer& writer, const domain::Pod& pod, domain::Port port);

  const CentralDeps& deps_;
};

namespace central {

/// The port is the centre's again, bound to nothing. Part of the caller's transaction.
Result<void> bring_home(const CentralDeps& deps, boundary::Writer& writer, const domain::PortClaim& claim,
                        const std::optional<domain::Port>& as_it_is);
/// A region deleted a port that it had claimed: its numbers are the region's, and the claim is over.
Result<void> forget_lost_claim(boundary::Writer& writer, const domain::PortId& id);

}  // namespace central

}  // namespace causeway::services
