#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/domain/network/subnet.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"
#include "causeway/domain/router/router_namespace.hpp"

/// From the records of a router to what one host's kernel holds of it. Pure.
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
  /// Tenant networks, and the external network where this host reaches it. A leg on another network waits.
  std::map<NetworkId, SiteNetwork> networks;
  std::map<SubnetId, Subnet> subnets;
  std::string transit_bridge;
  std::uint32_t transit_mtu = 1450;
};

/// The first gateway is the one that carries what goes outside.
enum class GatewayPlace { none, here, elsewhere };
GatewayPlace gateway_place(const Router& router, const RouterSite& site);

/// The addresses of the transit network are the same in every router: it joins the hosts of one router only, and nothing
/// routes to it. The gateway host has the first, all others share the second: they never speak to each other.
struct TransitEnd {
  Mac mac;
  IpAddress v4, v6;
};
TransitEnd transit_end(bool gateway);

RouterNamespace plan_router(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site);

/// Whether the plan translates it: it is an IPv4 address of this router's gateway network that stands for one of a port.
bool translates(const Router& router, const FloatingIp& floating);

/// The link-local address that a MAC address gives (RFC 4291, appendix A).
IpAddress link_local_of(const Mac& mac);

}  // namespace causeway::domain
