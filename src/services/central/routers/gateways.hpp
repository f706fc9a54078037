#pragma once

#include <map>
#include <set>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/central_deps.hpp"

/// A router's legs on external networks, and which hosts carry them. All of it is part of the caller's transaction; the
/// router's record is changed, and stored by the caller.
namespace causeway::services::central {

Result<domain::Router> seen_router(boundary::Reader& reader, const domain::Caller& who, const domain::RouterId& id);
Result<std::vector<domain::Subnet>> subnets_of(boundary::Reader& reader, const std::set<domain::SubnetId>& ids);
/// The subnets on which the router has a leg or a gateway.
Result<std::vector<domain::Subnet>> legs_of(boundary::Reader& reader, const domain::Router& router);

/// Without looking at who needs them.
Result<void> clear_gateways(const CentralDeps& deps, boundary::Writer& writer, domain::Router& router);

/// How many gateways each host carries.
Result<std::map<domain::HostName, std::size_t>> gateway_loads(boundary::Reader& reader);
/// Chooses the host of each gateway of the router; true when one changed. `loads` is kept up to date. What stands on another
/// gateway than in the router as it was `before`, or on one that moved, is not known to work there: such floating IPs
/// become DOWN.
Result<bool> place_gateways(const CentralDeps& deps, boundary::Writer& writer, const domain::Router& before,
                            domain::Router& router, const std::vector<domain::Host>& hosts, std::map<domain::HostName, std::size_t>& loads);

}  // namespace causeway::services::central
