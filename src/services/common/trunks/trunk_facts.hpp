#pragma once

#include "causeway/boundary/network/trunk_details.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// What a store says of trunks and their ports: the centre's has all of them, a region's those of its ports. Lifetime: the store
/// outlives it. Concurrency: any thread; each call is one transaction. Fails: with what the store says.
class TrunkFacts final : public boundary::TrunkDetails {
 public:
  explicit TrunkFacts(boundary::Store& store) : store_(store) {}
  Result<std::vector<domain::TrunkStatus>> statuses(const std::vector<domain::Trunk>& trunks) override;
  Result<std::map<domain::PortId, boundary::TrunkOfPort>> of_parents(const std::vector<domain::Port>& ports) override;

 private:
  boundary::Store& store_;
};

/// Part of the transaction that deletes a port for a user. conflict "trunk.port_in_use_as_parent", "trunk.port_in_use_as_sub_port".
Result<void> check_not_in_trunk(boundary::Reader& reader, const domain::PortId& port);
Result<std::optional<domain::Trunk>> trunk_with(boundary::Reader& reader, const domain::PortId& port);

}  // namespace causeway::services
