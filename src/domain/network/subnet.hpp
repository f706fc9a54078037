#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::domain {

/// Both ends belong to the pool.
struct AddressRange {
  IpAddress start;
  IpAddress end;
  static constexpr auto fields() { return std::tuple{field("start", &AddressRange::start), field("end", &AddressRange::end)}; }
};

struct HostRoute {
  Cidr destination;
  IpAddress nexthop;
  static constexpr auto fields() {
    return std::tuple{field("destination", &HostRoute::destination), field("nexthop", &HostRoute::nexthop)};
  }
};

/// An address block of a network (Neutron "subnet"). Owned by the centre.
struct Subnet {
  static constexpr std::string_view kind = "subnet";
  SubnetId id;
  NetworkId network_id;
  ProjectId project_id;
  std::string name;
  std::string description;
  int ip_version = 4;
  Cidr cidr;
  std::optional<IpAddress> gateway_ip;
  std::vector<AddressRange> allocation_pools;
  std::vector<IpAddress> dns_nameservers;
  std::vector<HostRoute> host_routes;
  bool enable_dhcp = true;
  std::optional<SubnetPoolId> subnetpool_id;  ///< out of which its cidr was taken
  std::optional<std::string> ipv6_ra_mode, ipv6_address_mode;  ///< "slaac", "dhcpv6-stateful", "dhcpv6-stateless"
  std::vector<std::string> service_types;  ///< device owners whose ports may have addresses here; empty = all
  std::vector<std::string> tags;
  bool deleting = false;  ///< as Network::deleting
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using S = Subnet;
    return std::tuple{field("id", &S::id), field("network_id", &S::network_id), field("project_id", &S::project_id),
                      field("name", &S::name), field("description", &S::description), field("ip_version", &S::ip_version),
                      field("cidr", &S::cidr), field("gateway_ip", &S::gateway_ip),
                      field("allocation_pools", &S::allocation_pools), field("dns_nameservers", &S::dns_nameservers),
                      field("host_routes", &S::host_routes), field("enable_dhcp", &S::enable_dhcp),
                      field("subnetpool_id", &S::subnetpool_id), field("ipv6_ra_mode", &S::ipv6_ra_mode),
                      field("ipv6_address_mode", &S::ipv6_address_mode), field("service_types", &S::service_types),
                      field("tags", &S::tags),
                      field("deleting", &S::deleting), field("revision_number", &S::revision_number),
                      field("created_at", &S::created_at), field("updated_at", &S::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"network_id", network_id.str()}, {"project_id", project_id.str()}, {"name", name}};
    if (subnetpool_id) out.push_back({"subnetpool_id", subnetpool_id->str()});
    if (deleting) out.push_back({"deleting", "1"});
    return out;
  }
};

}  // namespace causeway::domain
