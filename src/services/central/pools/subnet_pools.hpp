#pragma once

#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/services/central/central_resource.hpp"

namespace causeway::services {

/// Fails besides: as domain::completed_pool; invalid "subnetpool.fewer_prefixes" (a prefix can be added, not taken away),
/// "subnetpool.scope_version"; not_found "address_scope.not_found"; conflict "subnetpool.default_exists",
/// "subnetpool.scope_overlap" (in an address scope nothing overlaps), "subnetpool.in_use" while a subnet is out of it.
class SubnetPools final : public CentralResource<domain::SubnetPool> {
 public:
  using CentralResource::CentralResource;

 protected:
  Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const domain::SubnetPool* before,
                        domain::SubnetPool& pool) override;
  Result<void> check_removal(boundary::Writer& writer, const domain::SubnetPool& pool) override;
  Result<void> written(boundary::Writer& writer, const domain::SubnetPool& pool) override;
  Result<void> removed(boundary::Writer& writer, const domain::SubnetPool& pool) override;
};

namespace central {

/// The block of a new subnet: the one it names, else the next of the pool that no subnet has and that is not held (domain::BlockHold). Part
/// of the caller's transaction, which holds that no block is cut twice. A draft without pool keeps its cidr.
/// Fails: not_found "subnetpool.not_found"; invalid "subnetpool.no_default", "subnetpool.bad_version", "subnetpool.affinity"
/// (the subnets of one IP version on a network are all out of the same pool), "subnet.no_cidr", as check_block; conflict
/// "subnetpool.exhausted", "subnetpool.quota".
Result<void> cut_block(boundary::Writer& writer, const domain::Caller& who, Time now, boundary::SubnetDraft& draft);

}  // namespace central
}  // namespace causeway::services
