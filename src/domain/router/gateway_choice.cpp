#include "causeway/domain/router/gateway_choice.hpp"

#include <algorithm>
#include <tuple>

namespace causeway::domain {
namespace {

bool fits(const GatewayNeed& need, const Host& host) {
  if (host.down || host.forced_down || !host.vtep) return false;
  if (host.disabled && host.id != need.current) return false;
  if (need.regions && !need.regions->contains(host.region)) return false;
  return std::ranges::find(host.physical_networks, need.physical_network) != host.physical_networks.end();
}

}  // namespace

const Host* choose_gateway_host(const GatewayNeed& need, const std::vector<Host>& hosts,
                                const std::map<HostName, std::size_t>& loads) {
  const auto load_of = [&](const Host& host) {
    const auto found = loads.find(host.id);
    return found == loads.end() ? std::size_t{0} : found->second;
  };
  const auto rank_of = [&](const Host& host) { return std::tuple(need.others.contains(host.id), load_of(host), host.id); };
  const Host* best = nullptr;
  for (const auto& host : hosts) {
    if (need.physical_network.empty() || !fits(need, host)) continue;
    if (host.id == need.current) return &host;
    if (best == nullptr || rank_of(host) < rank_of(*best)) best = &host;
  }
  return best;
}

}  // namespace causeway::domain
