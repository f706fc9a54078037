#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A port of the centre that a region uses: it is the region's own until it comes home. id = the port's.
///
///   centre's record    who has it, with which leases; made and erased in the transactions that move the port's record
///   region's record    made when the port arrives; `returning` from the transaction in which the region gives it up, durably,
///                      until the centre has acknowledged that
///
/// Nobody but the one that Port::region names changes the port, and that changes hands in one transaction on each side: first
/// the giver lets go, then the taker takes.
struct PortClaim {
  static constexpr std::string_view kind = "port_claim";
  PortId id;
  std::string token;  ///< of this one claim: a return that was overtaken is not taken for that of a later claim
  RegionName region;
  RegionName home;  ///< the centre's region
  NetworkId network_id;
  std::vector<LeaseId> leases;  ///< one number each: its addresses and its MAC
  Time since{};                 ///< when it was claimed; 0 = a container used it and is gone
  bool returning = false;
  static constexpr auto fields() {
    using C = PortClaim;
    return std::tuple{field("id", &C::id), field("token", &C::token), field("region", &C::region), field("home", &C::home),
                      field("network_id", &C::network_id), field("leases", &C::leases), field("since", &C::since),
                      field("returning", &C::returning)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"region", region.str()}, {"network_id", network_id.str()}};
    if (returning || since == Time{}) out.push_back({"idle", "1"});
    return out;
  }
};

}  // namespace causeway::domain
