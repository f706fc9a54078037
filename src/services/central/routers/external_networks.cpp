#include "causeway/services/central/routers/external_networks.hpp"

#include <algorithm>
#include <set>

#include "causeway/domain/router/router_rules.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services::central {

using boundary::By;
using boundary::Reader;
using domain::Network;

namespace {

std::unexpected<Error> bad_provider(std::string_view field, std::string_view reason) {
  return failed(fail(Code::invalid, "network.bad_provider", "Invalid input for operation: {}.", reason).at(std::string(field)));
}

bool meet(const std::optional<std::set<domain::RegionName>>& a, const std::optional<std::set<domain::RegionName>>& b) {
  return !a || !b || std::any_of(a->begin(), a->end(), [&](const auto& region) { return b->contains(region); });
}

/// What is outside is there once in each region: a physical network without VLAN, or one of its VLANs, is one network's.
Result<void> check_segment_free(Reader& reader, const Network& network, const std::vector<domain::Pod>& pods) {
  TRY(const auto others, boundary::list<Network>(reader, By{"external", "1"}));
  const auto scope = domain::scope_of(network.availability_zone_hints, pods);
  for (const auto& other : others) {
    if (other.id == network.id || other.network_type != network.network_type ||
        other.physical_network != network.physical_network || other.vlan != network.vlan ||
        !meet(scope, domain::scope_of(other.availability_zone_hints, pods)))
      continue;
    if (network.network_type == "flat") {
      return failed(Code::conflict, "network.flat_in_use",
                    "Unable to create the flat network. Physical network {} is in use.", network.physical_network);
    }
    return failed(Code::conflict, "network.vlan_in_use",
                  "Unable to create the network. The VLAN {} on physical network {} is in use.", network.vlan,
                  network.physical_network);
  }
  return {};
}

}  // namespace

Result<void> check_provider_rights(const domain::Caller& who, const boundary::NetworkDraft& draft) {
  if (who.is_admin()) return {};
  if (draft.external) return denied("create_network:router:external");
  if (draft.is_default) return denied("create_network:is_default");
  if (draft.network_type || !draft.physical_network.empty()) return denied("create_network:provider:network_type");
  return {};
}

Result<void> keep_one_default(Reader& reader, const Network& network) {
  if (!network.is_default) return {};
  if (!network.external) return bad_provider("is_default", "only an external network can be the default one");
  TRY(const auto others, boundary::list<Network>(reader, By{"external", "1"}));
  for (const auto& other : others) {
    if (other.id == network.id || !other.is_default) continue;
    return failed(Code::conflict, "network.default_exists",
                  "A default external network already exists: {}.", other.id);
  }
  return {};
}

Result<void> put_outside(Reader& reader, Network& network, const boundary::NetworkDraft& draft) {
  constexpr std::uint32_t max_vlan = 4094;  // IEEE 802.1Q
  network.external = draft.external;
  network.is_default = draft.is_default;
  network.network_type = draft.network_type.value_or("flat");
  network.physical_network = draft.physical_network;
  if (network.network_type != "flat" && network.network_type != "vlan")
    return bad_provider("provider:network_type", "an external network is of type flat or vlan");
  if (!network.external)
    return bad_provider("router:external", "only an external network is of type flat or vlan");
  if (network.physical_network.empty())
    return bad_provider("provider:physical_network",
                        fmt::format("physical_network required for {} provider network", network.network_type));
  if (network.network_type == "flat" && draft.vni)
    return bad_provider("provider:segmentation_id", "segmentation_id prohibited for flat provider network");
  if (network.network_type == "vlan" && (!draft.vni || *draft.vni > max_vlan))
    return bad_provider("provider:segmentation_id", "segmentation_id from 1 to 4094 required for vlan provider network");
  network.vlan = draft.vni.value_or(0);
  TRY(const auto pods, boundary::list<domain::Pod>(reader));
  TRY_VOID(domain::check_hints(network.availability_zone_hints, pods));
  TRY_VOID(check_segment_free(reader, network, pods));
  return keep_one_default(reader, network);
}

Result<void> check_external_change(const Network& network, bool external) {
  if (external == network.external) return {};
  return bad_provider("router:external", "a network stays external, or internal, as it was made");
}

}  // namespace causeway::services::central
