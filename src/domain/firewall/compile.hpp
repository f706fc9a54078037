#pragma once

#include <map>
#include <memory>
#include <string>

#include "causeway/domain/firewall/host_ports.hpp"
#include "causeway/domain/firewall/ruleset.hpp"

namespace causeway::domain::firewall {

/// What the compiler makes of a host.
///
///   frame from a port | bridge family, prerouting: by interface: MAC, ARP, ND, DHCP, IP source checked; mark = port
///   its IP packet     | ip and ip6, prerouting (br_netfilter): by mark: its policy's egress rules, conntrack in the bridge's zone
///   before delivery   | bridge family, forward: by interface: mark = the receiving port
///   its IP packet     | ip and ip6, forward: by mark: its policy's ingress rules
///
/// A port has a chain of its own for what it may send as; all else is elements of maps, that lead to its policy. Rules are in the order
/// of packets, most of which are of established connections of TCP: each rule that a packet passes costs it about 50 ns.
///
/// Interfaces are matched by name, never found by address, so a packet cannot choose whose rules it meets. A port that is not in
/// the ruleset is closed by the pattern of its name: new ports are closed before they are open, and what nobody wants stays shut.
///
/// The connection's mark says what let it through: bits 0..14 the epoch of the policy of the port that it goes to, 16..30 of
/// the one that it came from, bits 15 and 31 that either side revoked it. Packets in the direction of the connection
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

/// Compiles one host again and again: what did not change since the last time is kept, so that a port costs the same among ten and
/// among a thousand. Whatever the order of changes, the outcome is that of `compile`. Records are told apart by their pointers first.
/// Not thread-safe.
class HostCompiler {
 public:
  explicit HostCompiler(const Limits& limits = {});
  ~HostCompiler();
  HostCompiler(HostCompiler&&) noexcept;
  HostCompiler& operator=(HostCompiler&&) noexcept;

  /// Makes the ruleset that of `host`; returns what that changed.
  RulesetChange update(const HostPorts& host);
  const Ruleset& ruleset() const;
  const std::map<PortId, std::string>& closed() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace causeway::domain::firewall
