#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "causeway/boundary/kernel/links.hpp"

struct nlmsghdr;

namespace causeway::adapters {

/// What the kernel says about one link, as far as we set or show it. 0, "" or none where it does not apply.
struct LinkState {
  std::uint32_t index = 0;
  std::string name;
  std::string kind;  ///< "bridge", "vxlan", "veth", ...
  std::optional<domain::Mac> mac;
  std::uint32_t mtu = 0;
  std::uint32_t master = 0;  ///< ifindex
  bool up = false;
  bool running = false;  ///< up, and the kernel has noticed that its other end is: packets pass
  std::uint32_t peer = 0;  ///< of a veth: ifindex in the peer's namespace
  bool peer_elsewhere = false;
  std::string queueing;  ///< kind of the root queueing discipline

  struct Bridge {
    bool netfilter_ip = false, netfilter_ip6 = false, netfilter_arp = false, snooping = true;
    bool operator==(const Bridge&) const = default;
  };
  struct Vxlan {
    std::uint32_t vni = 0;
    domain::IpAddress local;
    std::uint16_t port = 0;
    bool learning = true, proxy = false;
  };
  /// As a port of a bridge.
  struct BridgePort {
    bool learning = true, unicast_flood = true, multicast_flood = true, broadcast_flood = true;
    bool operator==(const BridgePort&) const = default;
  };
  std::optional<Bridge> bridge;
  std::optional<Vxlan> vxlan;
  std::optional<BridgePort> bridge_port;
};

/// Of an RTM_NEWLINK message.
LinkState read_link(const nlmsghdr& message);

boundary::LinkKind kind_of(const LinkState& link);

}  // namespace causeway::adapters
