#pragma once

#include <optional>
#include <vector>

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/services/central/central_deps.hpp"

/// What people change of a router's gateways. The first one is `external_gateway_info`, all of them `external_gateways`. All
/// of it is part of the caller's transaction; the router's record is changed, and stored by the caller.
///
/// Fails: invalid "router.bad_request" when a network is not external, its addresses overlap with those of another network,
/// or there are too many; conflict "router.gateway_in_use_by_floating_ip"; forbidden "policy.denied" for addresses and SNAT
/// that only administrators choose.
namespace causeway::services::central {

/// Sets, changes or clears (no draft) the first gateway. When it is cleared, the next one is the first.
Result<void> set_gateway(const CentralDeps& deps, boundary::Writer& writer, const domain::Caller& who,
                         domain::Router& router, const std::optional<boundary::GatewayDraft>& draft);
/// Adds: besides those that there are. Updates: the drafts are all gateways from now on, of which those that are there are
/// found again (domain::match_gateway). Removes: those that are named so; invalid "router.no_gateways" where there is
/// none.
Result<void> change_gateways(const CentralDeps& deps, boundary::Writer& writer, const domain::Caller& who,
                             domain::Router& router, boundary::GatewaysChange change,
                             const std::vector<boundary::GatewayDraft>& drafts);

}  // namespace causeway::services::central
