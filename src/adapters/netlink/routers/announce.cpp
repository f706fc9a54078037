#include "causeway/adapters/netlink/routers/announce.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
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

}  // namespace

Result<void> announce(std::uint32_t link, const domain::Mac& mac, const std::vector<domain::IpAddress>& addresses) {
  const Descriptor socket(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_ARP);
  to.sll_ifindex = int(link);
  to.sll_halen = 6;
  std::ranges::fill_n(to.sll_addr, 6, std::uint8_t(0xff));
  for (const auto& address : addresses) {
    const auto packet = arp_of(mac, address);
    if (::sendto(socket.get(), packet.data(), packet.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) < 0)
      return failed(Code::unavailable, "links.refused", "Cannot announce {}: {}.", address, std::strerror(errno));
  }
  return {};
}

}  // namespace causeway::adapters
