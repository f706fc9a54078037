#include "causeway/services/central/facts/central_facts.hpp"

#include <map>
#include <set>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/visibility.hpp"

namespace causeway::services {

using boundary::By;
using boundary::NetworkUse;
using boundary::NetworkZone;
using boundary::Reader;
using boundary::SubnetUse;
using domain::Network;
using domain::Subnet;

namespace {

/// How many addresses from `range.start` to `range.end`, at most 2^64 - 1.
std::uint64_t size_of(const domain::AddressRange& range) {
  const auto low = range.start.bytes(), high = range.end.bytes();
  unsigned __int128 first = 0, last = 0;
  for (std::size_t i = 0; i < low.size(); ++i) {
    first = first << 8U | low[i];
    last = last << 8U | high[i];
  }
  const unsigned __int128 count = last - first;
  return count >= UINT64_MAX ? UINT64_MAX : std::uint64_t(count) + 1;
}

Result<NetworkUse> use_of(Reader& reader, const Network& network) {
  const By on_network{"network_id", network.id.str()};
  TRY(const auto subnets, boundary::list<Subnet>(reader, on_network));
  TRY(const auto ports, boundary::list<domain::Port>(reader, on_network));
  std::map<domain::SubnetId, std::uint64_t> used;
  for (const auto& port : ports) {
    for (const auto& ip : port.fixed_ips) ++used[ip.subnet_id];
  }
  NetworkUse out{network, {}};
  for (const auto& subnet : subnets) {
    SubnetUse use{subnet, 0, used[subnet.id]};
    for (const auto& pool : subnet.allocation_pools) {
      const auto more = size_of(pool);
      use.total = use.total > UINT64_MAX - more ? UINT64_MAX : use.total + more;
    }
    out.subnets.push_back(std::move(use));
  }
  return out;
}

}  // namespace

Result<std::vector<NetworkZone>> CentralFacts::zones() {
  return boundary::view(deps_.store, [](Reader& reader) -> Result<std::vector<NetworkZone>> {
    TRY(const auto pods, boundary::list<domain::Pod>(reader));
    TRY(const auto hosts, boundary::list<domain::Host>(reader));
    std::set<domain::RegionName> alive;
    for (const auto& host : hosts) {
      if (!host.down && !host.forced_down) alive.insert(host.region);
    }
    std::map<std::string, bool> zones;
    for (const auto& pod : pods) {
      if (pod.az_name.empty()) continue;  // the centre
      for (const auto& name : {pod.region_name.str(), pod.az_name}) zones[name] = zones[name] || alive.contains(pod.region_name);
    }
    std::vector<NetworkZone> out;
    for (const auto& [name, available] : zones) out.push_back({name, available});
    return out;
  });
}

Result<std::vector<NetworkUse>> CentralFacts::address_use() {
  return boundary::view(deps_.store, [](Reader& reader) -> Result<std::vector<NetworkUse>> {
    TRY(const auto networks, boundary::list<Network>(reader));
    std::vector<NetworkUse> out;
    for (const auto& network : networks) {
      TRY(auto use, use_of(reader, network));
      out.push_back(std::move(use));
    }
    return out;
  });
}

Result<NetworkUse> CentralFacts::address_use(const domain::NetworkId& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<NetworkUse> {
    TRY(const auto network, boundary::find<Network>(reader, id));
    if (!network) return central::absent("network", id);
    return use_of(reader, *network);
  });
}

}  // namespace causeway::services
