#pragma once

#include <cstddef>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// How many security group rules a project has, kept with every change of them: to count them anew is to read all its groups.
/// A project without a record has not been counted yet.
struct RuleUsage {
  static constexpr std::string_view kind = "security_group_rule_usage";
  ProjectId id;
  std::size_t rules = 0;
  static constexpr auto fields() {
    using U = RuleUsage;
    return std::tuple{field("id", &U::id), field("rules", &U::rules)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

}  // namespace causeway::domain
