#pragma once

#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::adapters {

/// Tells the neighbours of a link, in the network namespace of the calling thread, that these addresses are at this MAC
/// address now: ARP announcements (RFC 5227, section 3) and unsolicited neighbour advertisements (RFC 4861, section 7.2.6).
Result<void> announce(std::uint32_t link, const domain::Mac& mac, const std::vector<domain::IpAddress>& addresses);

}  // namespace causeway::adapters
