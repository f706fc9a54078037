#include "causeway/domain/router/router_plan.hpp"

#include <algorithm>

#include "causeway/domain/router/router_nat.hpp"

namespace causeway::domain {
namespace {

constexpr std::uint32_t transit_v4 = 0xa9fec000;  ///< 169.254.192.0/24, RFC 3927: never forwarded by anybody else
constexpr int transit_prefix = 24;
constexpr std::uint8_t other_hosts = 254;

/// Tables of routes of a router with several gateways; the main one has what is inside.
constexpr std::uint32_t out_table = 1000;
constexpr std::uint32_t leaving_table(std::uint32_t number) { return out_table + number; }
constexpr std::uint32_t entering_table(std::uint32_t number) { return out_table + 0x100 + number; }
/// Before the main table (32766), and behind it.
constexpr std::uint32_t entering_first = 1000, came_over = 33000, own_source = 33001, leaving = 33002, out_last = 33010;

IpAddress link_local(std::uint8_t last) {
  IpAddress::V6Bytes bytes{0xfe, 0x80};
  bytes[15] = last;
  return IpAddress::v6(bytes);
}

TransitEnd numbered_end(std::uint8_t number) {
  return {Mac::from_number(0x0a0000000000 + number), IpAddress::v4(transit_v4 + number), link_local(number)};
}

/// The address itself, or a digest of a longer one (FNV-1a).
std::uint32_t number_of(const IpAddress& vtep) {
  std::uint32_t out = vtep.is_v4() ? 0 : 2166136261U;
  for (const auto byte : vtep.bytes()) out = vtep.is_v4() ? out << 8U | byte : (out ^ byte) * 16777619U;
  return out;
}

/// The next hop to another host, as a name that is ours alone: nobody is asked for it.
IpAddress next_hop_to(const IpAddress& vtep) {
  constexpr std::uint32_t reserved = 0xf0000000;  // 240.0.0.0/4, RFC 1112, section 4
  return vtep.is_v4() ? vtep : IpAddress::v4(reserved | number_of(vtep) >> 4U);
}

Cidr everywhere(const IpAddress& as) { return Cidr(as.is_v4() ? IpAddress::v4(0) : IpAddress::v6({}), 0); }

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

/// Where what the floating IP stands for is, when the router there has to know which gateway it was.
const IpAddress* sent_to(const Router& router, const FloatingIp& floating, const RouterSite& site) {
  if (router.gateways.size() < 2) return nullptr;
  const auto found = site.vteps.find(*floating.port_id);
  return found == site.vteps.end() ? nullptr : &found->second;
}

class Planner {
 public:
  Planner(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site)
      : router_(router),
        floating_ips_(floating_ips),
        site_(site),
        several_(router.gateways.size() > 1),
        ways_(ways_out(router, site.region, site.host)) {}

  RouterNamespace plan() {
    out_.name = router_namespace_name(router_.id);
    out_.forwards = router_.admin_state_up;
    for (const auto& leg : router_.interfaces) add_interface(leg);
    for (const auto* gateway : ways_) is_here(*gateway) ? add_here(*gateway) : add_elsewhere(*gateway);
    if (several_ && !ways_.empty()) add_rules();
    for (const auto& route : router_.routes) add_extra(route);
    add_nat();
    return std::move(out_);
  }

 private:
  bool is_here(const RouterGateway& gateway) const { return gateway_place(router_, gateway, site_) == GatewayPlace::here; }
  std::vector<const FloatingIp*> floating_on(const RouterGateway& gateway) const {
    std::vector<const FloatingIp*> out;
    for (const auto& floating : floating_ips_) {
      if (translates(router_, floating) && carrier_of(router_, floating.floating_network_id) == &gateway) out.push_back(&floating);
    }
    return out;
  }

  /// As its record says, or by the subnets that are known here.
  std::vector<Cidr> on_link(const RouterGateway& gateway) const {
    auto out = gateway.on_link;
    for (const auto& ip : gateway.external_fixed_ips) {
      if (const auto* subnet = find(site_, ip.subnet_id)) out.push_back(subnet->cidr);
    }
    return out;
  }

  void add_interface(const RouterInterface& leg) {
    const auto network = site_.networks.find(leg.network_id);
    if (network == site_.networks.end()) return;
    out_.legs.push_back({leg_outside_name(leg.port_id), leg_inside_name(leg.port_id), network->second.bridge,
                         leg.mac_address, network->second.mtu, addresses_of(leg.fixed_ips, leg.mac_address, site_), true});
    for (const auto& ip : leg.fixed_ips) {
      if (const auto* subnet = find(site_, ip.subnet_id)) inside_.push_back({subnet->cidr, leg_inside_name(leg.port_id)});
    }
  }

  void add_here(const RouterGateway& gateway) {
    const auto end = transit_end(gateway);
    const auto transit = transit_inside_name(gateway.port_id);
    out_.legs.push_back({transit_outside_name(gateway.port_id), transit, site_.transit_bridge, end.mac, site_.transit_mtu,
                         {{end.v4, transit_prefix}, {end.v6, 64}}});
    if (several_) {
      add_entering(gateway, transit);
      out_.rules.push_back({came_over, leaving_table(gateway.number), 0, transit, {}});
    }
    add_leg_outside(gateway);
  }

