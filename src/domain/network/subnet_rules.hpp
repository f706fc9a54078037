#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/subnet.hpp"

/// What a network and a subnet must be like, as pure functions over the whole value.
namespace causeway::domain {

/// Bounds on what a user can multiply or lengthen.
struct NetworkLimits {
  std::size_t text = 255;
  std::size_t dns_nameservers = 5;
  std::size_t host_routes = 20;
  std::size_t allocation_pools = 32;
  std::size_t fixed_ips = 5;  ///< per port
  std::size_t rules = 200;    ///< per security group
  std::size_t tags = 50;
  std::size_t service_types = 20;  ///< per subnet
};

/// invalid "field.too_long".
Result<void> check_text(std::string_view field, std::string_view text, const NetworkLimits& limits);

/// The first host of the block; none when the block has no room for one.
std::optional<IpAddress> default_gateway(const Cidr& cidr);
/// All hosts but the gateway.
std::vector<AddressRange> default_pools(const Cidr& cidr, const std::optional<IpAddress>& gateway);

/// invalid "subnet.bad_cidr", "subnet.bad_gateway", "subnet.bad_pool" (backwards or of the other IP version),
/// "subnet.pool_out_of_bounds", "subnet.too_many", "subnet.bad_ipv6_mode", "subnet.bad_service_type"; conflict "subnet.pools_overlap", "subnet.gateway_in_pool".
Result<void> check_subnet(const Subnet& subnet, const NetworkLimits& limits);
/// The subnets of which a port of this owner may have addresses unasked: those whose service types are none, or name it.
std::vector<Subnet> subnets_for(const std::vector<Subnet>& subnets, std::string_view device_owner);
/// "" or a name of labels with the final dot: invalid "network.bad_dns_domain".
Result<void> check_dns_domain(std::string_view name);
/// "" or one label (RFC 1123): invalid "port.bad_dns_name".
Result<void> check_dns_name(std::string_view name);
/// invalid "subnet.overlap", naming the one of `others` that shares addresses with `subnet`.
Result<void> check_no_overlap(const Subnet& subnet, const std::vector<Subnet>& others);

}  // namespace causeway::domain
