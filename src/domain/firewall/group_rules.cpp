#include "causeway/domain/firewall/group_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>

#include "causeway/domain/network/security_group_rules.hpp"

namespace causeway::domain::firewall {
namespace {

std::unexpected<Error> bad(const SecurityGroup& group, const SecurityGroupRule& rule, std::string_view why) {
  return failed(Code::invalid, "firewall.bad_rule", "Security group {}, rule {}: {}", group.id, rule.id, why);
}

/// The protocol with its ports, or type and code; "" for all traffic. `rule` was checked.
std::string protocol_match(const SecurityGroupRule& rule, Family family) {
  const auto number = rule.protocol ? protocol_number(*rule.protocol, family == Family::ip6) : std::nullopt;
  if (!number) return "";
  const bool icmp = *number == (family == Family::ip ? 1 : 58);
  if (icmp) {
    const char* name = family == Family::ip ? "icmp" : "icmpv6";
    if (!rule.port_range_min) return fmt::format("meta l4proto {}", *number);
    std::string out = fmt::format("{} type {}", name, *rule.port_range_min);
    if (rule.port_range_max) out += fmt::format(" {} code {}", name, *rule.port_range_max);
    return out;
  }
  std::string out = fmt::format("meta l4proto {}", *number);
  if (!rule.port_range_min || !rule.port_range_max) return out;
  if (*rule.port_range_min == *rule.port_range_max) return out + fmt::format(" th dport {}", *rule.port_range_min);
  return out + fmt::format(" th dport {}-{}", *rule.port_range_min, *rule.port_range_max);
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const auto part : parts) {
    if (part.empty()) continue;
    if (!out.empty()) out += ' ';
    out += part;
  }
  return out;
}

Result<void> add_lines(const SecurityGroup& group, const SecurityGroupRule& rule, Direction direction, Family family,
                       const std::function<bool(const SecurityGroupId&)>& has_blocks, GroupRules& out) {
  if (auto good = check_rule(rule); !good) return bad(group, rule, good.error().message);
  const std::string remote = fmt::format("{} {}", text_of(family), direction == Direction::ingress ? "saddr" : "daddr");
  const std::string traffic = protocol_match(rule, family);
  if (rule.remote_group_id) {
    const SecurityGroupId other(*rule.remote_group_id);
    if (!is_nameable(other.str())) return bad(group, rule, "the remote group's id is no id");
    out.remote_groups.insert(other);
    out.lines.push_back(joined({remote + " @" + member_set(other), traffic, "accept"}));
    if (has_blocks(other)) out.lines.push_back(joined({remote + " @" + member_blocks(other), traffic, "accept"}));
    return {};
  }
  std::string block;
  if (rule.remote_ip_prefix) {
    TRY(const auto prefix, prefix_of(rule));
    if (prefix.prefix_length() > 0) block = fmt::format("{} {}", remote, prefix);
  }
  out.lines.push_back(joined({block, traffic, "accept"}));
  return {};
}

}  // namespace

bool is_nameable(std::string_view id) {
  return !id.empty() && id.size() <= 40 &&
         std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

std::string member_set(const SecurityGroupId& group) { return "members_" + group.str(); }
std::string member_blocks(const SecurityGroupId& group) { return "blocks_" + group.str(); }
std::string group_chain(const SecurityGroupId& group, Direction direction) {
  return (direction == Direction::ingress ? "in_" : "out_") + group.str();
}

Result<GroupRules> compile_group(const SecurityGroup& group, Direction direction, Family family,
                                 const std::function<bool(const SecurityGroupId&)>& has_blocks) {
  GroupRules out;
  if (!is_nameable(group.id.str()))
    return failed(Code::invalid, "firewall.bad_rule", "A security group has an id that is no id.");
  const std::string_view wanted_direction = direction == Direction::ingress ? "ingress" : "egress";
  const std::string_view wanted_type = family == Family::ip ? "IPv4" : "IPv6";
  for (const auto& rule : group.rules) {
    if (rule.direction == wanted_direction && rule.ethertype == wanted_type)
      TRY_VOID(add_lines(group, rule, direction, family, has_blocks, out));
  }
  // rules that were written differently may mean the same
  std::set<std::string> seen;
  std::erase_if(out.lines, [&](const std::string& line) { return !seen.insert(line).second; });
  return out;
}

}  // namespace causeway::domain::firewall
