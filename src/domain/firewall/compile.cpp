#include "causeway/domain/firewall/compile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>

#include "causeway/domain/firewall/anti_spoof.hpp"
#include "causeway/domain/firewall/policy_rules.hpp"

namespace causeway::domain::firewall {
namespace {

using GroupRef = std::shared_ptr<const CompiledGroup>;
using PolicyRef = std::shared_ptr<const CompiledPolicy>;
using PieceRef = std::shared_ptr<const Piece>;
using MembersRef = std::shared_ptr<const Members>;

/// Marks of packets that ports sent, and of those delivered to them, besides the port's number. They differ, so that a packet that only
/// leaves for elsewhere needs none taken off; and they are nobody else's (container platforms and VPNs use single bits, or small
/// numbers), so that the IP hooks need not look at interfaces first.
constexpr std::uint32_t sent_mark = 0x2a000000;
constexpr std::uint32_t delivered_mark = 0x2b000000;
constexpr std::uint32_t max_mark = 0x00ffffff;

const char* map_of(Direction direction) { return direction == Direction::ingress ? "ingress" : "egress"; }

/// What is there without any port: everything that looks like a port is closed, and no tenant reaches the host by its bridge.
Ruleset base() {
  Ruleset out;
  const auto chain = [&](Family family, const char* name, const char* hook, std::vector<std::string> rules) {
    out.chains[{family, name}] = {hook, std::move(rules)};
  };
  out.collections[{Family::bridge, "from_ports"}] = {"type ifname : verdict", true, false, {}};
  out.collections[{Family::bridge, "marks"}] = {"type ifname : mark", true, false, {}};
  out.collections[{Family::bridge, "unfiltered"}] = {"type ifname", false, false, {}};
  chain(Family::bridge, "arriving", "type filter hook prerouting priority -300; policy accept;",
        {fmt::format("iifname {} meta mark set 0 accept", any_tunnel), "iifname vmap @from_ports", fmt::format("iifname {} counter drop", any_port)});
  chain(Family::bridge, "forwarded", "type filter hook forward priority -200; policy accept;",
        {fmt::format("oifname != {} accept", any_port), "ether type ip meta mark set oifname map @marks accept",
         "ether type { arp, ip6 } meta mark set oifname map @marks accept",
         "oifname @unfiltered meta mark set 0 accept", "counter drop"});
  chain(Family::bridge, "to_host", "type filter hook input priority -200; policy accept;",
        {fmt::format("iifname {} drop", any_port), fmt::format("iifname {} drop", any_tunnel), fmt::format("iifname {} drop", any_router_leg)});
  for (const auto family : ip_families) {
    out.collections[{family, "zones"}] = {"typeof iifname : ct zone", true, false, {}};
    for (const auto direction : directions) out.collections[{family, map_of(direction)}] = {"type mark : verdict", true, false, {}};
    chain(family, "zoning", "type filter hook prerouting priority raw; policy accept;", {"ct zone set iifname map @zones"});
    chain(family, "sent", "type filter hook prerouting priority 0; policy accept;", {"meta mark vmap @egress"});
    chain(family, "received", "type filter hook forward priority -10; policy accept;", {"meta mark vmap @ingress"});
  }
  return out;
}

/// Becomes part of names in the kernel.
bool is_plain(const std::string& name) {
  return !name.empty() && std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0; });
}

std::string quoted(const std::string& name) { return '"' + name + '"'; }

/// Everything of a port but its policy.
struct CompiledPort {
  std::shared_ptr<const Port> record;
  std::string link;
  std::uint32_t mark = 0;
  std::uint32_t policy = 0;
  std::optional<std::uint32_t> dscp;
  std::string error;
  PieceRef piece;
};

/// Whatever the container says itself: a mark is what the network promises others about its packets.
std::vector<std::string> marking_rules(const PluggedPort& port) {
  if (!port.dscp) return {};
  return {fmt::format("ether type ip ip dscp set {}", *port.dscp), fmt::format("ether type ip6 ip6 dscp set {}", *port.dscp)};
}

Piece piece_of_unfiltered(const PluggedPort& port) {
  Piece out;
  auto rules = marking_rules(port);
  out.elements[{{Family::bridge, "from_ports"}, quoted(port.link)}] = rules.empty() ? "accept" : "goto from_" + port.link;
  if (!rules.empty()) {
    rules.emplace_back("accept");
    out.chains[{Family::bridge, "from_" + port.link}] = {"", std::move(rules)};
  }
  out.elements[{{Family::bridge, "unfiltered"}, quoted(port.link)}] = "";
  return out;
}

