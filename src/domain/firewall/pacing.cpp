#include "causeway/domain/firewall/pacing.hpp"

#include <algorithm>

namespace causeway::domain::firewall {
namespace {

/// For each group, the rules of the largest port that it is in.
std::map<SecurityGroupId, std::size_t> loads_of(const HostPorts& host) {
  std::map<SecurityGroupId, std::size_t> out;
  for (const auto& port : host.ports) {
    std::size_t rules = 0;
    for (const auto& id : port.port->security_groups) {
      if (const auto group = host.groups.find(id); group != host.groups.end()) rules += group->second->rules.size();
    }
    for (const auto& id : port.port->security_groups) out[id] = std::max(out[id], rules);
  }
  return out;
}

}  // namespace

bool Pacing::hold_back(HostPorts& host, Instant now) {
  std::erase_if(known_, [&](const auto& known) { return !host.groups.contains(known.first); });
  const auto loads = loads_of(host);
  bool any = false;
  for (auto& [id, record] : host.groups) {
    auto& known = known_[id];
    if (known.record == record) continue;
    if (known.record && now < known.next) {
      record = known.record;
      any = true;
      continue;
    }
    const auto load = loads.find(id);
    const bool paced = load != loads.end() && load->second > free_rules && load->second <= limits_.rules;
    known = {record, now + (paced ? load->second : 0) * pause_for_each_rule};
  }
  return any;
}

}  // namespace causeway::domain::firewall
