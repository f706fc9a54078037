#pragma once

#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/network.hpp"

/// Networks on what the operator's hosts reach outside: flat, or a VLAN. They are external; containers are on "vxlan" ones.
namespace causeway::services::central {

/// forbidden "policy.denied": where a network goes outside is the operator's to say.
Result<void> check_provider_rights(const domain::Caller& who, const boundary::NetworkDraft& draft);
/// Takes what the draft says of the outside; the hints are in `network` already. invalid "network.bad_provider"; not_found
/// "zone.not_found"; conflict "network.flat_in_use", "network.vlan_in_use", "network.default_exists".
Result<void> put_outside(boundary::Reader& reader, domain::Network& network, const boundary::NetworkDraft& draft);
/// At most one external network is the one that is meant when none is named. conflict "network.default_exists".
Result<void> keep_one_default(boundary::Reader& reader, const domain::Network& network);
Result<void> check_external_change(const domain::Network& network, bool external);

}  // namespace causeway::services::central
