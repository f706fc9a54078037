#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

struct Rate {
  std::uint64_t kbps = 0;        ///< kilobits a second, 1 and up
  std::uint64_t burst_kbit = 0;  ///< kilobits; 0 = chosen to fit the rate
  bool operator==(const Rate&) const = default;
};

/// Of one container's interface, as the container sees it. None = as fast as it goes.
struct LinkLimits {
  std::optional<Rate> download;
  std::optional<Rate> upload;
  bool operator==(const LinkLimits&) const = default;
};

/// Bandwidth limits of a host's links.
///
///   container -- host end (veth) -- bridge
///     download: a token bucket where the host end sends
///     upload:   what the host end receives passes an intermediate device (ifb), with a token bucket where that sends
///
/// Contract (tests/conformance/shaper_suite.hpp runs on every implementation):
/// - `ensure_limits` makes the limits of a host end exactly these; with nothing to change it changes nothing. A link that is
///   not there: not_found "shaper.no_link". Established flows go on under the new limits.
/// - `meter` names the intermediate device: 1..15 bytes, unique in the host; it exists while there is an upload limit.
/// - Other failures: reason "links.refused". What was done before the failure stays: call again.
/// - Thread-safe.
class Shaper {
 public:
  virtual ~Shaper() = default;
  virtual Result<void> ensure_limits(std::string_view host_end, std::string_view meter, const LinkLimits& limits) = 0;
  /// The rates that are in force, in whole kilobits a second; bursts are not told (0).
  virtual Result<LinkLimits> observe_limits(std::string_view host_end, std::string_view meter) = 0;
};

}  // namespace causeway::boundary
