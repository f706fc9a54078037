#include "causeway/services/common/facts/network_facts.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/region/region.hpp"

namespace causeway::services {

using boundary::By;
using boundary::DetailsOfNetwork;
using boundary::Reader;

namespace {

using All = std::map<domain::NetworkId, DetailsOfNetwork>;
using Pools = std::map<domain::SubnetPoolId, std::optional<domain::AddressScopeId>>;

Result<std::optional<domain::AddressScopeId>> scope_of(Reader& reader, const domain::SubnetPoolId& id, Pools& known) {
  const auto found = known.find(id);
  if (found != known.end()) return found->second;
  TRY(const auto pool, boundary::find<domain::SubnetPool>(reader, id));
  return known[id] = pool ? pool->address_scope_id : std::nullopt;
}

Result<void> add_subnets(Reader& reader, const std::optional<By>& by, All& all) {
  TRY(const auto subnets, boundary::list<domain::Subnet>(reader, by));
  Pools pools;
  for (const auto& subnet : subnets) {
    const auto found = all.find(subnet.network_id);
    if (found == all.end()) continue;
    found->second.subnets.push_back(subnet.id);
    if (!subnet.subnetpool_id) continue;
    TRY(const auto scope, scope_of(reader, *subnet.subnetpool_id, pools));
    if (scope) (subnet.ip_version == 4 ? found->second.v4_scope : found->second.v6_scope) = scope;
  }
  return {};
}

Result<void> add_regions(Reader& reader, const std::optional<By>& by, All& all) {
  TRY(const auto interests, boundary::list<domain::Interest>(reader, by));
  for (const auto& interest : interests) {
    const auto found = all.find(interest.network_id);
    if (found != all.end()) found->second.regions.push_back(interest.region);
  }
  for (auto& [id, details] : all) std::ranges::sort(details.regions);
  return {};
}

}  // namespace

Result<All> NetworkFactsOfStore::of(const std::vector<domain::Network>& networks) {
  return boundary::view(store_, [&](Reader& reader) -> Result<All> {
    All all;
    for (const auto& network : networks) all[network.id];
    if (all.empty()) return all;
    // one is asked for by its index, many out of one list
    const auto by = all.size() == 1 ? std::optional(By{"network_id", all.begin()->first.str()}) : std::nullopt;
    TRY_VOID(add_subnets(reader, by, all));
    TRY_VOID(add_regions(reader, by, all));
    return all;
  });
}

}  // namespace causeway::services
