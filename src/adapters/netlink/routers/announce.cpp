#include "causeway/adapters/netlink/routers/announce.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "causeway/adapters/netlink/routers/net_namespaces.hpp"

namespace causeway::adapters {
namespace {

/// Ethernet over IPv4: hardware type 1, protocol 0x0800, lengths 6 and 4, operation 1 (a request that asks for oneself).
std::array<std::uint8_t, 28> arp_of(const domain::Mac& mac, const domain::IpAddress& address) {
  std::array<std::uint8_t, 28> out{0, 1, 8, 0, 6, 4, 0, 1};
  std::ranges::copy(mac.bytes(), out.begin() + 8);
  std::ranges::copy(address.bytes(), out.begin() + 14);
  std::ranges::copy(address.bytes(), out.begin() + 24);
  return out;
}

std::unexpected<Error> refused(const domain::IpAddress& address) {
  return failed(Code::unavailable, "links.refused", "Cannot announce {}: {}.", address, std::strerror(errno));
}

Result<void> announce_v4(std::uint32_t link, const domain::Mac& mac, const domain::IpAddress& address) {
  const Descriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_ARP);
  to.sll_ifindex = int(link);
  to.sll_halen = 6;
  std::ranges::fill_n(to.sll_addr, 6, std::uint8_t(0xff));
  const auto packet = arp_of(mac, address);
  if (::sendto(socket.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
    return refused(address);
  return {};
}

/// From a router, overriding what was known; with the option that carries the MAC address.
Result<void> announce_v6(std::uint32_t link, const domain::Mac& mac, const domain::IpAddress& address) {
  constexpr std::uint8_t router_and_override = 0xa0, target_link_layer_address = 2;
  std::array<std::uint8_t, 32> packet{136, 0, 0, 0, router_and_override};
  std::ranges::copy(address.bytes(), packet.begin() + 8);
  packet[24] = target_link_layer_address;
  packet[25] = 1;  // in units of eight bytes
  std::ranges::copy(mac.bytes(), packet.begin() + 26);
  const Descriptor socket(::socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMPV6));
  const int hops = 255;  // others would be refused
  ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof hops);
  sockaddr_in6 all_nodes{};
  all_nodes.sin6_family = AF_INET6;
  all_nodes.sin6_addr.s6_addr[0] = 0xff;
  all_nodes.sin6_addr.s6_addr[1] = 0x02;
  all_nodes.sin6_addr.s6_addr[15] = 1;
  all_nodes.sin6_scope_id = link;
  if (::sendto(socket.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&all_nodes),
               sizeof all_nodes) < 0)
    return refused(address);
  return {};
}

}  // namespace

Result<void> announce(std::uint32_t link, const domain::Mac& mac, const std::vector<domain::IpAddress>& addresses) {
  for (const auto& address : addresses) {
    TRY_VOID(address.is_v4() ? announce_v4(link, mac, address) : announce_v6(link, mac, address));
  }
  return {};
}

}  // namespace causeway::adapters
