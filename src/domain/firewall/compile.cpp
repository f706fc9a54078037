#include "causeway/domain/firewall/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "causeway/domain/firewall/anti_spoof.hpp"
#include "causeway/domain/firewall/group_rules.hpp"

namespace causeway::domain::firewall {
namespace {

constexpr Family ip_families[] = {Family::ip, Family::ip6};
constexpr Direction directions[] = {Direction::ingress, Direction::egress};

const std::string revoked_anywhere = "0x80008000";

const char* map_of(Direction direction) { return direction == Direction::ingress ? "ingress" : "egress"; }
const char* prefix_of_chain(Direction direction) { return direction == Direction::ingress ? "to_" : "by_"; }

/// What is there without any port: everything that looks like a port is closed, and no tenant reaches the host by its bridge.
Ruleset base() {
  Ruleset out;
  const auto chain = [&](Family family, const char* name, const char* hook, std::vector<std::string> rules) {
    out.chains[{family, name}] = {hook, std::move(rules)};
  };
  out.collections[{Family::bridge, "from_ports"}] = {"type ifname : verdict", true, false, {}};
  out.collections[{Family::bridge, "to_ports"}] = {"type ifname : verdict", true, false, {}};
  chain(Family::bridge, "arriving", "type filter hook prerouting priority -300; policy accept;",
        {fmt::format("iifname {} meta mark set 0", any_tunnel), "iifname vmap @from_ports", fmt::format("iifname {} counter drop", any_port)});
  chain(Family::bridge, "forwarded", "type filter hook forward priority -200; policy accept;",
        {fmt::format("iifname {} meta mark set 0", any_port), fmt::format("iifname {} meta mark set 0", any_tunnel),
         fmt::format("iifname {} meta mark set 0", any_router_leg), "oifname vmap @to_ports", fmt::format("oifname {} counter drop", any_port)});
  chain(Family::bridge, "to_host", "type filter hook input priority -200; policy accept;",
        {fmt::format("iifname {} drop", any_port), fmt::format("iifname {} drop", any_tunnel), fmt::format("iifname {} drop", any_router_leg)});
  for (const auto family : ip_families) {
    out.collections[{family, "zones"}] = {"typeof iifname : ct zone", true, false, {}};
    for (const auto direction : directions) out.collections[{family, map_of(direction)}] = {"type mark : verdict", true, false, {}};
    chain(family, "zoning", "type filter hook prerouting priority raw; policy accept;",
          {fmt::format("iifname {} ct zone set iifname map @zones", any_bridge)});
    chain(family, "sent", "type filter hook prerouting priority 0; policy accept;",
          {fmt::format("iifname {} meta mark vmap @egress", any_bridge)});
    chain(family, "received", "type filter hook forward priority -10; policy accept;",
          {fmt::format("iifname {} meta mark vmap @ingress", any_bridge)});
  }
  return out;
}

/// A group in all its forms, compiled at most once for a host.
struct CompiledGroup {
  std::map<std::pair<Family, Direction>, GroupRules> rules;
  std::size_t lines = 0;
  std::string error;  ///< not "": nothing of it is used
  bool stateful = true;
};

/// Becomes part of names in the kernel.
bool is_plain(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0; });
}

class Compiler {
 public:
  Compiler(const HostPorts& host, const Limits& limits) : host_(host), limits_(limits) { out_.ruleset = base(); }

  Compiled run() {
    for (const auto& port : host_.ports) {
      auto added = add_port(port);
      if (!added) out_.closed[port.port->id] = added.error().message;
    }
    return std::move(out_);
  }

 private:
  std::unexpected<Error> closed(const PluggedPort& port, std::string why) {
    return failed(Code::invalid, "firewall.bad_port", "Port {} is closed: {}", port.port->id, why);
  }

  Result<void> check(const PluggedPort& port) {
    if (!is_plain(port.link) || !is_plain(port.bridge) || !links_.insert(port.link).second)
      return closed(port, "its interface has no name of its own.");
    if (port.mark == 0 || !marks_.insert(port.mark).second) return closed(port, "it has no mark of its own.");
    if (!host_.zones.contains(port.bridge)) return closed(port, "its bridge has no conntrack zone.");
    if (port.port->security_groups.size() > limits_.groups)
      return closed(port, fmt::format("it has {} security groups; at most {} are enforced.", port.port->security_groups.size(), limits_.groups));
    return {};
  }