  void add_leg_outside(const RouterGateway& gateway) {
    const auto network = site_.networks.find(gateway.network_id);
    if (network == site_.networks.end()) return;
    const auto inside = gateway_inside_name(gateway.port_id);
    RouterLeg leg{leg_outside_name(gateway.port_id), inside, network->second.bridge, gateway.mac_address, network->second.mtu,
                  addresses_of(gateway.external_fixed_ips, gateway.mac_address, site_)};
    leg.announced = true;
    leg.vlan = network->second.vlan;
    // which leg a neighbour outside is on, no address says when there are several: the tables do
    for (auto& address : leg.addresses) {
      if (several_ && !address.address.is_link_local()) address.prefix_length = address.address.is_v4() ? 32 : 128;
    }
    for (const auto* floating : floating_on(gateway)) leg.addresses.push_back({floating->floating_ip_address, 32});
    out_.legs.push_back(std::move(leg));
    for (const auto& ip : gateway.external_fixed_ips) {
      const auto* subnet = find(site_, ip.subnet_id);
      if (subnet == nullptr) continue;
      if (several_) {
        add_way(gateway, {subnet->cidr, std::nullopt, inside});
        out_.rules.push_back({own_source, leaving_table(gateway.number), 0, {}, ip.ip_address});
      }
      if (subnet->gateway_ip) add_way(gateway, {everywhere(*subnet->gateway_ip), *subnet->gateway_ip, inside});
    }
  }

  /// What came in for a floating IP and goes on to another host.
  void add_entering(const RouterGateway& gateway, const std::string& transit) {
    bool any = false;
    for (const auto* floating : floating_on(gateway)) {
      const auto* vtep = sent_to(router_, *floating, site_);
      if (vtep == nullptr) continue;
      any = true;
      const auto hop = next_hop_to(*vtep);
      add_once({Cidr(*floating->fixed_ip_address, 32), hop, transit, entering_table(gateway.number)});
      const RouterNeighbour neighbour{transit, hop, transit_end(*vtep).mac};
      if (std::ranges::find(out_.neighbours, neighbour) == out_.neighbours.end()) out_.neighbours.push_back(neighbour);
    }
    if (any) out_.rules.push_back({entering_first, entering_table(gateway.number), entering_mark(gateway.number), {}, {}});
  }

  /// The transit network leads to it.
  void add_elsewhere(const RouterGateway& gateway) {
    const auto inside = transit_inside_name(router_.id);
    const auto mine = transit_end(site_.vtep);
    if (std::ranges::find(out_.legs, inside, &RouterLeg::inside) == out_.legs.end()) {
      out_.legs.push_back({transit_outside_name(router_.id), inside, site_.transit_bridge, mine.mac, site_.transit_mtu,
                           {{mine.v4, transit_prefix}, {mine.v6, 64}}});
    }
    const auto there = transit_end(gateway);
    out_.neighbours.push_back({inside, there.v4, there.mac});
    out_.neighbours.push_back({inside, there.v6, there.mac});
    const auto via = [&](const Cidr& block) { return block.is_v4() ? there.v4 : there.v6; };
    if (several_) {
      for (const auto& block : on_link(gateway)) add_once({block, via(block), inside, out_table});
      // from inside to a floating IP there is no way over the outside, where one's own gateway would take the answer
      for (const auto* floating : floating_on(gateway)) {
        const Cidr itself(floating->floating_ip_address, 32);
        add_once({itself, there.v4, inside, out_table});
        for (const auto* way : ways_) add_once({itself, there.v4, inside, leaving_table(way->number)});
      }
    }
    for (const auto& ip : gateway.external_fixed_ips) {
      const auto all = everywhere(ip.ip_address);
      add_way(gateway, {all, via(all), inside});
    }
  }

  /// A route by this gateway: for what leaves by it, and for everybody who has no nearer one.
  void add_way(const RouterGateway& gateway, RouterRoute route) {
    if (several_) {
      route.table = leaving_table(gateway.number);
      add_once(route);
      route.table = out_table;
    }
    add_once(route);
  }

  void add_once(const RouterRoute& route) {
    const auto same = [&](const RouterRoute& other) { return other.destination == route.destination && other.table == route.table; };
    if (std::ranges::none_of(out_.routes, same)) out_.routes.push_back(route);
  }

  void add_rules() {
    for (const auto* gateway : ways_)
      out_.rules.push_back({leaving, leaving_table(gateway->number), leaving_mark(gateway->number), {}, {}});
    out_.rules.push_back({out_last, out_table, 0, {}, {}});
  }