CompiledPort compile_port(const PluggedPort& port, const Limits& limits) {
  CompiledPort out{port.port, port.link, port.mark, port.policy, port.dscp, "", nullptr};
  if (!port.port->admin_state_up) return out;  // stays closed, as it should
  if (!port.port->port_security_enabled) {
    out.piece = std::make_shared<const Piece>(piece_of_unfiltered(port));
    return out;
  }
  const auto senders = sender_rules(*port.port, port.mark | sent_mark, limits.addresses);
  if (!senders) {
    out.error = senders.error().message;
    return out;
  }
  Piece piece;
  const auto mark_for = [&](Direction direction) { return fmt::format("0x{:08x}", port.mark | (direction == Direction::ingress ? delivered_mark : sent_mark)); };
  auto from = marking_rules(port);
  from.insert(from.end(), senders->begin(), senders->end());
  piece.chains[{Family::bridge, "from_" + port.link}] = {"", std::move(from)};
  piece.elements[{{Family::bridge, "from_ports"}, quoted(port.link)}] = "goto from_" + port.link;
  piece.elements[{{Family::bridge, "marks"}, quoted(port.link)}] = mark_for(Direction::ingress);
  for (const auto family : ip_families) {
    for (const auto direction : directions)
      piece.elements[{{family, map_of(direction)}, mark_for(direction)}] = "goto " + policy_chain(port.policy, direction);
  }
  out.piece = std::make_shared<const Piece>(std::move(piece));
  return out;
}

PieceRef piece_of_bridge(const std::string& bridge, std::uint16_t zone) {
  Piece out;
  for (const auto family : ip_families) out.elements[{{family, "zones"}, quoted(bridge)}] = std::to_string(zone);
  return std::make_shared<const Piece>(std::move(out));
}

bool is_of(const Cidr& block, Family family) { return block.is_v4() == (family == Family::ip); }
bool is_single(const Cidr& block) { return block.prefix_length() == block.network().bits(); }

/// The blocks of a family; one that is within another says nothing.
std::vector<Cidr> blocks_of(const Members& members, Family family) {
  std::vector<Cidr> out;
  for (const auto& block : members) {  // in order: what contains a block is before it
    if (is_of(block, family) && !is_single(block) && (out.empty() || !out.back().contains(block))) out.push_back(block);
  }
  return out;
}

}  // namespace

struct HostCompiler::State {
  explicit State(const Limits& of) : limits(of) {}

  const Limits limits;
  Ruleset ruleset;
  std::map<PortId, std::string> closed;
  std::map<SecurityGroupId, GroupRef> groups;
  std::map<std::uint32_t, PolicyRef> policies;
  std::map<PortId, CompiledPort> ports;
  std::map<std::string, std::pair<std::uint16_t, PieceRef>> bridges;
  std::map<SecurityGroupId, std::pair<MembersRef, std::set<Family>>> blocks;  ///< which families of a group have blocks
  std::map<std::string, PieceRef> pieces;                                     ///< in the ruleset
  std::map<std::pair<SecurityGroupId, Family>, MembersRef> members;           ///< in the ruleset
  const MembersRef nobody = std::make_shared<const Members>();

  RulesetChange update(const HostPorts& host) {
    RulesetEdit edit(ruleset);
    if (ruleset.chains.empty()) add_base(edit);
    note_blocks(host);
    compile_groups(host);
    compile_policies(host);
    compile_ports(host);
    place_members(host, edit);  // before and after what looks into them is all one to the kernel
    place_pieces(host, edit);
    return edit.change();
  }

 private:
  static void add_base(RulesetEdit& edit) {
    const auto bare = base();
    for (const auto& [id, collection] : bare.collections) edit.add_collection(id, collection);
    edit.add({bare.chains, {}});
  }

  void note_blocks(const HostPorts& host) {
    std::erase_if(blocks, [&](const auto& known) { return !host.members.contains(known.first); });
    for (const auto& [id, present] : host.members) {
      auto& known = blocks[id];
      if (known.first == present) continue;
      known = {present, {}};
      for (const auto& block : *present) {
        if (!is_single(block)) known.second.insert(block.is_v4() ? Family::ip : Family::ip6);
      }
    }
  }

  bool has_blocks(const SecurityGroupId& id, Family family) const {
    const auto known = blocks.find(id);
    return known != blocks.end() && known->second.second.contains(family);
  }

  bool is_current(const CompiledGroup& group, const std::shared_ptr<const SecurityGroup>& record) const {
    if (group.record != record) return false;
    for (const auto& [at, rules] : group.rules) {
      for (const auto& remote : rules.remote_groups) {
        if (has_blocks(remote, at.first) != group.blocks.contains({remote, at.first})) return false;
      }
    }
    return true;
  }

