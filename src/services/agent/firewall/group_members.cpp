#include "causeway/services/agent/firewall/group_members.hpp"

namespace causeway::services {

using domain::firewall::Members;

void GroupMembers::note(const domain::Port& port, int by) {
  if (!port.port_security_enabled) return;
  for (const auto& id : port.security_groups) {
    auto& counts = groups_[id];
    const auto count = [&](const domain::Cidr& block) {
      const auto found = counts.try_emplace(block, 0).first;
      found->second += by;
      if (found->second <= 0) counts.erase(found);
    };
    for (const auto& ip : port.fixed_ips) count(domain::Cidr(ip.ip_address, ip.ip_address.bits()));
    for (const auto& pair : port.allowed_address_pairs) count(pair.ip_address);
    if (counts.empty()) groups_.erase(id);
    lists_.erase(id);
  }
}

void GroupMembers::clear() {
  groups_.clear();
  lists_.clear();
}

std::shared_ptr<const Members> GroupMembers::of(const domain::SecurityGroupId& id) const {
  const std::scoped_lock lock(mutex_);
  auto& list = lists_[id];
  if (list) return list;
  Members members;
  if (const auto found = groups_.find(id); found != groups_.end()) {
    members.reserve(found->second.size());
    for (const auto& [block, ports] : found->second) members.push_back(block);
  }
  list = std::make_shared<const Members>(std::move(members));
  return list;
}

}  // namespace causeway::services
