#pragma once

#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/control/central_gateway.hpp"
#include "causeway/domain/network/lease_book.hpp"
#include "causeway/services/central/central_deps.hpp"

/// Leases as the centre sees them: blocks handed out so that no two ever overlap. Everything here takes part in the
/// caller's transaction; transactions are serialised, which is what makes the promise hold.
namespace causeway::services {

/// New leases for `holder`: at least one number, up to what was asked for. A claim of a number that the holder has
/// already gives nothing new. exhausted "ipam.pool_exhausted", conflict "ipam.address_leased", not_found
/// "subnet.not_found" (also one of a network that the holder does not host), conflict "subnet.deleting", invalid
/// "lease.bad_resource", "ipam.invalid_ip_for_subnet".
Result<std::vector<domain::Lease>> grant(const CentralDeps& deps, boundary::Writer& writer,
                                         const domain::RegionName& holder, const boundary::LeaseRequest& request);

/// The centre's own leases: it grants itself more where they do not suffice. Call `save` before the transaction ends.
domain::LeaseBook own_book(const CentralDeps& deps, boundary::Writer& writer);
Result<void> save(boundary::Writer& writer, const domain::LeaseBook& book);

}  // namespace causeway::services
