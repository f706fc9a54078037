#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/domain/firewall/compile.hpp"
#include "causeway/domain/firewall/epochs.hpp"

/// A host of ports and groups for tests of the firewall, built by hand.
namespace causeway::testing {

using domain::firewall::HostPorts;

/// "g1" -> the uuid that stands for it.
inline std::string uuid_of(std::string_view name) {
  std::string digits;
  for (const unsigned char c : name) digits += fmt::format("{:02x}", c);
  digits.resize(12, '0');
  return fmt::format("{}-0000-4000-8000-{}", digits.substr(0, 8), digits);
}
inline domain::SecurityGroupId group_id(std::string_view name) { return domain::SecurityGroupId(uuid_of(name)); }
inline domain::PortId port_id(std::string_view name) { return domain::PortId(uuid_of(name)); }

struct RuleOf {
  domain::SecurityGroupRule rule;
  RuleOf(std::string direction, std::string ethertype) {
    rule.id = "r";
    rule.direction = std::move(direction);
    rule.ethertype = std::move(ethertype);
  }
  RuleOf& protocol(std::string name) {
    rule.protocol = std::move(name);
    return *this;
  }
  RuleOf& ports(int from, int to) {
    rule.port_range_min = from;
    rule.port_range_max = to;
    return *this;
  }
  RuleOf& type(int type) {
    rule.port_range_min = type;
    return *this;
  }
  RuleOf& from(std::string prefix) {
    rule.remote_ip_prefix = std::move(prefix);
    return *this;
  }
  RuleOf& group(std::string_view name) {
    rule.remote_group_id = uuid_of(name);
    return *this;
  }
  operator domain::SecurityGroupRule() const { return rule; }  // NOLINT: a builder is what it builds
};
inline RuleOf ingress(std::string ethertype = "IPv4") { return {"ingress", std::move(ethertype)}; }
inline RuleOf egress(std::string ethertype = "IPv4") { return {"egress", std::move(ethertype)}; }

/// Ports "a", "b", ... of one bridge; port number n has the addresses 10.0.0.n, fd00::n and the MAC fa:16:3e:00:00:0n.
class FirewallHost {
 public:
  HostPorts host;
  std::string bridge = "cwb1";
  domain::firewall::Epochs epochs{1};

  FirewallHost() { host.zones[bridge] = 7; }

  domain::Port& port(int number, std::vector<std::string> groups) {
    auto port = std::make_shared<domain::Port>();
    port->id = port_id("p" + std::to_string(number));
    port->mac_address = domain::Mac::from_number(0xfa163e000000ULL + std::uint64_t(number));
    port->fixed_ips = {{domain::SubnetId("s4"), domain::IpAddress::v4(0x0a000000U + std::uint32_t(number))},
                       {domain::SubnetId("s6"), *domain::IpAddress::parse("fd00::" + std::to_string(number))}};
    for (const auto& name : groups) port->security_groups.push_back(group_id(name));
    host.ports.push_back({port, "cwp" + std::to_string(number), bridge, std::uint32_t(number)});
    return *port;
  }
  domain::SecurityGroup& group(std::string_view name, std::vector<domain::SecurityGroupRule> rules) {
    auto group = std::make_shared<domain::SecurityGroup>();
    group->id = group_id(name);
    group->rules = std::move(rules);
    host.groups[group->id] = group;
    return *group;
  }
  void members(std::string_view name, const std::vector<std::string_view>& blocks) {
    domain::firewall::Members members;
    for (const auto block : blocks) members.push_back(*domain::Cidr::parse(block));
    std::ranges::sort(members);
    host.members[group_id(name)] = std::make_shared<const domain::firewall::Members>(std::move(members));
  }
  domain::firewall::Compiled compiled() {
    epochs.assign(host);
    return domain::firewall::compile(host);
  }
  const domain::firewall::PluggedPort& plugged(int number) const {
    return *std::ranges::find(host.ports, port_id("p" + std::to_string(number)), [](const auto& port) { return port.port->id; });
  }
  /// "to_" or "by_": the chain of the port's policy.
  std::string chain_of(int number, std::string_view prefix) const { return fmt::format("{}{}", prefix, plugged(number).policy); }
  domain::firewall::Epoch epoch_of(int number) const { return host.policies.at(plugged(number).policy).epoch; }
};

inline std::string rules_text(const domain::firewall::Ruleset& ruleset, domain::firewall::Family family, const std::string& name) {
  const auto found = ruleset.chains.find({family, name});
  return found == ruleset.chains.end() ? "no such chain" : fmt::format("{}", fmt::join(found->second.rules, "\n"));
}

}  // namespace causeway::testing
