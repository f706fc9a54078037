#pragma once

#include <string>

#include "causeway/base/result.hpp"

/// The translations of the network namespace of the calling thread: one table of nftables, replaced whole.
namespace causeway::adapters {

/// As the kernel has it, in nft's words; "" when there is none.
Result<std::string> read_nat_table();
/// In one transaction; "" takes it away. unavailable "links.refused", with nft's own words.
Result<void> replace_nat_table(const std::string& body);

}  // namespace causeway::adapters