  /// A next hop beyond a gateway is reached over the gateway's host.
  void add_extra(const HostRoute& route) {
    for (const auto& [block, leg] : inside_) {
      if (block.contains(route.nexthop)) return put({route.destination, route.nexthop, leg});
    }
    for (const auto* gateway : ways_) {
      const bool beyond = std::ranges::any_of(on_link(*gateway), [&](const Cidr& block) { return block.contains(route.nexthop); });
      if (several_ && !beyond) continue;
      const auto there = transit_end(*gateway);
      RouterRoute way{route.destination, route.destination.is_v4() ? there.v4 : there.v6, transit_inside_name(router_.id)};
      if (is_here(*gateway)) {
        if (!beyond || !site_.networks.contains(gateway->network_id)) continue;
        way = {route.destination, route.nexthop, gateway_inside_name(gateway->port_id)};
      }
      if (!several_) return put(way);
      way.table = leaving_table(gateway->number);
      put(way);
      way.table = out_table;
      return put(way);
    }
  }
  /// Instead of what leads there otherwise.
  void put(const RouterRoute& route) {
    std::erase_if(out_.routes, [&](const RouterRoute& other) { return other.destination == route.destination && other.table == route.table; });
    out_.routes.push_back(route);
  }

  void add_nat() {
    RouterNat nat;
    for (const auto& [block, leg] : inside_) {
      if (block.is_v4()) nat.blocks.push_back(block);
    }
    nat.transit = transit_inside_name(router_.id);
    bool floats = false;
    for (const auto* gateway : ways_) {
      const auto floating_ips = floating_on(*gateway);
      floats = floats || !floating_ips.empty();
      for (const auto* floating : floating_ips) {
        const auto known = std::ranges::find(nat.own, *floating->fixed_ip_address, &OwnGateway::inside);
        if (known == nat.own.end()) nat.own.push_back({*floating->fixed_ip_address, gateway->number});
      }
      if (is_here(*gateway)) {
        nat.here.push_back(translations_of(*gateway, floating_ips));
      } else {
        nat.elsewhere.push_back({gateway->number, transit_end(*gateway).mac});
      }
    }
    nat.marks = several_ && (floats || !nat.here.empty());
    out_.nat = nat_table(nat);
  }

  GatewayNat translations_of(const RouterGateway& gateway, const std::vector<const FloatingIp*>& floating_ips) {
    GatewayNat nat{gateway.number, gateway_inside_name(gateway.port_id), std::nullopt, gateway.enable_snat, {}};
    for (const auto* floating : floating_ips) nat.translations.push_back({floating->floating_ip_address, *floating->fixed_ip_address});
    out_.translations.insert(out_.translations.end(), nat.translations.begin(), nat.translations.end());
    const auto own = std::ranges::find_if(gateway.external_fixed_ips, &IpAddress::is_v4, &FixedIp::ip_address);
    if (own == gateway.external_fixed_ips.end()) return nat;
    nat.own = own->ip_address;
    out_.hidden_behind.push_back(own->ip_address);
    return nat;
  }

  const Router& router_;
  const std::vector<FloatingIp>& floating_ips_;
  const RouterSite& site_;
  const bool several_;
  const std::vector<const RouterGateway*> ways_;  ///< out, the best first
  RouterNamespace out_;
  std::vector<std::pair<Cidr, std::string>> inside_;  ///< blocks of tenant networks and the legs that are on them
};

}  // namespace

GatewayPlace gateway_place(const Router& router, const RouterGateway& gateway, const RouterSite& site) {
  if (router.transit_vni == 0 || !is_carried(gateway)) return GatewayPlace::none;
  const bool here = gateway.region == site.region && gateway.host == site.host;
  return here ? GatewayPlace::here : GatewayPlace::elsewhere;
}

TransitEnd transit_end(const RouterGateway& gateway) { return numbered_end(std::uint8_t(gateway.number)); }

TransitEnd transit_end(const IpAddress& vtep) {
  constexpr std::uint64_t of_v4 = 0x0e0000000000, of_v6 = 0x0e0100000000;
  auto end = numbered_end(other_hosts);
  end.mac = Mac::from_number((vtep.is_v4() ? of_v4 : of_v6) + number_of(vtep));
  return end;
}

RouterNamespace plan_router(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site) {
  return Planner(router, floating_ips, site).plan();
}

std::vector<TransitNeighbour> plan_transit(const Router& router, const std::vector<FloatingIp>& floating_ips, const RouterSite& site) {
  std::vector<TransitNeighbour> out;
  const auto is_here = [&](const RouterGateway& gateway) { return gateway_place(router, gateway, site) == GatewayPlace::here; };
  for (const auto* gateway : ways_out(router, site.region, site.host)) {
    const auto there = transit_end(*gateway);
    if (!is_here(*gateway)) out.push_back({there.mac, *gateway->vtep, {there.v4, there.v6}});
  }
  for (const auto& floating : floating_ips) {
    if (!translates(router, floating) || !is_here(*carrier_of(router, floating.floating_network_id))) continue;
    const auto* vtep = sent_to(router, floating, site);
    if (vtep == nullptr) continue;
    const TransitNeighbour host{transit_end(*vtep).mac, *vtep, {}};
    if (std::ranges::find(out, host) == out.end()) out.push_back(host);
  }
  return out;
}

IpAddress link_local_of(const Mac& mac) {
  const auto& m = mac.bytes();
  return IpAddress::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, std::uint8_t(m[0] ^ 2U), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]});
}

}  // namespace causeway::domain
