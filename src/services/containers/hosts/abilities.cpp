#include "causeway/services/containers/hosts/abilities.hpp"

#include <algorithm>

#include "causeway/base/fields.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/services/common/trunks/trunk_facts.hpp"

namespace causeway::services {

using boundary::Reader;
using domain::Ability;

namespace {

constexpr std::string_view words_of(Ability ability) {
  switch (ability) {
    case Ability::split_vlans: return "split VLANs";
    case Ability::limit_bandwidth: return "limit bandwidth";
    case Ability::mark_packets: return "mark packets";
  }
  return "";
}

/// Its own, or else its network's.
Result<std::optional<domain::QosPolicyId>> policy_of(Reader& reader, const boundary::ResolvedNet& net, const std::optional<domain::Port>& port) {
  if (port && port->qos_policy_id) return port->qos_policy_id;
  TRY(const auto network, boundary::find<domain::Network>(reader, net.network_id));
  return network ? network->qos_policy_id : std::nullopt;
}

Result<void> add_needs(Reader& reader, const boundary::ResolvedNet& net, NeededAbilities& needs) {
  std::optional<domain::Port> port;
  if (net.port_id) {
    TRY(port, boundary::find<domain::Port>(reader, *net.port_id));
    TRY(const auto trunk, trunk_with(reader, *net.port_id));
    if (trunk && trunk->port_id == *net.port_id && !trunk->sub_ports.empty()) needs.emplace(Ability::split_vlans, fmt::format("trunk {}", trunk->id));
  }
  TRY(const auto id, policy_of(reader, net, port));
  if (!id) return {};
  TRY(const auto policy, boundary::find<domain::QosPolicy>(reader, *id));
  if (!policy) return {};
  if (!policy->bandwidth_limits.empty()) needs.emplace(Ability::limit_bandwidth, fmt::format("QoS policy {}", policy->id));
  if (policy->dscp_mark) needs.emplace(Ability::mark_packets, fmt::format("QoS policy {}", policy->id));
  return {};
}

}  // namespace

Result<NeededAbilities> needed_abilities(Reader& reader, const std::vector<boundary::ResolvedNet>& nets) {
  NeededAbilities out;
  for (const auto& net : nets) TRY_VOID(add_needs(reader, net, out));
  return out;
}

Result<void> keep_able(const NeededAbilities& needs, const std::string& named, std::vector<domain::HostCandidate>& candidates) {
  for (const auto& [ability, why] : needs) {
    const std::string key(to_name(ability));
    const auto lacks = [&](const domain::HostCandidate& candidate) { return candidate.host.cannot.contains(key); };
    const auto asked_for = [&](const domain::HostCandidate& candidate) { return named.empty() || candidate.host.id.str() == named; };
    const auto first = std::ranges::find_if(candidates, asked_for);
    const bool none = first != candidates.end() && std::ranges::all_of(candidates, [&](const auto& candidate) { return !asked_for(candidate) || lacks(candidate); });
    if (none) {
      return failed(Code::exhausted, "placement.no_ability", "{} needs a host that can {}. Host {}: {}", why, words_of(ability), first->host.id,
                    first->host.cannot.at(key));
    }
    std::erase_if(candidates, lacks);
  }
  return {};
}

}  // namespace causeway::services
