#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/address.hpp"
#include "causeway/domain/network/security_group.hpp"

namespace causeway::domain {

/// What every new group has: egress is free. `new_id` makes ids.
std::vector<SecurityGroupRule> egress_rules(const std::function<std::string()>& new_id, Time now);
/// A project's default group also lets its own members in.
std::vector<SecurityGroupRule> default_group_rules(const SecurityGroupId& self,
                                                   const std::function<std::string()>& new_id, Time now);

/// invalid "security_group_rule.bad_...", with the field at fault.
Result<void> check_rule(const SecurityGroupRule& rule);
/// The IP protocol number of a rule's protocol, a name or a number; none for "any" and for what is neither. ICMP is that of
/// the address family, whatever it is called.
std::optional<int> protocol_number(std::string_view protocol, bool v6);
/// The remote block of a rule that has one; an address alone is a block of one. invalid "address.bad_cidr".
Result<Cidr> prefix_of(const SecurityGroupRule& rule);
/// Two rules that let the same traffic pass, whatever their ids and descriptions.
bool same_traffic(const SecurityGroupRule& a, const SecurityGroupRule& b);

}  // namespace causeway::domain
