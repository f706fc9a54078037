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

}  // namespace

std::set<SecurityGroupId> Epochs::shrunk_groups(const HostPorts& host) const {
  std::set<SecurityGroupId> out;
  for (const auto& [id, former] : members_) {
    const auto now = host.members.find(id);
    if (now == host.members.end() || !std::ranges::includes(now->second, former)) out.insert(id);
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

std::string Epochs::policy_of(const domain::Port& port) const {
  std::string out;
  for (const auto& id : port.security_groups) {
    const auto known = groups_.find(id);
    out += fmt::format("{}:{} ", id, known == groups_.end() ? 0 : known->second.version);
  }
  return out;
}

void Epochs::assign(HostPorts& host) {
  note_groups(host);
  std::map<PortId, Port> ports;
  for (auto& plugged : host.ports) {
    const auto& id = plugged.port->id;
    auto policy = policy_of(*plugged.port);
    const auto known = ports_.find(id);
    Epoch epoch = next_;
    if (known != ports_.end() && known->second.policy == policy) {
      epoch = known->second.epoch;
    } else {
      next_ = Epoch(next_ % max_epoch + 1);
    }
    plugged.ingress_epoch = plugged.egress_epoch = epoch;
    ports[id] = {std::move(policy), epoch};
  }
  ports_ = std::move(ports);
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
