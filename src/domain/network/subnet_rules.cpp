#include "causeway/domain/network/subnet_rules.hpp"

#include <algorithm>
#include <cctype>

#include "causeway/domain/network/ipam.hpp"

namespace causeway::domain {
namespace {

std::string text_of(const AddressRange& pool) { return fmt::format("{}-{}", pool.start, pool.end); }

/// The hosts of a block: without IPv4's network and broadcast address, and without IPv6's subnet-router anycast
/// address.
AddressRange hosts_of(const Cidr& cidr) {
  const auto last_offset = cidr.size() - 1;
  if (cidr.is_v6()) return {cidr.nth(cidr.size() > 1 ? 1 : 0).value_or(cidr.network()), cidr.broadcast()};
  if (cidr.prefix_length() >= 31) return {cidr.network(), cidr.broadcast()};
  return {*cidr.nth(1), *cidr.nth(last_offset - 1)};
}

Result<void> check_pool(const Subnet& subnet, const AddressRange& pool) {
  if (pool.start.version() != subnet.ip_version || pool.end.version() != subnet.ip_version || pool.end < pool.start) {
    return failed(fail(Code::invalid, "subnet.bad_pool", "The allocation pool {} is not valid.", text_of(pool))
                      .at("allocation_pools"));
  }
  const auto hosts = hosts_of(subnet.cidr);
  if (pool.start < hosts.start || hosts.end < pool.end) {
    return failed(fail(Code::invalid, "subnet.pool_out_of_bounds",
                       "The allocation pool {} spans beyond the subnet cidr {}.", text_of(pool), subnet.cidr)
                      .at("allocation_pools"));
  }
  if (subnet.gateway_ip && !(*subnet.gateway_ip < pool.start) && !(pool.end < *subnet.gateway_ip)) {
    return failed(fail(Code::conflict, "subnet.gateway_in_pool", "Gateway ip {} conflicts with allocation pool {}.",
                       *subnet.gateway_ip, text_of(pool))
                      .at("gateway_ip"));
  }
  return {};
}

Result<void> check_pools(const Subnet& subnet) {
  for (const auto& pool : subnet.allocation_pools) TRY_VOID(check_pool(subnet, pool));
  auto sorted = subnet.allocation_pools;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.start < b.start; });
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    if (sorted[i - 1].end < sorted[i].start) continue;
    return failed(fail(Code::conflict, "subnet.pools_overlap",
                       "Found overlapping allocation pools: {} {} for subnet {}.", text_of(sorted[i - 1]),
                       text_of(sorted[i]), subnet.cidr)
                      .at("allocation_pools"));
  }
  return {};
}

Result<void> check_gateway(const Subnet& subnet) {
  if (!subnet.gateway_ip) return {};
  const auto& gateway = *subnet.gateway_ip;
  Subnet without = subnet;
  without.gateway_ip.reset();
  if (gateway.version() == subnet.ip_version && usable(without, gateway)) return {};
  return failed(fail(Code::invalid, "subnet.bad_gateway", "Gateway ip {} is not a host address of subnet {}.", gateway,
                     subnet.cidr)
                    .at("gateway_ip"));
}

Result<void> check_count(std::string_view field, std::size_t count, std::size_t limit) {
  if (count <= limit) return {};
  return failed(
      fail(Code::invalid, "subnet.too_many", "A subnet has at most {} {}.", limit, field).at(std::string(field)));
}

/// How addresses are told to IPv6 hosts. We give them all out of the pools; the modes are what a router announces.
Result<void> check_ipv6_modes(const Subnet& subnet) {
  const auto& ra = subnet.ipv6_ra_mode;
  const auto& address = subnet.ipv6_address_mode;
  if (!ra && !address) return {};
  const auto bad = [](std::string_view why) {
    return failed(fail(Code::invalid, "subnet.bad_ipv6_mode", "Invalid input for operation: {}", why).at("ipv6_address_mode"));
  };
  if (subnet.ip_version != 6) return bad("ipv6_ra_mode and ipv6_address_mode are of IPv6 subnets.");
  if (!subnet.enable_dhcp) return bad("ipv6_ra_mode or ipv6_address_mode cannot be set when enable_dhcp is set to False.");
  if (ra && address && ra != address) return bad(fmt::format("ipv6_ra_mode set to '{}' with ipv6_address_mode set to '{}' is not valid.", *ra, *address));
  const bool by_prefix = (ra && *ra != "dhcpv6-stateful") || (address && *address != "dhcpv6-stateful");
  if (by_prefix && subnet.cidr.prefix_length() != 64) return bad("SLAAC and stateless DHCPv6 need a prefix length of 64.");
  return {};
}

constexpr std::string_view owner_prefixes[] = {"network:", "compute:", "baremetal:", "container:", "trunk:"};

Result<void> check_service_types(const Subnet& subnet) {
  for (const auto& type : subnet.service_types) {
    const bool known = std::any_of(std::begin(owner_prefixes), std::end(owner_prefixes), [&](std::string_view prefix) { return type.starts_with(prefix); });
    if (known) continue;
    return failed(fail(Code::invalid, "subnet.bad_service_type", "Subnet service type {} does not correspond to a valid device owner.", type)
                      .at("service_types"));
  }
  return {};
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](unsigned char c) { return std::isalnum(c) != 0 || c == '-'; });
}

}  // namespace

