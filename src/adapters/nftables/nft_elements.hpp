#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "causeway/domain/firewall/ruleset.hpp"

namespace causeway::adapters {

/// A transaction of netlink that changes elements, and its last command's number.
struct ElementsBatch {
  std::vector<char> bytes;
  std::uint32_t last = 0;
};

/// Says a change of elements alone in netlink. libnftables lists all chains and sets before it runs a text, which takes longer than the
/// change. Nothing when the change is of more than elements, of blocks, or of too many to be worth it: that is for libnftables.
/// `sequence`: of the transaction's first message.
std::optional<ElementsBatch> encode_elements(const domain::firewall::RulesetChange& change, std::uint32_t sequence);

}  // namespace causeway::adapters
