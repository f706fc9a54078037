#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/subnet.hpp"

namespace causeway::domain {

/// One leg of a router: a port of a tenant network (device_owner "network:router_interface"), which exists with the same
/// addresses and MAC on every host where the router does.
struct RouterInterface {
  PortId port_id;
  NetworkId network_id;
  Mac mac_address;
  std::vector<FixedIp> fixed_ips;
  static constexpr auto fields() {
    using I = RouterInterface;
    return std::tuple{field("port_id", &I::port_id), field("network_id", &I::network_id),
                      field("mac_address", &I::mac_address), field("fixed_ips", &I::fixed_ips)};
  }
};

/// The leg of a router on an external network (a port with device_owner "network:router_gateway"). It is on one host,
/// which reaches the physical network: the gateway host. The router's other hosts send what goes outside there, over the
/// router's transit network. A router may have several, on one external network or on different ones.
struct RouterGateway {
  NetworkId network_id;
  PortId port_id;
  Mac mac_address;
  std::vector<FixedIp> external_fixed_ips;
  bool enable_snat = true;
  std::uint32_t number = 1;       ///< which of the router's it is, for as long as it is: on all hosts the same
  std::vector<Cidr> on_link;      ///< the subnets of its addresses, for hosts that do not know the external network
  RegionName region;              ///< of the gateway host
  HostName host;                  ///< "" = none fits, or none is up
  std::optional<IpAddress> vtep;  ///< of that host
  static constexpr auto fields() {
    using G = RouterGateway;
    return std::tuple{field("network_id", &G::network_id), field("port_id", &G::port_id),
                      field("mac_address", &G::mac_address), field("external_fixed_ips", &G::external_fixed_ips),
                      field("enable_snat", &G::enable_snat), field("number", &G::number),
                      field("on_link", &G::on_link), field("region", &G::region), field("host", &G::host),
                      field("vtep", &G::vtep)};
  }
};

/// Joins networks at layer 3 (Neutron "router"). Owned by the centre. It is distributed: a network namespace on every host
/// that has a port on one of its networks, so that a packet is routed where it starts.
struct Router {
  static constexpr std::string_view kind = "router";
  RouterId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  bool admin_state_up = true;
  std::vector<RouterInterface> interfaces;
  std::vector<RouterGateway> gateways;  ///< the first is `external_gateway_info`
  std::vector<HostRoute> routes;        ///< extra routes
  std::vector<std::string> availability_zone_hints;  ///< regions in which it may appear; empty = all; one = a local router
  std::uint32_t transit_vni = 0;  ///< of the network between its hosts and gateway hosts; 0 = never had a gateway
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using R = Router;
    return std::tuple{field("id", &R::id), field("project_id", &R::project_id), field("name", &R::name),
                      field("description", &R::description), field("admin_state_up", &R::admin_state_up),
                      field("interfaces", &R::interfaces), field("gateways", &R::gateways), field("routes", &R::routes),
                      field("availability_zone_hints", &R::availability_zone_hints),
                      field("transit_vni", &R::transit_vni), field("tags", &R::tags),
                      field("revision_number", &R::revision_number), field("created_at", &R::created_at),
                      field("updated_at", &R::updated_at)};
  }
  /// Found by every network that it has a leg on; a network at most once with a given router.
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"id", id.str()}, {"project_id", project_id.str()}, {"name", name}};
    for (const auto& leg : interfaces) out.push_back({"network_id", leg.network_id.str()});
    for (const auto& gateway : gateways) {
      out.push_back({"external_network_id", gateway.network_id.str()});
      if (!gateway.host.empty()) out.push_back({"gateway_host", gateway.host.str()});
    }
    return out;
  }
};

}  // namespace causeway::domain
