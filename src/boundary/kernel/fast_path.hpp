#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "causeway/base/result.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::boundary {

/// Packets since the host's programs were loaded.
struct FastPathCounts {
  std::uint64_t taken = 0;    ///< went straight from link to link
  std::uint64_t learned = 0;  ///< went the slow path, and by them a flow was learned, or confirmed
};

/// Established flows go straight from one of a host's links to another, as the slow path (bridge, packet filter, router) let their last
/// packets go, which takes it again a moment later (docs/decisions/0006).
///
/// Contract:
/// - `attach`: packets that come in by this link, and leave by another that is attached, may take the short cut. With nothing to change it
///   changes nothing. `leads_to`: the link is the host's end of a router's leg, so flows through it are followed to where they come out.
///   not_found "fast_path.no_link".
/// - `detach`: none of its packets does any more, and none takes it there. Of one that is not there, or was not attached, it succeeds.
/// - After `invalidate` returned, no packet that comes in follows what was learned before, nor from a packet that came in before.
/// - All of it goes with its link. Other failures: reason "fast_path.refused"; call again.
/// - Thread-safe; calls are serialised. Nothing waits on the network.
class FastPath {
 public:
  virtual ~FastPath() = default;
  virtual Result<void> attach(std::string_view link, const std::optional<domain::RouterId>& leads_to) = 0;
  virtual Result<void> detach(std::string_view link) = 0;
  virtual Result<void> invalidate() = 0;
  virtual Result<FastPathCounts> counts() = 0;
};

}  // namespace causeway::boundary
