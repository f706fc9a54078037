#include "causeway/domain/router/router_plan.hpp"

#include <algorithm>

#include <fmt/ranges.h>

namespace causeway::domain {
namespace {

constexpr std::uint32_t transit_v4 = 0xa9fec000;  ///< 169.254.192.0/30, RFC 3927: never forwarded by anybody else
constexpr int transit_prefix = 30;

IpAddress link_local(std::uint8_t last) {
  IpAddress::V6Bytes bytes{0xfe, 0x80};
  bytes[15] = last;
  return IpAddress::v6(bytes);
}

const Subnet* find(const RouterSite& site, const SubnetId& id) {
  const auto found = site.subnets.find(id);
  return found == site.subnets.end() ? nullptr : &found->second;
}

/// The addresses of a leg; with one of IPv6 it needs a link-local one, from which neighbours are asked.
std::vector<LegAddress> addresses_of(const std::vector<FixedIp>& ips, const Mac& mac, const RouterSite& site) {
  std::vector<LegAddress> out;
  bool v6 = false;
  for (const auto& ip : ips) {
    const auto* subnet = find(site, ip.subnet_id);
    if (subnet == nullptr) continue;
    out.push_back({ip.ip_address, subnet->cidr.prefix_length()});
    v6 = v6 || ip.ip_address.is_v6();
  }
  if (v6) out.push_back({link_local_of(mac), 64});
  return out;
}

class Planner {
 public:
  Planner(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site)
      : router_(router), floating_ips_(floating_ips), site_(site), place_(gateway_place(router, site)) {}

  RouterNamespace plan() {
    out_.name = router_namespace_name(router_.id);
    out_.forwards = router_.admin_state_up;
    for (const auto& leg : router_.interfaces) add_interface(leg);
    if (place_ == GatewayPlace::here) add_gateway(router_.gateways.front());
    if (place_ != GatewayPlace::none) add_transit();
    for (const auto& route : router_.routes) add_route(route);
    return std::move(out_);
  }

 private:
  void add_interface(const RouterInterface& leg) {
    const auto network = site_.networks.find(leg.network_id);
    if (network == site_.networks.end()) return;
    out_.legs.push_back({leg_outside_name(leg.port_id), leg_inside_name(leg.port_id), network->second.bridge,
                         leg.mac_address, network->second.mtu, addresses_of(leg.fixed_ips, leg.mac_address, site_), true});
    for (const auto& ip : leg.fixed_ips) {
      if (const auto* subnet = find(site_, ip.subnet_id)) on_.push_back({subnet->cidr, leg_inside_name(leg.port_id)});
    }
  }

  void add_gateway(const RouterGateway& gateway) {
    const auto network = site_.networks.find(gateway.network_id);
    if (network == site_.networks.end()) return;
    outside_ = gateway_inside_name(gateway.port_id);
    RouterLeg leg{leg_outside_name(gateway.port_id), outside_,           network->second.bridge,
                  gateway.mac_address,               network->second.mtu,
                  addresses_of(gateway.external_fixed_ips, gateway.mac_address, site_)};
    leg.announced = true;
    leg.vlan = network->second.vlan;
    for (const auto& floating : floating_ips_) {
      if (translates(router_, floating)) leg.addresses.push_back({floating.floating_ip_address, 32});
    }
    out_.legs.push_back(std::move(leg));
    for (const auto& ip : gateway.external_fixed_ips) {
      const auto* subnet = find(site_, ip.subnet_id);
      if (subnet == nullptr) continue;
      on_.push_back({subnet->cidr, outside_});
      if (subnet->gateway_ip) add_default(*subnet->gateway_ip, outside_);
    }
    add_nat(gateway);
  }

  /// Where the gateway is elsewhere, the transit network leads to it.
  void add_transit() {
    const bool gateway = place_ == GatewayPlace::here;
    const auto mine = transit_end(gateway);
    const auto inside = transit_inside_name(router_.id);
    out_.legs.push_back({transit_outside_name(router_.id),
                         inside,
                         site_.transit_bridge,
                         mine.mac,
                         site_.transit_mtu,
                         {{mine.v4, transit_prefix}, {mine.v6, 64}}});
    if (gateway) return;
    const auto there = transit_end(true);
    out_.neighbours.push_back({inside, there.v4, there.mac});
    out_.neighbours.push_back({inside, there.v6, there.mac});
    for (const auto& ip : router_.gateways.front().external_fixed_ips) {
      add_default(ip.ip_address.is_v4() ? there.v4 : there.v6, inside);
    }
  }

  void add_default(const IpAddress& via, const std::string& leg) {
    const Cidr all(via.is_v4() ? IpAddress::v4(0) : IpAddress::v6({}), 0);
    const auto same = [&](const RouterRoute& route) { return route.destination == all; };
    if (std::ranges::none_of(out_.routes, same)) out_.routes.push_back({all, via, leg});
  }

