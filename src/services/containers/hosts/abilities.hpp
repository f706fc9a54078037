#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/host/ability.hpp"
#include "causeway/domain/host/placement.hpp"

namespace causeway::services {

/// What the ports of a new container will need of its host's kernel, and what for: a trunk with subports behind a port, bandwidth limits
/// and marks of the port's or the network's QoS policy.
using NeededAbilities = std::map<domain::Ability, std::string>;
Result<NeededAbilities> needed_abilities(boundary::Reader& reader, const std::vector<boundary::ResolvedNet>& nets);

/// Leaves the hosts that can all of it; `named` is the one that was asked for, "" = any. exhausted "placement.no_ability", with a host's own
/// reason, when none is left, or the named one is not.
Result<void> keep_able(const NeededAbilities& needs, const std::string& named, std::vector<domain::HostCandidate>& candidates);

}  // namespace causeway::services
