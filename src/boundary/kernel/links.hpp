#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/address.hpp"

/// The kernel's links of one host: how the agent builds and observes the layer 2 of tenant networks.
///
///   container netns | host netns                                        | underlay
///   eth0 (veth peer)+-- veth -- bridge -- vxlan (VNI, static entries) --+-- UDP 4789 -- other hosts
namespace causeway::boundary {

/// Interface names are 1..15 bytes without '/', ':', blanks or control characters (IFNAMSIZ); MTUs are bytes of IP
/// packet, 68..65535.
struct BridgeSpec {
  std::string name;
  domain::Mac mac;  ///< set explicitly: else it changes with the ports
  std::uint32_t mtu = 1500;
  /// Bridged packets pass the ip and ip6 netfilter hooks too (br_netfilter), where conntrack is; for security groups.
  bool netfilter_hooks = false;
};

struct VxlanSpec {
  std::string name;
  std::uint32_t vni = 0;    ///< 1..2^24-1, unique in the host
  domain::IpAddress local;  ///< this host's tunnel endpoint; of the same family as all remote ones
  std::uint16_t port = 4789;
  std::uint32_t mtu = 1450;  ///< the underlay's less 50 bytes (IPv6 underlay: 70)
  std::string bridge;
};

/// A container's interface: `host_name` stays here as a port of the bridge, `peer_name` waits here, DOWN, for Docker to
/// move it into the container (and comes back under this name, DOWN, when the container goes).
struct VethSpec {
  std::string host_name;
  std::string peer_name;
  domain::Mac mac;  ///< of the peer
  std::uint32_t mtu = 1450;
  std::string bridge;
};

/// Where a MAC address is, and the addresses for which the tunnel device answers ARP and neighbour discovery itself.
struct RemoteEntry {
  domain::Mac mac;
  domain::IpAddress vtep;
  std::vector<domain::IpAddress> ips;
  auto operator<=>(const RemoteEntry&) const = default;
};

enum class LinkKind { bridge, vxlan, veth, ifb, other };
constexpr auto names_of(LinkKind) {
  using enum LinkKind;
  return std::array{std::pair{bridge, std::string_view("bridge")}, std::pair{vxlan, std::string_view("vxlan")},
                    std::pair{veth, std::string_view("veth")}, std::pair{ifb, std::string_view("ifb")},
                    std::pair{other, std::string_view("other")}};
}

enum class VethPeer {
  none,
  here,
  elsewhere
};  ///< not a veth; in this network namespace; in another one (a container's)

struct ObservedLink {
  std::string name;
  LinkKind kind = LinkKind::other;
  std::optional<domain::Mac> mac;
  std::uint32_t mtu = 0;
  std::string master;  ///< name of the bridge, "" = none
  bool up = false;     ///< administratively
  std::uint32_t ifindex = 0;
  VethPeer peer = VethPeer::none;
  bool operator==(const ObservedLink&) const = default;
};

/// Contract (tests/conformance/links_suite.hpp runs on every implementation):
/// - `ensure_*` makes the link as the spec says, or changes what differs; with nothing to change it changes nothing. A
/// link
///   of that name but of another kind: conflict "links.wrong_kind". A bridge that is named and not there: not_found
///   "links.no_bridge". A spec that no kernel would take: invalid "links.bad_spec".
/// - `remove_*` of what is not there succeeds.
/// - Other failures carry a code by errno; reason "links.refused"; the message names the link and the operation. What
/// was
///   done before the failure stays: call again.
/// - Bridges, tunnels and host ends have IPv6 disabled and no addresses: the host takes no part in the tenant's
/// network.
/// - Thread-safe; calls are serialised. Nothing waits on the network.
class Links {
 public:
  virtual ~Links() = default;
  /// Once at start: bridged packets bypass the host's ip, ip6 and arp firewall (bridge-nf-call-*=0), whose FORWARD
  /// policy would drop tenant traffic; bridges with `netfilter_hooks` opt in.
  virtual Result<void> ensure_host_settings() = 0;
  virtual Result<void> ensure_bridge(const BridgeSpec& spec) = 0;
  /// No learning, no flooding of unknown addresses, answers ARP and ND from its remote entries. A changed VNI, port or
  /// address family makes the device anew, which loses its remote entries: call `set_remote_entries` afterwards.
  virtual Result<void> ensure_vxlan(const VxlanSpec& spec) = 0;
  /// Where the peer is in another namespace it is left alone, its MAC and MTU included.
  virtual Result<void> ensure_veth(const VethSpec& spec) = 0;
  /// Of a veth either end, wherever the other is. Ports of a removed bridge stay.
  virtual Result<void> remove_link(std::string_view name) = 0;
  /// Makes the entries of the tunnel device exactly `desired` (each MAC and each IP once). not_found "links.no_vxlan".
  virtual Result<void> set_remote_entries(std::string_view vxlan, const std::vector<RemoteEntry>& desired) = 0;

  /// All links whose name starts with `prefix`, in order of name.
  virtual Result<std::vector<ObservedLink>> observe(std::string_view prefix) = 0;
  /// In order of MAC, with ips in order. An entry of which a part is missing in the kernel has vtep 0.0.0.0, and so
  /// differs from every entry one could desire. not_found "links.no_vxlan".
  virtual Result<std::vector<RemoteEntry>> observe_remote_entries(std::string_view vxlan) = 0;
};

/// What every implementation checks first: invalid "links.bad_spec".
Result<void> check(const BridgeSpec& spec);
Result<void> check(const VxlanSpec& spec);
Result<void> check(const VethSpec& spec);
Result<void> check(const std::vector<RemoteEntry>& entries);

}  // namespace causeway::boundary
