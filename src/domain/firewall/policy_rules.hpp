#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "causeway/domain/firewall/compile.hpp"
#include "causeway/domain/firewall/group_rules.hpp"
#include "causeway/domain/firewall/ruleset_edit.hpp"

namespace causeway::domain::firewall {

inline constexpr Family ip_families[] = {Family::ip, Family::ip6};
inline constexpr Direction directions[] = {Direction::ingress, Direction::egress};

/// A group in all its forms.
struct CompiledGroup {
  std::shared_ptr<const SecurityGroup> record;
  std::set<std::pair<SecurityGroupId, Family>> blocks;  ///< remote groups with members that are blocks, when it was compiled
  std::map<std::pair<Family, Direction>, GroupRules> rules;
  std::size_t lines = 0;
  std::string error;  ///< not "": nothing of it is used
  Piece piece;        ///< its chains
};

/// `has_blocks`: whether a remote group has members of a family that are blocks.
std::shared_ptr<const CompiledGroup> compile_group(std::shared_ptr<const SecurityGroup> group, const Limits& limits,
                                                   const std::function<bool(const SecurityGroupId&, Family)>& has_blocks);

/// A policy with its groups, as far as they are known: of one that is not (any more) nothing is let through.
struct CompiledPolicy {
  Policy policy;
  std::vector<std::shared_ptr<const CompiledGroup>> groups;
  std::string error;  ///< not "": its ports are closed
  Piece piece;        ///< its chains
};
std::shared_ptr<const CompiledPolicy> compile_policy(std::uint32_t number, const Policy& policy,
                                                     std::vector<std::shared_ptr<const CompiledGroup>> groups, const Limits& limits);
std::string policy_chain(std::uint32_t number, Direction direction);

}  // namespace causeway::domain::firewall
