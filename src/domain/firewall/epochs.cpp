#include "causeway/domain/firewall/epochs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "causeway/domain/network/security_group_rules.hpp"

namespace causeway::domain::firewall {
namespace {

bool same_policy(const SecurityGroup& a, const SecurityGroup& b) {
  return a.stateful == b.stateful && std::ranges::equal(a.rules, b.rules, same_traffic);
}

/// FNV-1a: the same in every life of the agent.
std::uint32_t hash_of(const std::string& name) {
  std::uint32_t hash = 2166136261U;
  for (const unsigned char byte : name) hash = (hash ^ byte) * 16777619U;
  return hash;
}

Policy policy_of(const PluggedPort& plugged) {
  Policy out{plugged.port->security_groups, plugged.open};
  std::ranges::sort(out.groups);
  out.groups.erase(std::unique(out.groups.begin(), out.groups.end()), out.groups.end());
  std::ranges::sort(out.open);
  return out;
}

std::string name_of(const Policy& policy) {
  std::string out;
  for (const auto& id : policy.groups) out += id.str() + ' ';
  for (const auto& open : policy.open) out += fmt::format("{}/{} ", open.number, open.protocol);
  return out;
}

}  // namespace

std::set<SecurityGroupId> Epochs::shrunk_groups(const HostPorts& host) const {
  std::set<SecurityGroupId> out;
  for (const auto& [id, former] : members_) {
    const auto now = host.members.find(id);
    const bool same = now != host.members.end() && now->second == former;
    if (!same && (now == host.members.end() || !std::ranges::includes(*now->second, *former))) out.insert(id);
  }
  return out;
}

void Epochs::note_groups(const HostPorts& host) {
  const auto shrunk = shrunk_groups(host);
  std::erase_if(groups_, [&](const auto& known) { return !host.groups.contains(known.first); });
  for (const auto& [id, record] : host.groups) {
    if (!record) continue;
    auto& known = groups_[id];
    const bool changed = !known.record || (known.record != record && !same_policy(*known.record, *record));
    const bool lost_members = std::ranges::any_of(record->rules, [&](const SecurityGroupRule& rule) {
      return rule.remote_group_id && shrunk.contains(SecurityGroupId(*rule.remote_group_id));
    });
    if (changed || lost_members) known.version = ++versions_;
    known.record = record;
  }
  members_ = host.members;
}

std::vector<std::uint64_t> Epochs::versions_of(const Policy& policy) const {
  std::vector<std::uint64_t> out;
  for (const auto& id : policy.groups) {
    const auto known = groups_.find(id);
    out.push_back(known == groups_.end() ? 0 : known->second.version);
  }
  return out;
}

void Epochs::assign(HostPorts& host) {
  note_groups(host);
  std::map<std::string, Policy> wanted;
  std::vector<std::string> of_ports;
  std::set<std::string> names;
  for (const auto& plugged : host.ports) {
    auto policy = policy_of(plugged);
    of_ports.push_back(name_of(policy));
    if (names.insert(of_ports.back()).second) wanted[of_ports.back()] = std::move(policy);
  }
  const auto& numbers = numbers_.assign(names);
  std::erase_if(policies_, [&](const auto& known) { return !names.contains(known.first); });
  host.policies.clear();
  for (auto& [name, policy] : wanted) {
    auto versions = versions_of(policy);
    auto& known = policies_[name];
    if (known.epoch == 0 || known.versions != versions) {
      known = {std::move(versions), next_};
      next_ = Epoch(next_ % max_epoch + 1);
    }
    policy.epoch = known.epoch;
    host.policies[numbers.at(name)] = std::move(policy);
  }
  host.policies.erase(0);  // more than there are numbers for: closed
  for (std::size_t i = 0; i < host.ports.size(); ++i) host.ports[i].policy = numbers.at(of_ports[i]);
}

const std::map<std::string, std::uint32_t>& Numbers::assign(const std::set<std::string>& names) {
  for (auto known = numbers_.begin(); known != numbers_.end();) {
    if (names.contains(known->first)) {
      ++known;
      continue;
    }
    taken_.erase(known->second);
    known = numbers_.erase(known);
  }
  for (const auto& name : names) {
    if (numbers_.contains(name)) continue;
    std::uint32_t number = 0;
    if (taken_.size() < count_) {
      number = hash_of(name) % count_ + 1;
      while (taken_.contains(number)) number = number % count_ + 1;
      taken_.insert(number);
    }
    numbers_[name] = number;
  }
  return numbers_;
}

}  // namespace causeway::domain::firewall
