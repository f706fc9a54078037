#pragma once

#include <string>
#include <string_view>

#include "causeway/base/result.hpp"

namespace causeway::adapters {

/// Sets net.<path> ("ipv6/conf/br0/disable_ipv6"), unless it has that value, in the network namespace of the calling
/// thread: that is what /proc/sys/net shows. False when the kernel has no such setting.
Result<bool> ensure_net_sysctl(std::string_view path, std::string_view value);

/// No link-local address, no router advertisements, no neighbour discovery of the host's own on this link.
Result<void> disable_ipv6(std::string_view link);
/// No link-local address. For tunnel devices: they answer neighbour discovery out of their IPv6 neighbour entries,
/// which cannot be where IPv6 is disabled.
Result<void> disable_ipv6_addresses(std::string_view link);

}  // namespace causeway::adapters
