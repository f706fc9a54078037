#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/gateways.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/domain/router/router_namespace.hpp"

/// From the records of a router to what one host's kernel holds of it. Pure.
///
/// With one gateway a packet's destination says where it goes: inside, or out by the default route. With several:
/// - what is sent outside leaves by the gateway of its host, else of its region, else by the first that a host carries;
///   what a floating IP stands for, by the gateway of that;
/// - what came in by a gateway is answered by it. A connection is marked with the gateway's number where the container
///   is, so what comes in for a floating IP is sent over the transit network to the router there, whose MAC address
///   tells which gateway it came by. (Two connections of one peer that differ in nothing but the floating IP that they
///   came to are one there, as they are for the container itself.)
namespace causeway::domain {

/// What the host has of a network that a router has a leg on.
struct SiteNetwork {
  std::string bridge;
  std::uint32_t mtu = 1450;
  std::uint16_t vlan = 0;  ///< on that bridge; 0 = all of it
};

struct RouterSite {
  RegionName region;
  HostName host;
  IpAddress vtep;
  /// Tenant networks, and external networks where this host reaches them. A leg on another network waits.
  std::map<NetworkId, SiteNetwork> networks;
  std::map<SubnetId, Subnet> subnets;
  std::string transit_bridge;
  std::uint32_t transit_mtu = 1450;
  /// The tunnel endpoints of other hosts, by the ports there that floating IPs stand for.
  std::map<PortId, IpAddress> vteps;
};

enum class GatewayPlace { none, here, elsewhere };
GatewayPlace gateway_place(const Router& router, const RouterGateway& gateway, const RouterSite& site);

/// The addresses of the transit network are the same in every router: it joins the hosts of one router only, and nothing
/// routes to it.
struct TransitEnd {
  Mac mac;
  IpAddress v4, v6;
};
TransitEnd transit_end(const RouterGateway& gateway);
/// All other hosts share the addresses, and are told apart by MAC addresses that come of their tunnel endpoints: they
/// never ask each other.
TransitEnd transit_end(const IpAddress& vtep);

RouterNamespace plan_router(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site);

/// Who is where on the transit network, as far as this host sends there.
struct TransitNeighbour {
  Mac mac;
  IpAddress vtep;
  std::vector<IpAddress> ips;
  bool operator==(const TransitNeighbour&) const = default;
};
std::vector<TransitNeighbour> plan_transit(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site);

/// The link-local address that a MAC address gives (RFC 4291, appendix A).
IpAddress link_local_of(const Mac& mac);

}  // namespace causeway::domain
