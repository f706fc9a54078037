#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

/// A router on one host, as a network namespace: what the kernel is to hold.
///
///   bridge of net1 -- cwr…|qr-… (namespace) qr-…|cwr… -- bridge of net2
///                             qg-…|cwr… -- bridge of the physical network        for each gateway that is here
///                             qt-…|cwt… -- bridge of the transit network         likewise, and one where a gateway is elsewhere
namespace causeway::domain {

struct LegAddress {
  IpAddress address;
  int prefix_length = 0;
  auto operator<=>(const LegAddress&) const = default;
};

/// A veth pair from the namespace into a bridge of the host.
struct RouterLeg {
  std::string outside;  ///< the end that is a port of the bridge
  std::string inside;   ///< the end in the namespace
  std::string bridge;
  Mac mac;  ///< of the inside
  std::uint32_t mtu = 1450;
  std::vector<LegAddress> addresses;
  /// A new address is told to neighbours, whose caches may have its former MAC address: an interface that was removed and
  /// added again has another one.
  bool announced = false;
  std::uint16_t vlan = 0;  ///< of the bridge, of which the router knows nothing; 0 = without a tag
  bool operator==(const RouterLeg&) const = default;
};

struct RouterRoute {
  Cidr destination;
  std::optional<IpAddress> via;  ///< none: who is on the leg itself
  std::string leg;
  std::uint32_t table = 0;  ///< 0 = the main one
  auto operator<=>(const RouterRoute&) const = default;
};

/// Whose packets another table of routes decides about. With several gateways a packet's destination alone does not.
struct RouterRule {
  std::uint32_t priority = 0;
  std::uint32_t table = 0;
  // all that is said has to match
  std::uint32_t mark = 0;           ///< of the packet (IPv4 alone); 0 = any
  std::string from_leg;             ///< it came in by; "" = any
  std::optional<IpAddress> source;  ///< an address of the router itself
  auto operator<=>(const RouterRule&) const = default;
};

/// Who is known without being asked.
struct RouterNeighbour {
  std::string leg;
  IpAddress address;
  Mac mac;
  auto operator<=>(const RouterNeighbour&) const = default;
};

/// Whom an address outside stands for.
struct Translation {
  IpAddress outside, inside;
  auto operator<=>(const Translation&) const = default;
};

struct RouterNamespace {
  std::string name;
  bool forwards = true;
  std::vector<RouterLeg> legs;
  std::vector<RouterRoute> routes;  ///< besides those that addresses bring
  std::vector<RouterRule> rules;
  std::vector<RouterNeighbour> neighbours;
  std::string nat;  ///< the body of an nftables table of family ip; "" = no address is translated, no packet marked
  // what it says, for connections that are known already
  std::vector<Translation> translations;
  std::vector<IpAddress> hidden_behind;  ///< the addresses that everybody else sends from
  bool operator==(const RouterNamespace&) const = default;
};

/// Everything that we call a router on a host starts so.
inline constexpr const char* router_namespace_prefix = "cwr-";
std::string router_namespace_name(const RouterId& id);  ///< cwr-<uuid>
std::string leg_outside_name(const PortId& id);         ///< cwr<12 hex>
std::string transit_outside_name(const RouterId& id);   ///< cwt<12 hex>, towards gateways elsewhere
std::string transit_outside_name(const PortId& id);     ///< cwt<12 hex>, of a gateway that is here
std::string leg_inside_name(const PortId& id);          ///< qr-<11 hex>
std::string gateway_inside_name(const PortId& id);      ///< qg-<11 hex>
std::string transit_inside_name(const RouterId& id);    ///< qt-<11 hex>
std::string transit_inside_name(const PortId& id);      ///< qt-<11 hex>

}  // namespace causeway::domain
