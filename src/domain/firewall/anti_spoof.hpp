#pragma once

#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/port.hpp"

namespace causeway::domain::firewall {

/// The rules by which a port may send: only from its own MAC and addresses and its allowed address pairs, nothing that routers and
/// DHCP servers say. Frames that pass carry `mark`. The last rule drops the rest.
/// invalid "firewall.bad_port" when its MAC is no interface's, or it has more than `max_addresses`.
Result<std::vector<std::string>> sender_rules(const Port& port, std::uint32_t mark, std::size_t max_addresses);

}  // namespace causeway::domain::firewall
