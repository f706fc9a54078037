#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/domain/router/router_namespace.hpp"

/// What is inside a router's namespace. The calling thread is in it (settings are written through /proc/sys/net), and
/// the socket was opened there.
namespace causeway::adapters {

Result<std::optional<LinkState>> find_link(NetlinkSocket& socket, std::string_view name);

/// What holds for every link, and lo up.
Result<void> ensure_router_settings(NetlinkSocket& socket, bool forwards);
/// What a leg's neighbours are to be told.
struct Announcement {
  const domain::RouterLeg* leg = nullptr;
  std::uint32_t link = 0;
  std::vector<domain::IpAddress> addresses;
};
/// Takes away legs that are not wanted, and makes addresses, routes and neighbours as they are wanted. The legs are there.
/// Returns what is new on legs of `wanted` that are to be announced.
Result<std::vector<Announcement>> fill_router(NetlinkSocket& socket, const domain::RouterNamespace& wanted);

}  // namespace causeway::adapters