  /// All of the port or nothing: everything that can fail comes first.
  Result<void> add_port(const PluggedPort& port) {
    TRY_VOID(check(port));
    if (!port.port->admin_state_up) return {};  // stays closed, as it should
    if (!port.port->port_security_enabled) {
      bridge_element("from_ports", port, "accept");
      bridge_element("to_ports", port, "accept");
      return {};
    }
    TRY(auto senders, sender_rules(*port.port, port.mark, limits_.addresses));
    TRY(const auto groups, groups_of(port));
    chain(Family::bridge, "from_" + port.link, std::move(senders));
    bridge_element("from_ports", port, "goto from_" + port.link);
    chain(Family::bridge, "deliver_" + port.link,
          {"ether type != { arp, ip, ip6 } counter drop", fmt::format("meta mark set {}", port.mark), "accept"});
    bridge_element("to_ports", port, "goto deliver_" + port.link);
    for (const auto family : ip_families) {
      out_.ruleset.collections[{family, "zones"}].elements[quoted(port.bridge)] = std::to_string(host_.zones.at(port.bridge));
      for (const auto direction : directions) add_filter(port, groups, family, direction);
    }
    return {};
  }

  using Groups = std::vector<const SecurityGroup*>;

  /// Groups that are known here; of one that is not (any more) nothing is let through.
  Result<Groups> groups_of(const PluggedPort& port) {
    Groups out;
    std::size_t lines = 0;
    for (const auto& id : port.port->security_groups) {
      const auto known = host_.groups.find(id);
      if (known == host_.groups.end() || !known->second) continue;
      const auto& compiled = compiled_group(*known->second);
      if (!compiled.error.empty()) return closed(port, compiled.error);
      lines += compiled.lines;
      out.push_back(known->second.get());
    }
    if (lines > limits_.rules)
      return closed(port, fmt::format("its security groups have {} rules; at most {} are enforced.", lines, limits_.rules));
    return out;
  }

  const CompiledGroup& compiled_group(const SecurityGroup& group) {
    const auto [found, fresh] = groups_.try_emplace(group.id);
    auto& compiled = found->second;
    if (!fresh) return compiled;
    compiled.stateful = group.stateful;
    if (group.rules.size() > limits_.rules) {  // not even looked at
      compiled.error = fmt::format("security group {} has {} rules; at most {} are enforced.", group.id, group.rules.size(), limits_.rules);
      return compiled;
    }
    for (const auto family : ip_families) {
      for (const auto direction : directions) {
        auto rules = compile_group(group, direction, family, [&](const SecurityGroupId& id) { return has_blocks(id, family); });
        if (!rules) {
          compiled.error = rules.error().message;
          return compiled;
        }
        compiled.lines += rules->lines.size();
        compiled.rules[{family, direction}] = *std::move(rules);
      }
    }
    return compiled;
  }

  bool has_blocks(const SecurityGroupId& id, Family family) const {
    const auto members = host_.members.find(id);
    return members != host_.members.end() && std::ranges::any_of(members->second, [&](const Cidr& block) {
             return block.is_v4() == (family == Family::ip) && block.prefix_length() < block.network().bits();
           });
  }

  /// The port's own chain, the chains of its groups, and the sets that those look into.
  void add_filter(const PluggedPort& port, const Groups& groups, Family family, Direction direction) {
    std::vector<std::string> jumps;
    bool stateful = groups.empty();
    for (const auto* group : groups) {
      const auto& compiled = groups_.at(group->id);
      stateful = stateful || compiled.stateful;
      const auto& rules = compiled.rules.at({family, direction});
      if (rules.lines.empty()) continue;
      jumps.push_back("jump " + group_chain(group->id, direction));
      chain(family, group_chain(group->id, direction), rules.lines);
      for (const auto& remote : rules.remote_groups) add_members(remote, family);
    }
    const std::string name = prefix_of_chain(direction) + port.link;
    chain(family, name, filter_rules(port, jumps, stateful, family, direction));
    out_.ruleset.collections[{family, map_of(direction)}].elements[fmt::format("0x{:08x}", port.mark)] = "goto " + name;
  }

