#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "causeway/adapters/netlink/message.hpp"
#include "causeway/domain/router/router_namespace.hpp"

struct nlmsghdr;

/// The rtnetlink requests about what is in a router's namespace, and their answers: pure builders and readers.
namespace causeway::adapters {

/// The outside end here, in the bridge; the inside end in the namespace.
Message create_leg(const domain::RouterLeg& leg, std::uint32_t bridge, int namespace_fd);
/// That frames to the router's MAC address go to its leg, whatever a container says it is.
Message set_leg_entry(std::uint32_t outside, const domain::Mac& mac);

Message list_addresses();
Message set_address(std::uint32_t link, const domain::LegAddress& address);
Message delete_address(std::uint32_t link, const domain::LegAddress& address);

/// A route of ours: of our protocol number, behind those that addresses bring.
struct KernelRoute {
  domain::Cidr destination;
  domain::IpAddress via;
  std::uint32_t link = 0;
  auto operator<=>(const KernelRoute&) const = default;
};
Message list_routes(int family);
Message set_route(const KernelRoute& route);
Message delete_route(const KernelRoute& route);

using AddressesByLink = std::map<std::uint32_t, std::set<domain::LegAddress>>;
void read_address(const nlmsghdr& message, AddressesByLink& out);
/// None when it is not ours.
std::optional<KernelRoute> read_route(const nlmsghdr& message);

}  // namespace causeway::adapters
