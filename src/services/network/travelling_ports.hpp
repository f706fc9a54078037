#pragma once

#include <shared_mutex>
#include <string>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/port_claim.hpp"
#include "causeway/services/network/lease_keeper.hpp"
#include "causeway/services/network/network_deps.hpp"

namespace causeway::services {

/// Ports of the centre that containers of this region use: fetched when a container names one, given back when it is gone.
///
/// Job: after `claim` the port is this region's own, with its addresses and MAC in leases of its own. A port that no container
/// uses goes back: at once when its container is gone, after a while when none came to use it (a create that failed). What the
/// centre believes that we have, and we have not (an answer that was lost), goes back too. Lifetime: as its deps. Concurrency:
/// any thread; a return waits for claims under way, and they for it. Fails: with what the centre says ("unavailable" when it
/// is away: then the port stays where it is, and is given back later).
class TravellingPorts {
 public:
  TravellingPorts(const NetworkDeps& deps, const LeaseKeeper& leases) : deps_(deps), leases_(leases) {}

  /// By id, or by name among the project's. not_found "port.not_found"; conflict "port.ambiguous", "port.other_region";
  /// invalid "port.in_use".
  /// `trunk`: as a subport of that one.
  Result<domain::Port> claim(const domain::Caller& who, const std::string& id_or_name, const domain::TrunkId& trunk = {});
  /// Ports whose container is gone, or that are half way home. One look-up by index.
  Result<std::vector<domain::PortId>> idle();
  Result<std::vector<domain::PortId>> all();
  /// Gives the port back unless a container uses it, or may be about to.
  Result<void> give_back(const domain::PortId& id);
  Result<void> give_back_lost();

  // Part of the caller's transaction.
  /// A container takes it.
  static Result<void> note_used(boundary::Writer& writer, const domain::PortId& id, Time now);
  /// Its container is gone, or the port itself was deleted here: nothing to wait for any more.
  static Result<void> note_unused(boundary::Writer& writer, const domain::PortId& id);
  static Result<bool> is_claimed(boundary::Reader& reader, const domain::PortId& id);
  /// A port of the network is half way home.
  static Result<bool> any_returning(boundary::Reader& reader, const domain::NetworkId& network);

 private:
  enum class Fate { stays, returns, gone };
  struct Leaving {
    Fate fate = Fate::stays;
    boundary::PortReturn message;
  };
  Result<void> take(boundary::Writer& writer, const boundary::ClaimedPort& claimed);
  Result<Leaving> let_go(boundary::Writer& writer, const domain::PortId& id);
  Result<void> finish(boundary::Writer& writer, const domain::PortId& id);
  Result<void> end_claim_of_deleted(const domain::PortId& id);
  Result<std::vector<domain::PortId>> ids(const std::optional<boundary::By>& by);

  const NetworkDeps& deps_;
  const LeaseKeeper& leases_;
  std::shared_mutex claiming_;  ///< shared: a claim is under way
};

}  // namespace causeway::services
