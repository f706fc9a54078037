#pragma once

#include <optional>
#include <string_view>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/domain/router/router_namespace.hpp"

/// What is inside a router's namespace. The calling thread is in it (settings are written through /proc/sys/net), and
/// the socket was opened there.
namespace causeway::adapters {

Result<std::optional<LinkState>> find_link(NetlinkSocket& socket, std::string_view name);

/// What holds for every link, and lo up.
Result<void> ensure_router_settings(NetlinkSocket& socket, bool forwards);
/// Takes away legs that are not wanted, and makes addresses, routes and neighbours as they are wanted. The legs are there.
Result<void> fill_router(NetlinkSocket& socket, const domain::RouterNamespace& wanted);

}  // namespace causeway::adapters