  /// A next hop beyond the gateway is reached over the gateway's host.
  void add_route(const HostRoute& route) {
    const auto same = [&](const RouterRoute& other) { return other.destination == route.destination; };
    std::erase_if(out_.routes, same);
    for (const auto& [block, leg] : on_) {
      if (!block.contains(route.nexthop)) continue;
      out_.routes.push_back({route.destination, route.nexthop, leg});
      return;
    }
    if (place_ != GatewayPlace::elsewhere) return;
    const auto there = transit_end(true);
    const auto via = route.destination.is_v4() ? there.v4 : there.v6;
    out_.routes.push_back({route.destination, via, transit_inside_name(router_.id)});
  }

  void add_nat(const RouterGateway& gateway) {
    std::vector<std::string> in, back, blocks;
    for (const auto& floating : floating_ips_) {
      if (!translates(router_, floating)) continue;
      in.push_back(fmt::format("{} : {}", floating.floating_ip_address, *floating.fixed_ip_address));
      back.push_back(fmt::format("{} : {}", *floating.fixed_ip_address, floating.floating_ip_address));
      out_.translations.push_back({floating.floating_ip_address, *floating.fixed_ip_address});
    }
    for (const auto& [block, leg] : on_) {
      if (block.is_v4() && leg != outside_) blocks.push_back(block.to_string());
    }
    const auto own = std::ranges::find_if(gateway.external_fixed_ips, &IpAddress::is_v4, &FixedIp::ip_address);
    if (own == gateway.external_fixed_ips.end() || blocks.empty()) return;
    out_.hidden_behind = own->ip_address;
    write_nat(in, back, fmt::format("{{ {} }}", fmt::join(blocks, ", ")), own->ip_address, gateway.enable_snat);
  }

  void write_nat(const std::vector<std::string>& in, const std::vector<std::string>& back, const std::string& blocks,
                 const IpAddress& own, bool snat) {
    if (in.empty() && !snat) return;
    const auto map = [](std::string_view name, const std::vector<std::string>& elements) {
      return fmt::format("map {} {{\n type ipv4_addr : ipv4_addr\n elements = {{ {} }}\n}}\n", name,
                         fmt::join(elements, ", "));
    };
    auto& text = out_.nat;
    if (!in.empty()) {
      text += map("floating_in", in) + map("floating_out", back);
      text += "chain before {\n type nat hook prerouting priority -100; policy accept;\n"
              " dnat to ip daddr map @floating_in\n}\n";
    }
    text += "chain behind {\n type nat hook postrouting priority 100; policy accept;\n";
    if (!in.empty()) text += fmt::format(" oifname \"{}\" snat to ip saddr map @floating_out\n", outside_);
    if (snat) text += fmt::format(" oifname \"{}\" ip saddr {} snat to {}\n", outside_, blocks, own);
    if (!in.empty()) {
      // from inside to a floating IP: the answer has to come back here, not straight to who asked
      text += fmt::format(" ct status dnat ip saddr {} snat to ip saddr map @floating_out\n", blocks);
      text += fmt::format(" ct status dnat ip saddr {} snat to {}\n", blocks, own);
    }
    text += "}\n";
  }

  const Router& router_;
  const std::vector<FloatingIp>& floating_ips_;
  const RouterSite& site_;
  const GatewayPlace place_;
  RouterNamespace out_;
  std::vector<std::pair<Cidr, std::string>> on_;  ///< blocks and the legs that are on them
  std::string outside_;
};

}  // namespace

GatewayPlace gateway_place(const Router& router, const RouterSite& site) {
  if (router.gateways.empty() || router.transit_vni == 0) return GatewayPlace::none;
  const auto& gateway = router.gateways.front();
  if (gateway.host.empty() || !gateway.vtep) return GatewayPlace::none;
  const bool here = gateway.region == site.region && gateway.host == site.host;
  return here ? GatewayPlace::here : GatewayPlace::elsewhere;
}

TransitEnd transit_end(bool gateway) {
  const std::uint8_t number = gateway ? 1 : 2;
  return {Mac::from_number(0x0a0000000000 + number), IpAddress::v4(transit_v4 + number), link_local(number)};
}

RouterNamespace plan_router(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site) {
  return Planner(router, floating_ips, site).plan();
}

bool translates(const Router& router, const FloatingIp& floating) {
  return !router.gateways.empty() && floating.router_id == router.id && floating.port_id && floating.fixed_ip_address &&
         floating.fixed_ip_address->is_v4() && floating.floating_ip_address.is_v4() &&
         floating.floating_network_id == router.gateways.front().network_id;
}

IpAddress link_local_of(const Mac& mac) {
  const auto& m = mac.bytes();
  return IpAddress::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, std::uint8_t(m[0] ^ 2U), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]});
}

}  // namespace causeway::domain