std::vector<Subnet> subnets_for(const std::vector<Subnet>& subnets, std::string_view device_owner) {
  std::vector<Subnet> out;
  for (const auto& subnet : subnets) {
    const auto& types = subnet.service_types;
    if (types.empty() || std::find(types.begin(), types.end(), device_owner) != types.end()) out.push_back(subnet);
  }
  return out;
}

Result<void> check_dns_domain(std::string_view name) {
  if (name.empty()) return {};
  bool good = name.size() <= 255 && name.back() == '.';
  std::string_view rest = name.substr(0, name.size() - 1);
  while (good && !rest.empty()) {
    const auto dot = rest.find('.');
    good = is_label(rest.substr(0, dot));
    rest = dot == std::string_view::npos ? std::string_view() : rest.substr(dot + 1);
  }
  if (good && name.size() > 1) return {};
  return failed(fail(Code::invalid, "network.bad_dns_domain", "Invalid input for dns_domain. Reason: '{}' is not a fully qualified domain name with a final dot.", name)
                    .at("dns_domain"));
}

Result<void> check_dns_name(std::string_view name) {
  if (name.empty() || is_label(name)) return {};
  return failed(fail(Code::invalid, "port.bad_dns_name", "Invalid input for dns_name. Reason: '{}' is not a label of a domain name.", name).at("dns_name"));
}

Result<void> check_text(std::string_view field, std::string_view text, const NetworkLimits& limits) {
  if (text.size() <= limits.text) return {};
  return failed(fail(Code::invalid, "field.too_long", "'{}' is longer than {} bytes.", field, limits.text)
                    .at(std::string(field)));
}

std::optional<IpAddress> default_gateway(const Cidr& cidr) {
  if (cidr.prefix_length() >= cidr.network().bits() - 1) return std::nullopt;
  return cidr.nth(1);
}

std::vector<AddressRange> default_pools(const Cidr& cidr, const std::optional<IpAddress>& gateway) {
  const auto hosts = hosts_of(cidr);
  if (!gateway || *gateway < hosts.start || hosts.end < *gateway) return {hosts};
  std::vector<AddressRange> pools;
  const auto offset = cidr.offset_of(*gateway);
  if (!offset) return {hosts};  // beyond what is ever leased
  if (hosts.start < *gateway) pools.push_back({hosts.start, *cidr.nth(*offset - 1)});
  if (*gateway < hosts.end) pools.push_back({*cidr.nth(*offset + 1), hosts.end});
  return pools;
}

Result<void> check_subnet(const Subnet& subnet, const NetworkLimits& limits) {
  TRY_VOID(check_text("name", subnet.name, limits));
  TRY_VOID(check_text("description", subnet.description, limits));
  if (subnet.cidr.version() != subnet.ip_version) {
    return failed(
        fail(Code::invalid, "subnet.bad_cidr", "{} is not a cidr of IP version {}.", subnet.cidr, subnet.ip_version)
            .at("cidr"));
  }
  if (subnet.cidr.prefix_length() == 0 || subnet.cidr.network().is_multicast() || subnet.cidr.network().is_loopback()) {
    return failed(fail(Code::invalid, "subnet.bad_cidr", "{} cannot be the cidr of a subnet.", subnet.cidr).at("cidr"));
  }
  TRY_VOID(check_count("dns_nameservers", subnet.dns_nameservers.size(), limits.dns_nameservers));
  TRY_VOID(check_count("host_routes", subnet.host_routes.size(), limits.host_routes));
  TRY_VOID(check_count("service_types", subnet.service_types.size(), limits.service_types));
  TRY_VOID(check_service_types(subnet));
  TRY_VOID(check_ipv6_modes(subnet));
  TRY_VOID(check_count("allocation_pools", subnet.allocation_pools.size(), limits.allocation_pools));
  for (const auto& route : subnet.host_routes) {
    if (route.destination.version() == subnet.ip_version && route.nexthop.version() == subnet.ip_version) continue;
    return failed(fail(Code::invalid, "subnet.bad_route", "The route {} by {} is not of IP version {}.",
                       route.destination, route.nexthop, subnet.ip_version)
                      .at("host_routes"));
  }
  TRY_VOID(check_gateway(subnet));
  return check_pools(subnet);
}

Result<void> check_no_overlap(const Subnet& subnet, const std::vector<Subnet>& others) {
  for (const auto& other : others) {
    if (other.id == subnet.id || !other.cidr.overlaps(subnet.cidr)) continue;
    return failed(fail(Code::invalid, "subnet.overlap",
                       "Requested subnet with cidr: {} for network: {} overlaps with another subnet: {} ({}).",
                       subnet.cidr, subnet.network_id, other.id, other.cidr)
                      .at("cidr"));
  }
  return {};
}

}  // namespace causeway::domain
