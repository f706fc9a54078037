#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/firewall/ruleset.hpp"
#include "causeway/domain/network/security_group.hpp"

namespace causeway::domain::firewall {

enum class Direction { ingress, egress };

/// A group's chain for one direction and address family, without what is particular to a port: rules that accept.
struct GroupRules {
  std::vector<std::string> lines;
  std::set<SecurityGroupId> remote_groups;  ///< whose sets the lines look into
};

/// The sets of a remote group's members: single addresses, and blocks (of allowed address pairs) where there are any.
std::string member_set(const SecurityGroupId& group);
std::string member_blocks(const SecurityGroupId& group);
std::string group_chain(const SecurityGroupId& group, Direction direction);
/// Ids become parts of names in the kernel: letters, digits and '-' only, at most 40.
bool is_nameable(std::string_view id);

/// invalid "firewall.bad_rule": nothing of a group is used of which a part cannot be.
/// `has_blocks`: whether a remote group has members that are blocks.
Result<GroupRules> compile_group(const SecurityGroup& group, Direction direction, Family family,
                                 const std::function<bool(const SecurityGroupId&)>& has_blocks);

}  // namespace causeway::domain::firewall
