#include "causeway/services/agent/network_driver.hpp"

#include <algorithm>

#include "causeway/domain/plan/container_plan.hpp"
#include "causeway/services/agent/names.hpp"

namespace causeway::services {
namespace {

/// Docker gives every endpoint an IPv4 address. On a network that has only IPv6 it gets one that nobody routes (RFC
/// 3927).
constexpr std::string_view no_v4_prefix = "no-ipv4/";
constexpr std::string_view no_v4_cidr = "169.254.0.0/16";
constexpr std::uint32_t no_v4_first = 0xa9fe0100;  ///< 169.254.1.0; the RFC reserves the first and last 256
constexpr std::uint32_t no_v4_count = 0xfd00;

std::string with_prefix(const domain::IpAddress& address, const domain::Cidr& cidr) {
  return fmt::format("{}/{}", address, cidr.prefix_length());
}

/// "10.0.0.5/24" or "10.0.0.5".
Result<domain::IpAddress> parse_address(const std::string& text) {
  return domain::IpAddress::parse(text.substr(0, text.find('/')));
}

}  // namespace

NetworkDriver::NetworkDriver(const HostView& view, PortBoard& board,
                             std::function<void(const domain::PortId&)> wake_port, Options options)
    : view_(view), board_(board), wake_port_(std::move(wake_port)), options_(std::move(options)) {
  if (options_.direct != nullptr && options_.store != nullptr) {
    direct_.emplace(DirectDriver::Deps{*options_.direct, *options_.store, view_, board_, wake_port_}, DirectDriver::Options{});
  }
}

Result<NetworkDriver::Pool> NetworkDriver::request_pool(const domain::NetworkId& network, const std::string& cidr,
                                                        bool v6) {
  if (network.empty()) {
    return failed(Code::invalid, "driver.not_ours", "Networks of this driver are made by Causeway, not by hand.");
  }
  if (cidr.empty() && !v6) return Pool{std::string(no_v4_prefix) + network.str(), std::string(no_v4_cidr)};
  for (const auto& subnet : view_.subnets_of(network)) {
    if (subnet->cidr.is_v6() == v6 && subnet->cidr.to_string() == cidr) return Pool{subnet->id.str(), cidr};
  }
  return failed(Code::not_found, "driver.no_subnet", "Network {} has no subnet {} on this host.", network, cidr);
}

Result<std::string> NetworkDriver::request_address(const std::string& pool, const std::string& address,
                                                   bool for_gateway) {
  if (pool.starts_with(no_v4_prefix)) {
    if (for_gateway && address.empty()) return std::string("169.254.0.1/16");
    if (address.empty()) return unused_link_local(pool);
    return address + "/16";
  }
  const auto subnet = view_.subnet(domain::SubnetId(pool));
  if (!subnet) return failed(Code::not_found, "driver.no_subnet", "Subnet {} is not on this host.", pool);
  if (for_gateway) {
    // Docker wants one to write down; the route that a container gets is what join answers
    const auto gateway = subnet->gateway_ip.value_or(subnet->cidr.network());
    return with_prefix(gateway, subnet->cidr);
  }
  if (address.empty()) {
    return failed(Code::invalid, "driver.no_address",
                  "Subnet {} gives addresses to ports only: connect with the port's address.", pool);
  }
  TRY(const auto wanted, parse_address(address));
  if (!view_.own_port_with(subnet->id, wanted)) {
    return failed(Code::conflict, "driver.foreign_address", "Address {} belongs to no port of this host.", wanted);
  }
  return with_prefix(wanted, subnet->cidr);
}

std::string NetworkDriver::unused_link_local(const std::string& pool) {
  std::lock_guard lock(mutex_);
  const std::uint32_t offset = next_link_local_[pool]++ % no_v4_count;
  return domain::IpAddress::v4(no_v4_first + offset).to_string() + "/16";
}

Result<void> NetworkDriver::create_network(const domain::NetworkId& network) {
  if (network.empty())
    return failed(Code::invalid, "driver.not_ours", "Networks of this driver are made by Causeway, not by hand.");
  if (!view_.network(network))
    return failed(Code::not_found, "driver.no_network", "Network {} is not on this host.", network);
  return {};
}

Result<std::optional<domain::Mac>> NetworkDriver::create_endpoint(const Endpoint& endpoint) {
  if (endpoint.port.empty()) {
    return failed(Code::invalid, "driver.no_port", "An endpoint of this driver needs the option causeway.port.");
  }
  const auto port = view_.port(endpoint.port);
  if (!port || !view_.is_own(*port)) {
    return failed(Code::not_found, "driver.unknown_port", "Port {} is not bound to this host.", endpoint.port);
  }
  for (const auto& text : {endpoint.address_v4, endpoint.address_v6}) {
    if (text.empty()) continue;
    TRY(const auto address, parse_address(text));
    if (address.is_v4() && address.is_link_local()) continue;  // see no_v4_prefix
    if (std::ranges::find(port->fixed_ips, address, &domain::FixedIp::ip_address) == port->fixed_ips.end()) {
      return failed(Code::conflict, "driver.foreign_address", "Address {} is not port {}'s.", address, port->id);
    }
  }
  if (!endpoint.mac.empty()) {
    TRY(const auto mac, domain::Mac::parse(endpoint.mac));
    if (mac != port->mac_address)
      return failed(Code::conflict, "driver.foreign_mac", "{} is not port {}'s address.", mac, port->id);
  }
  board_.attach(endpoint.id, port->id);
  return endpoint.mac.empty() ? std::optional(port->mac_address) : std::nullopt;
}

/// The last port of a container is its eth0, as in Zun; it alone has the default route.
bool NetworkDriver::is_primary(const domain::Port& port) const {
  if (port.device_owner == boundary::direct_owner) return true;  // which of several is used, Docker says
  const auto container = view_.container(domain::ContainerId(port.device_id));
  if (!container) return false;
  const auto ports = domain::staying_ports(*container);
  return !ports.empty() && ports.back() == port.id;
}

Result<NetworkDriver::Joined> NetworkDriver::join(const std::string& endpoint, const std::string& sandbox) {
  const auto id = board_.port_of(endpoint);
  if (!id)
    return failed(Code::not_found, "driver.unknown_endpoint", "Endpoint {} is unknown; start the container again.",
                  endpoint);
  const auto port = view_.port(*id);
  if (!port || !view_.is_own(*port))
    return failed(Code::not_found, "driver.unknown_port", "Port {} is not bound to this host.", *id);
  if (!board_.is_joined(endpoint) && !board_.wait_ready(*id, std::chrono::milliseconds(0))) {
    board_.set_awaited(*id);
    wake_port_(*id);
    if (!board_.wait_ready(*id, options_.join_wait)) {
      return failed(Code::unavailable, "driver.port_not_ready", "The interface of port {} is not there.", *id);
    }
  }
  Joined out;
  out.interface = container_end_name(*id);
  const bool primary = is_primary(*port);
  for (const auto& ip : port->fixed_ips) {
    const auto subnet = view_.subnet(ip.subnet_id);
    if (!subnet) continue;
    auto& gateway = subnet->cidr.is_v4() ? out.gateway_v4 : out.gateway_v6;
    // Docker cannot set a gateway outside of the interface's own block: such a subnet has no default route
    if (primary && !gateway && subnet->gateway_ip && subnet->cidr.contains(*subnet->gateway_ip))
      gateway = subnet->gateway_ip;
    for (const auto& route : subnet->host_routes) {
      if (subnet->cidr.contains(route.nexthop)) out.routes.push_back({route.destination, route.nexthop});
    }
  }
  board_.set_joined(endpoint, true);
  if (options_.joined) options_.joined(*id, sandbox);
  if (port->device_owner == boundary::direct_owner) wake_port_(*id);  // to see Docker take the interface
  return out;
}

void NetworkDriver::leave(const std::string& endpoint) {
  const auto port = board_.port_of(endpoint);
  if (port && options_.left) options_.left(*port);
  board_.set_joined(endpoint, false);
}

void NetworkDriver::delete_endpoint(const std::string& endpoint) {
  if (const auto port = board_.detach(endpoint)) {
    if (options_.left) options_.left(*port);
    wake_port_(*port);
    return;
  }
  // of an endpoint from before our own start only the id is left: one of these ports has lost its interface
  for (const auto& port : view_.own_ports()) wake_port_(port->id);
}

}  // namespace causeway::services
