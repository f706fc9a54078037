#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "causeway/domain/network/address.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/security_group.hpp"

/// What a host's firewall is compiled from.
namespace causeway::domain::firewall {

/// One generation of what a port lets through, 1..32767. A connection is let through again without a look at the rules
/// only while it carries the port's present epoch, so a new epoch makes every established connection be judged anew.
using Epoch = std::uint16_t;
inline constexpr Epoch max_epoch = 0x7fff;

/// A port of TCP or UDP that its container exposes: open to everybody, besides what the security groups let in.
struct OpenPort {
  int number = 0;
  std::string protocol = "tcp";
  auto operator<=>(const OpenPort&) const = default;
};

struct PluggedPort {
  std::shared_ptr<const Port> port;
  std::string link;    ///< its host end, a port of `bridge`
  std::string bridge;  ///< one for each network
  /// Names the port inside the kernel's netfilter (skb mark): 1 to 2^24 - 1, unique on the host.
  std::uint32_t mark = 0;
  std::uint32_t policy = 0;  ///< one of HostPorts::policies
  std::vector<OpenPort> open{};
  std::optional<std::uint32_t> dscp{};  ///< what its packets are marked with (RFC 2474), 0..63; none = as the container marks them
};

/// What a port lets through. Ports that ask for the same share one, so that the kernel has its rules once.
struct Policy {
  std::vector<SecurityGroupId> groups;  ///< in order, each once
  std::vector<OpenPort> open;
  Epoch epoch = 1;
  bool operator==(const Policy&) const = default;
};

/// Addresses and blocks, in order, each once.
using Members = std::vector<Cidr>;

struct HostPorts {
  std::vector<PluggedPort> ports;
  std::map<std::uint32_t, Policy> policies;  ///< by number, which is not 0 and becomes part of names in the kernel
  /// Conntrack zone of each bridge, 1..65535, each its own: addresses of tenants may overlap.
  std::map<std::string, std::uint16_t> zones;
  std::map<SecurityGroupId, std::shared_ptr<const SecurityGroup>> groups;  ///< those that the ports name, as far as known
  /// Addresses behind each group that a rule names as remote: of ports everywhere. Never null.
  std::map<SecurityGroupId, std::shared_ptr<const Members>> members;
};

/// Whether two states of a port ask the same of a firewall: its status, say, does not matter.
bool same_filter(const Port& a, const Port& b);

/// What interfaces of ours are called by kind, as a pattern of nft: what is not in the ruleset by name is caught by it.
inline constexpr const char* any_port = "\"cwp*\"";
inline constexpr const char* any_tunnel = "\"cwx*\"";
inline constexpr const char* any_router_leg = "\"cwr*\"";

}  // namespace causeway::domain::firewall
