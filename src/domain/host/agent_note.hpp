#pragma once

#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// What the operator wrote at the centre about the agent on a host; the host itself is its region's.
struct AgentNote {
  static constexpr std::string_view kind = "agent_note";
  std::string id;  ///< Host::uuid
  std::string description;
  static constexpr auto fields() { return std::tuple{field("id", &AgentNote::id), field("description", &AgentNote::description)}; }
  std::vector<IndexEntry> indexes() const { return {}; }
};

}  // namespace causeway::domain
