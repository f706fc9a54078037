#include "causeway/domain/firewall/policy_rules.hpp"

#include <fmt/format.h>

namespace causeway::domain::firewall {
namespace {

const std::string revoked_anywhere = "0x80008000";

std::vector<std::string> chain_rules(const Policy& policy, const std::vector<std::string>& jumps, bool stateful, Family family, Direction direction) {
  std::vector<std::string> out;
  const bool in = direction == Direction::ingress;
  const std::uint32_t epoch = in ? policy.epoch : std::uint32_t(policy.epoch) << 16U;
  const char* ours = in ? "0x0000ffff" : "0xffff0000";
  const char* others = in ? "0xffff0000" : "0x0000ffff";
  if (stateful) {  // nearly every packet ends at one of the first two
    out.push_back(fmt::format("ct state established ct direction original ct mark and {} == 0x{:08x} accept", ours, epoch));
    out.push_back(fmt::format("ct state established ct direction reply ct mark and {} == 0 accept", revoked_anywhere));
  }
  if (family == Family::ip6) {  // neighbour discovery is the link's own business; who may say what was checked where it came from
    out.push_back(fmt::format("icmpv6 type {{ {} }} accept", in ? "mld-listener-query, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert"
                                                                : "mld-listener-report, mld2-listener-report, nd-router-solicit, "
                                                                  "nd-neighbor-solicit, nd-neighbor-advert"));
  }
  if (stateful) {
    out.push_back(fmt::format("ct state related ct mark and {} == 0 accept", revoked_anywhere));
    out.emplace_back("ct state invalid,related counter drop");
    out.emplace_back("ct direction reply counter drop");
    out.push_back(fmt::format("ct mark set ct mark and {} or 0x{:08x}", others, epoch));
  }
  if (in) {
    for (const auto& open : policy.open) out.push_back(fmt::format("{} dport {} accept", open.protocol == "udp" ? "udp" : "tcp", open.number));
  }
  out.insert(out.end(), jumps.begin(), jumps.end());
  if (stateful) out.push_back(fmt::format("ct mark set ct mark or 0x{:08x}", in ? 0x8000U : 0x80000000U));
  out.emplace_back("counter drop");
  return out;
}

void add_chains(std::uint32_t number, CompiledPolicy& out, Family family, Direction direction) {
  std::vector<std::string> jumps;
  bool stateful = out.groups.empty();
  for (const auto& group : out.groups) {
    stateful = stateful || group->record->stateful;
    if (!group->rules.at({family, direction}).lines.empty()) jumps.push_back("jump " + group_chain(group->record->id, direction));
  }
  out.piece.chains[{family, policy_chain(number, direction)}] = {"", chain_rules(out.policy, jumps, stateful, family, direction)};
}

}  // namespace

std::string policy_chain(std::uint32_t number, Direction direction) {
  return fmt::format("{}{}", direction == Direction::ingress ? "to_" : "by_", number);
}

std::shared_ptr<const CompiledGroup> compile_group(std::shared_ptr<const SecurityGroup> group, const Limits& limits,
                                                   const std::function<bool(const SecurityGroupId&, Family)>& has_blocks) {
  auto out = std::make_shared<CompiledGroup>();
  out->record = std::move(group);
  const auto& record = *out->record;
  if (record.rules.size() > limits.rules) {  // not even looked at
    out->error = fmt::format("security group {} has {} rules; at most {} are enforced.", record.id, record.rules.size(), limits.rules);
    return out;
  }
  for (const auto family : ip_families) {
    for (const auto direction : directions) {
      auto rules = compile_group(record, direction, family, [&](const SecurityGroupId& id) {
        const bool blocks = has_blocks(id, family);
        if (blocks) out->blocks.emplace(id, family);
        return blocks;
      });
      if (!rules) {
        out->error = rules.error().message;
        return out;
      }
      out->lines += rules->lines.size();
      if (!rules->lines.empty()) out->piece.chains[{family, group_chain(record.id, direction)}] = {"", rules->lines};
      out->rules[{family, direction}] = *std::move(rules);
    }
  }
  return out;
}

std::shared_ptr<const CompiledPolicy> compile_policy(std::uint32_t number, const Policy& policy,
                                                     std::vector<std::shared_ptr<const CompiledGroup>> groups, const Limits& limits) {
  auto out = std::make_shared<CompiledPolicy>();
  out->policy = policy;
  out->groups = std::move(groups);
  std::size_t lines = 0;
  for (const auto& group : out->groups) {
    if (out->error.empty()) out->error = group->error;
    lines += group->lines;
  }
  if (policy.groups.size() > limits.groups)
    out->error = fmt::format("it has {} security groups; at most {} are enforced.", policy.groups.size(), limits.groups);
  if (out->error.empty() && lines > limits.rules)
    out->error = fmt::format("its security groups have {} rules; at most {} are enforced.", lines, limits.rules);
  if (!out->error.empty()) return out;
  for (const auto family : ip_families) {
    for (const auto direction : directions) add_chains(number, *out, family, direction);
  }
  return out;
}

}  // namespace causeway::domain::firewall
