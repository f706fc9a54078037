#pragma once

#include <map>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/central_deps.hpp"

/// A router's leg on an external network, and which host carries it. All of it is part of the caller's transaction; the
/// router's record is changed, and stored by the caller.
namespace causeway::services::central {

Result<domain::Router> seen_router(boundary::Reader& reader, const domain::Caller& who, const domain::RouterId& id);
/// The subnets on which the router has a leg or a gateway.
Result<std::vector<domain::Subnet>> legs_of(boundary::Reader& reader, const domain::Router& router);

/// Sets, changes or clears (no draft) the gateway. invalid "router.bad_request" when the network is not external or its
/// addresses overlap with a leg's; conflict "router.gateway_in_use_by_floating_ip"; forbidden "policy.denied" for addresses
/// and SNAT that only administrators choose.
Result<void> set_gateway(const CentralDeps& deps, boundary::Writer& writer, const domain::Caller& who,
                         domain::Router& router, const std::optional<boundary::GatewayDraft>& draft);
/// Without looking at who needs it.
Result<void> clear_gateways(const CentralDeps& deps, boundary::Writer& writer, domain::Router& router);

/// How many gateways each host carries.
Result<std::map<domain::HostName, std::size_t>> gateway_loads(boundary::Reader& reader);
/// Chooses the host of each gateway of the router; true when one changed. `loads` is kept up to date. What stood on a gateway
/// that moved is not known to work there: its floating IPs become DOWN.
Result<bool> place_gateways(const CentralDeps& deps, boundary::Writer& writer, domain::Router& router,
                            const std::vector<domain::Host>& hosts, std::map<domain::HostName, std::size_t>& loads);

}  // namespace causeway::services::central
