#pragma once

#include <map>
#include <string>

#include "causeway/domain/firewall/host_ports.hpp"
#include "causeway/domain/firewall/ruleset.hpp"

namespace causeway::domain::firewall {

/// What the compiler makes of a host.
///
///   frame from a port | bridge family, prerouting: by interface: MAC, ARP, ND, DHCP, IP source checked; mark = port
///   its IP packet     | ip and ip6, prerouting (br_netfilter): by mark: the port's egress rules, conntrack in the bridge's zone
///   before delivery   | bridge family, forward: by interface: mark = the receiving port, 0 for tunnels and router legs
///   its IP packet     | ip and ip6, forward: by mark: the port's ingress rules
///
/// Interfaces are matched by name, never found by address, so a packet cannot choose whose rules it meets. A port that is not in
/// the ruleset is closed by the pattern of its name: new ports are closed before they are open, and what nobody wants stays shut.
///
/// The connection's mark says what let it through: bits 0..14 the ingress epoch of the port that it goes to, 16..30 the egress
/// epoch of the port that it came from, bits 15 and 31 that either side revoked it. Packets in the direction of the connection
/// are judged anew when the epoch is not the present one; replies pass until it is revoked. So removing a rule cuts what it alone
/// let through with its next packet, in both directions, and a flow that another rule allows goes on.
struct Compiled {
  Ruleset ruleset;
  /// Ports that are kept closed, and why: one bad rule or group closes its own ports, and nobody else's.
  std::map<PortId, std::string> closed;
};

/// Bounds of one port: what it may cost others on its host.
struct Limits {
  std::size_t rules = 2000;     ///< lines over all its groups, directions and IP versions
  std::size_t addresses = 128;  ///< that it may send from
  std::size_t groups = 32;
};

Compiled compile(const HostPorts& host, const Limits& limits = {});

}  // namespace causeway::domain::firewall