  static std::vector<std::string> filter_rules(const PluggedPort& port, const std::vector<std::string>& jumps, bool stateful, Family family,
                                               Direction direction) {
    std::vector<std::string> out;
    const bool in = direction == Direction::ingress;
    if (family == Family::ip6) {  // neighbour discovery is the link's own business; who may say what was checked where it came from
      out.push_back(fmt::format("icmpv6 type {{ {} }} accept", in ? "mld-listener-query, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert"
                                                                  : "mld-listener-report, mld2-listener-report, nd-router-solicit, "
                                                                    "nd-neighbor-solicit, nd-neighbor-advert"));
    }
    const std::uint32_t epoch = in ? port.ingress_epoch : std::uint32_t(port.egress_epoch) << 16U;
    const char* ours = in ? "0x0000ffff" : "0xffff0000";
    const char* others = in ? "0xffff0000" : "0x0000ffff";
    if (stateful) {
      out.push_back(fmt::format("ct state established ct direction original ct mark and {} == 0x{:08x} accept", ours, epoch));
      out.push_back(fmt::format("ct state established ct direction reply ct mark and {} == 0 accept", revoked_anywhere));
      out.push_back(fmt::format("ct state related ct mark and {} == 0 accept", revoked_anywhere));
      out.emplace_back("ct state invalid,related counter drop");
      out.emplace_back("ct direction reply counter drop");
      out.push_back(fmt::format("ct mark set ct mark and {} or 0x{:08x}", others, epoch));
    }
    if (in) {
      for (const auto& open : port.open) out.push_back(fmt::format("{} dport {} accept", open.protocol == "udp" ? "udp" : "tcp", open.number));
    }
    out.insert(out.end(), jumps.begin(), jumps.end());
    if (stateful) out.push_back(fmt::format("ct mark set ct mark or 0x{:08x}", in ? 0x8000U : 0x80000000U));
    out.emplace_back("counter drop");
    return out;
  }

  /// Single addresses where look-ups are by hash, blocks apart; a block that is within another says nothing.
  void add_members(const SecurityGroupId& group, Family family) {
    const Id id{family, member_set(group)};
    if (out_.ruleset.collections.contains(id)) return;
    const char* type = family == Family::ip ? "type ipv4_addr" : "type ipv6_addr";
    auto& single = out_.ruleset.collections[id] = {type, false, false, {}};
    const auto members = host_.members.find(group);
    if (members == host_.members.end()) return;
    std::optional<Cidr> last;
    for (const auto& block : members->second) {  // in order: what contains a block is before it
      if (block.is_v4() != (family == Family::ip)) continue;
      if (block.prefix_length() == block.network().bits()) {
        single.elements.emplace_hint(single.elements.end(), block.network().to_string(), "");
        continue;
      }
      if (last && last->contains(block)) continue;
      last = block;
      auto& blocks = out_.ruleset.collections[{family, member_blocks(group)}];
      blocks.type = type;
      blocks.interval = true;
      blocks.elements[block.to_string()] = "";
    }
  }

  static std::string quoted(const std::string& name) { return '"' + name + '"'; }
  void bridge_element(const char* map, const PluggedPort& port, std::string verdict) {
    out_.ruleset.collections[{Family::bridge, map}].elements[quoted(port.link)] = std::move(verdict);
  }
  void chain(Family family, std::string name, std::vector<std::string> rules) {
    auto& chain = out_.ruleset.chains[{family, std::move(name)}];
    if (chain.rules.empty()) chain.rules = std::move(rules);
  }

  const HostPorts& host_;
  const Limits& limits_;
  Compiled out_;
  std::map<SecurityGroupId, CompiledGroup> groups_;
  std::set<std::string> links_;
  std::set<std::uint32_t> marks_;
};

}  // namespace

Compiled compile(const HostPorts& host, const Limits& limits) { return Compiler(host, limits).run(); }

}  // namespace causeway::domain::firewall
