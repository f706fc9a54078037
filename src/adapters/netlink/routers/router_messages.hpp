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
  std::optional<domain::IpAddress> via;
  std::uint32_t link = 0;
  std::uint32_t table = 0;  ///< 0 = the main one
  auto operator<=>(const KernelRoute&) const = default;
};
Message list_routes(int family);
Message set_route(const KernelRoute& route);
Message delete_route(const KernelRoute& route);

/// A rule of ours, likewise; of one IP version.
struct KernelRule {
  int family = 0;
  domain::RouterRule rule;
  auto operator<=>(const KernelRule&) const = default;
};
Message list_rules(int family);
Message set_rule(const KernelRule& rule);
Message delete_rule(const KernelRule& rule);
std::optional<KernelRule> read_rule(const nlmsghdr& message);
/// The rules of the kernel that say this one: with a mark IPv4's, with a source that of its version, else of both.
std::vector<KernelRule> kernel_rules(const domain::RouterRule& rule);

using AddressesByLink = std::map<std::uint32_t, std::set<domain::LegAddress>>;
void read_address(const nlmsghdr& message, AddressesByLink& out);
/// None when it is not ours.
std::optional<KernelRoute> read_route(const nlmsghdr& message);

}  // namespace causeway::adapters
