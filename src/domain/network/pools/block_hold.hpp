#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::domain {

/// A block of a subnet pool that is set aside for a subnet about to be made: Docker wants to know the prefix of a network before it makes
/// the network. Owned by the centre; without effect from `until` on.
struct BlockHold {
  static constexpr std::string_view kind = "block_hold";
  std::string id;  ///< uuid
  ProjectId project_id;
  SubnetPoolId subnetpool_id;
  Cidr cidr;
  Time until{};
  static constexpr auto fields() {
    using H = BlockHold;
    return std::tuple{field("id", &H::id), field("project_id", &H::project_id), field("subnetpool_id", &H::subnetpool_id), field("cidr", &H::cidr),
                      field("until", &H::until)};
  }
  std::vector<IndexEntry> indexes() const { return {{"project_id", project_id.str()}, {"subnetpool_id", subnetpool_id.str()}}; }
};

}  // namespace causeway::domain