  void compile_groups(const HostPorts& host) {
    std::erase_if(groups, [&](const auto& known) {
      const auto now = host.groups.find(known.first);
      return now == host.groups.end() || !now->second;
    });
    for (const auto& [id, record] : host.groups) {
      if (!record) continue;
      auto& known = groups[id];
      if (known && is_current(*known, record)) continue;
      known = compile_group(record, limits, [this](const SecurityGroupId& remote, Family family) { return has_blocks(remote, family); });
    }
  }

  void compile_policies(const HostPorts& host) {
    std::erase_if(policies, [&](const auto& known) { return !host.policies.contains(known.first); });
    for (const auto& [number, policy] : host.policies) {
      std::vector<GroupRef> known_groups;
      for (const auto& id : policy.groups) {
        if (const auto found = groups.find(id); found != groups.end()) known_groups.push_back(found->second);
      }
      auto& known = policies[number];
      if (known && known->policy == policy && known->groups == known_groups) continue;
      known = compile_policy(number, policy, std::move(known_groups), limits);
    }
  }

  void compile_ports(const HostPorts& host) {
    std::map<PortId, CompiledPort> compiled;
    std::set<std::string> links;
    std::set<std::uint32_t> marks;
    closed.clear();
    for (const auto& port : host.ports) {
      const auto& id = port.port->id;
      auto why = reason_to_close(host, port, links, marks);
      if (why.empty()) {
        const auto known = ports.find(id);
        auto& now = compiled[id] = known != ports.end() && is_current(known->second, port) ? std::move(known->second) : compile_port(port, limits);
        if (!now.error.empty()) closed[id] = now.error;
      } else {
        closed[id] = fmt::format("Port {} is closed: {}", id, why);
      }
    }
    ports = std::move(compiled);
  }

  static bool is_current(const CompiledPort& known, const PluggedPort& port) {
    return known.record == port.port && known.link == port.link && known.mark == port.mark && known.policy == port.policy && known.dscp == port.dscp;
  }

  /// "" = it may be opened.
  std::string reason_to_close(const HostPorts& host, const PluggedPort& port, std::set<std::string>& links, std::set<std::uint32_t>& marks) const {
    if (!is_plain(port.link) || !is_plain(port.bridge) || !links.insert(port.link).second) return "its interface has no name of its own.";
    if (port.mark == 0 || port.mark > max_mark || !marks.insert(port.mark).second) return "it has no mark of its own.";
    if (!host.zones.contains(port.bridge)) return "its bridge has no conntrack zone.";
    if (!port.port->admin_state_up || !port.port->port_security_enabled) return "";
    const auto policy = policies.find(port.policy);
    if (policy == policies.end() || port.policy == 0) return "it has no policy.";
    return policy->second->error;
  }

  /// What the ports need is in the ruleset, and nothing else.
  void place_pieces(const HostPorts& host, RulesetEdit& edit) {
    std::map<std::string, PieceRef> wanted;
    for (const auto& port : host.ports) {
      const auto found = ports.find(port.port->id);
      if (found == ports.end() || !found->second.piece) continue;
      wanted["port/" + port.port->id.str()] = found->second.piece;
      if (!port.port->port_security_enabled) continue;
      want_bridge(port.bridge, host.zones.at(port.bridge), wanted);
      want_policy(port.policy, wanted);
    }
    for (const auto& [name, piece] : pieces) {
      const auto now = wanted.find(name);
      if (now == wanted.end() || now->second != piece) edit.remove(*piece);
    }
    for (const auto& [name, piece] : wanted) {
      const auto former = pieces.find(name);
      if (former == pieces.end() || former->second != piece) edit.add(*piece);
    }
    pieces = std::move(wanted);
    std::erase_if(bridges, [&](const auto& known) { return !pieces.contains("bridge/" + known.first); });
  }

  void want_bridge(const std::string& bridge, std::uint16_t zone, std::map<std::string, PieceRef>& wanted) {
    auto& piece = wanted["bridge/" + bridge];
    if (piece) return;
    auto& known = bridges[bridge];
    if (!known.second || known.first != zone) known = {zone, piece_of_bridge(bridge, zone)};
    piece = known.second;
  }

  void want_policy(std::uint32_t number, std::map<std::string, PieceRef>& wanted) {
    auto& piece = wanted["policy/" + std::to_string(number)];
    if (piece) return;
    const auto& policy = policies.at(number);
    piece = PieceRef(policy, &policy->piece);
    for (const auto& group : policy->groups) wanted["group/" + group->record->id.str()] = PieceRef(group, &group->piece);
  }

