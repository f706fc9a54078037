#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::boundary {

/// A link that carries the frames of one VLAN of another link, without the tag.
struct VlanBranch {
  std::uint16_t vlan = 0;  ///< 1..4094 (IEEE 802.1Q)
  std::string link;
  auto operator<=>(const VlanBranch&) const = default;
};

/// Splits what a link carries by VLAN tags (IEEE 802.1Q), in one host's kernel.
///
///   container | trunk                     branch ==== its other end, a port of some bridge
///       tagged frames received  --untag--> sent
///                        sent  <---tag---  received
///
/// Contract (tests/kernel holds the real one to it, frame by frame):
/// - `ensure_branches` makes the branches of a link exactly these; with nothing to change it changes nothing. Frames without a tag pass
///   the link as before; frames with another tag than those of the branches are dropped while there are branches. With none the link is
///   as it was. A branch link is brought up, without IPv6; what it receives goes nowhere else.
/// - `ensure_tag` makes what a link receives carry the tag from then on, and what it sends lose it: behind it nobody knows of VLANs. A
///   frame that it would send with another tag or none is dropped. 0 = as it was.
/// - A link that is not there: not_found "vlans.no_link". Numbers out of range, or a VLAN twice: invalid "vlans.bad_spec". A kernel
///   that cannot: invalid "vlans.unsupported". Other failures: reason "links.refused". What was done before stays: call again.
/// - All of it goes with its link. Thread-safe.
class VlanSplitter {
 public:
  virtual ~VlanSplitter() = default;
  virtual Result<void> ensure_branches(std::string_view trunk, const std::vector<VlanBranch>& branches) = 0;
  virtual Result<void> ensure_tag(std::string_view link, std::uint16_t vlan) = 0;
  /// Whether this kernel can: invalid "vlans.unsupported" with its reason.
  virtual Result<void> supported() = 0;
};

/// What every implementation checks first.
Result<void> check(const std::vector<VlanBranch>& branches);

}  // namespace causeway::boundary