  /// The sets that chains of groups look into: single addresses where look-ups are by hash, blocks apart.
  void place_members(const HostPorts& host, RulesetEdit& edit) {
    std::map<std::pair<SecurityGroupId, Family>, MembersRef> wanted;
    for (const auto number : policies_in_use()) {
      for (const auto& group : policies.at(number)->groups) want_members(*group, host, wanted);
    }
    for (const auto& [at, former] : members) {
      if (!wanted.contains(at)) remove_sets(at.first, at.second, edit);
    }
    for (const auto& [at, present] : wanted) {
      const auto former = members.find(at);
      if (former != members.end() && former->second == present) continue;
      if (former == members.end()) add_sets(at.first, at.second, edit);
      place_singles(at, former == members.end() ? *nobody : *former->second, *present, edit);
      place_blocks(at, blocks_of(former == members.end() ? *nobody : *former->second, at.second), blocks_of(*present, at.second), edit);
    }
    members = std::move(wanted);
  }

  std::set<std::uint32_t> policies_in_use() const {
    std::set<std::uint32_t> out;
    for (const auto& [id, port] : ports) {
      if (port.piece && port.record->port_security_enabled) out.insert(port.policy);
    }
    return out;
  }

  void want_members(const CompiledGroup& group, const HostPorts& host, std::map<std::pair<SecurityGroupId, Family>, MembersRef>& wanted) const {
    for (const auto& [at, rules] : group.rules) {
      for (const auto& remote : rules.remote_groups) {
        const auto present = host.members.find(remote);
        wanted.try_emplace({remote, at.first}, present == host.members.end() ? nobody : present->second);
      }
    }
  }

  static const char* type_of(Family family) { return family == Family::ip ? "type ipv4_addr" : "type ipv6_addr"; }

  static void add_sets(const SecurityGroupId& group, Family family, RulesetEdit& edit) {
    edit.add_collection({family, member_set(group)}, {type_of(family), false, false, {}});
  }
  static void remove_sets(const SecurityGroupId& group, Family family, RulesetEdit& edit) {
    edit.remove_collection({family, member_set(group)});
    edit.remove_collection({family, member_blocks(group)});
  }

  /// Both are in order, so that a member that joins ten thousand costs one walk and one element.
  static void place_singles(const std::pair<SecurityGroupId, Family>& at, const Members& former, const Members& present, RulesetEdit& edit) {
    const Id set{at.second, member_set(at.first)};
    const auto is_here = [&](const Cidr& block) { return is_of(block, at.second) && is_single(block); };
    auto had = former.begin();
    auto has = present.begin();
    while (had != former.end() || has != present.end()) {
      const bool only_had = has == present.end() || (had != former.end() && *had < *has);
      const bool only_has = had == former.end() || (has != present.end() && *has < *had);
      if (only_had && is_here(*had)) edit.remove_element(set, had->network().to_string());
      if (only_has && is_here(*has)) edit.add_element(set, has->network().to_string(), "");
      if (!only_has) ++had;
      if (!only_had) ++has;
    }
  }

  static void place_blocks(const std::pair<SecurityGroupId, Family>& at, const std::vector<Cidr>& former, const std::vector<Cidr>& present,
                           RulesetEdit& edit) {
    const Id set{at.second, member_blocks(at.first)};
    if (former.empty() && !present.empty()) edit.add_collection(set, {type_of(at.second), false, true, {}});
    if (!former.empty() && present.empty()) return edit.remove_collection(set);
    for (const auto& block : former) edit.remove_element(set, block.to_string());
    for (const auto& block : present) edit.add_element(set, block.to_string(), "");
  }
};

HostCompiler::HostCompiler(const Limits& limits) : state_(std::make_unique<State>(limits)) {}
HostCompiler::~HostCompiler() = default;
HostCompiler::HostCompiler(HostCompiler&&) noexcept = default;
HostCompiler& HostCompiler::operator=(HostCompiler&&) noexcept = default;

RulesetChange HostCompiler::update(const HostPorts& host) { return state_->update(host); }
const Ruleset& HostCompiler::ruleset() const { return state_->ruleset; }
const std::map<PortId, std::string>& HostCompiler::closed() const { return state_->closed; }

Compiled compile(const HostPorts& host, const Limits& limits) {
  HostCompiler compiler(limits);
  compiler.update(host);
  return {compiler.ruleset(), compiler.closed()};
}

}  // namespace causeway::domain::firewall
