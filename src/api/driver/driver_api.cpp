#include "causeway/api/driver/driver_api.hpp"

#include "causeway/boundary/engine/container_engine.hpp"

namespace causeway::api {
namespace {

using services::NetworkDriver;

constexpr const char* generic_options = "com.docker.network.generic";
/// Options of people who use Docker directly: an existing subnet; the subnet pool, and the length, of a new one of each IP version (Docker
/// repeats all for both); how a new network is called.
constexpr const char* subnet_option = "causeway.subnet";
constexpr const char* subnet_pool_option = "causeway.subnetpool";
constexpr const char* subnet_pool_v6_option = "causeway.subnetpool6";
constexpr const char* prefixlen_option = "causeway.prefixlen";
constexpr const char* prefixlen_v6_option = "causeway.prefixlen6";
constexpr const char* name_option = "causeway.name";
constexpr const char* address_type = "RequestAddressType";
constexpr const char* gateway_type = "com.docker.network.gateway";
constexpr int route_by_gateway = 0;  ///< libnetwork types.NEXTHOP

const Json& at(const Json& json, std::string_view key) {
  static const Json none;
  const Json* found = member(json, key);
  return found != nullptr ? *found : none;
}

bool flag_at(const Json& json, std::string_view key) {
  const Json& value = at(json, key);
  return value.is_bool() && value.get_bool();
}

Result<Reply> nothing(NetworkDriver&, Call&) { return Reply::json(JsonObject{}); }

Result<Reply> activate(NetworkDriver&, Call&) {
  return Reply::json(JsonObject{{"Implements", JsonArray{"NetworkDriver", "IpamDriver"}}});
}

Result<Reply> network_capabilities(NetworkDriver&, Call&) {
  return Reply::json(JsonObject{{"Scope", "local"}, {"ConnectivityScope", "global"}});
}

/// Without a required MAC Docker leaves the choice to us, also on the networks behind the first, where it has no
/// setting for it.
Result<Reply> ipam_capabilities(NetworkDriver&, Call&) {
  return Reply::json(JsonObject{{"RequiresMACAddress", false}, {"RequiresRequestReplay", false}});
}

Result<Reply> address_spaces(NetworkDriver&, Call&) {
  return Reply::json(
      JsonObject{{"LocalDefaultAddressSpace", "causeway-local"}, {"GlobalDefaultAddressSpace", "causeway-global"}});
}

/// A network that an agent made for containers that were planned says so in its options; any other is somebody's who uses Docker himself.
bool is_planned(const Json& options) { return member(options, boundary::subnets_option) != nullptr; }

/// libnetwork gives a list, of whatever shape, where there is one.
bool lists_something(const Json& list) { return list.is_array() && !list.get_array().empty(); }

Result<Reply> request_direct_pool(services::DirectDriver& direct, const Call& call) {
  const Json& options = at(call.body, "Options");
  services::DirectDriver::PoolWish wish;
  wish.network = text_member(options, boundary::network_option);
  wish.subnet = text_member(options, subnet_option);
  wish.cidr = text_member(call.body, "Pool");
  wish.sub_pool = text_member(call.body, "SubPool");
  wish.v6 = flag_at(call.body, "V6");
  wish.subnet_pool = text_member(options, subnet_pool_option);
  if (const auto other = text_member(options, subnet_pool_v6_option); wish.v6 && !other.empty()) wish.subnet_pool = other;
  wish.prefixlen = text_member(options, wish.v6 ? prefixlen_v6_option : prefixlen_option);
  TRY(const auto pool, direct.request_pool(wish));
  return Reply::json(JsonObject{{"PoolID", pool.id}, {"Pool", pool.cidr}, {"Data", JsonObject{}}});
}

Result<Reply> request_pool(NetworkDriver& driver, Call& call) {
  if (driver.direct() != nullptr && !is_planned(at(call.body, "Options"))) return request_direct_pool(*driver.direct(), call);
  const domain::NetworkId network(text_member(at(call.body, "Options"), boundary::network_option));
  TRY(const auto pool, driver.request_pool(network, text_member(call.body, "Pool"), flag_at(call.body, "V6")));
  return Reply::json(JsonObject{{"PoolID", pool.id}, {"Pool", pool.cidr}, {"Data", JsonObject{}}});
}

Result<Reply> request_address(NetworkDriver& driver, Call& call) {
  const bool for_gateway = text_member(at(call.body, "Options"), address_type) == gateway_type;
  const auto pool = text_member(call.body, "PoolID");
  if (driver.direct() != nullptr && services::DirectDriver::is_pool(pool)) {
    TRY(const auto given, driver.direct()->request_address(pool, text_member(call.body, "Address"), for_gateway));
    return Reply::json(JsonObject{{"Address", given}, {"Data", JsonObject{}}});
  }
  TRY(const auto address,
      driver.request_address(pool, text_member(call.body, "Address"), for_gateway));
  return Reply::json(JsonObject{{"Address", address}, {"Data", JsonObject{}}});
}

Result<Reply> release_address(NetworkDriver& driver, Call& call) {
  const auto pool = text_member(call.body, "PoolID");
  if (driver.direct() != nullptr && services::DirectDriver::is_pool(pool)) {
    TRY_VOID(driver.direct()->release_address(pool, text_member(call.body, "Address")));
  }
  return Reply::json(JsonObject{});
}

Result<Reply> release_pool(NetworkDriver& driver, Call& call) {
  const auto pool = text_member(call.body, "PoolID");
  if (driver.direct() != nullptr && services::DirectDriver::is_pool(pool)) TRY_VOID(driver.direct()->release_pool(pool));
  return Reply::json(JsonObject{});
}

Result<Reply> create_direct_network(services::DirectDriver& direct, const Call& call) {
  const Json& options = at(call.body, "Options");
  const Json& generic = at(options, generic_options);
  services::DirectDriver::NetworkWish wish;
  wish.docker_id = text_member(call.body, "NetworkID");
  wish.network = text_member(generic, boundary::network_option);
  wish.name = text_member(generic, name_option);
  wish.internal = flag_at(options, "com.docker.network.internal");
  for (const char* family : {"IPv4Data", "IPv6Data"}) {
    const Json& pools = at(call.body, family);
    if (!pools.is_array()) continue;
    for (const auto& pool : pools.get_array()) wish.cidrs.push_back(text_member(pool, "Pool"));
  }
  TRY_VOID(direct.create_network(wish));
  return Reply::json(JsonObject{});
}

Result<Reply> delete_network(NetworkDriver& driver, Call& call) {
  if (driver.direct() != nullptr) TRY_VOID(driver.direct()->delete_network(text_member(call.body, "NetworkID")));
  return Reply::json(JsonObject{});
}

Result<Reply> create_network(NetworkDriver& driver, Call& call) {
  if (driver.direct() != nullptr && !is_planned(at(at(call.body, "Options"), generic_options))) return create_direct_network(*driver.direct(), call);
  const domain::NetworkId network(text_member(at(at(call.body, "Options"), generic_options), boundary::network_option));
  TRY_VOID(driver.create_network(network));
  return Reply::json(JsonObject{});
}

Reply endpoint_answer(const std::optional<domain::Mac>& mac) {
  JsonObject answer;
  if (mac) answer["MacAddress"] = mac->to_string();  // Docker refuses one that it did not ask for
  return Reply::json(JsonObject{{"Interface", answer}});
}

Result<Reply> create_direct_endpoint(services::DirectDriver& direct, const Call& call) {
  const Json& interface = at(call.body, "Interface");
  services::DirectDriver::EndpointWish wish;
  wish.docker_network = text_member(call.body, "NetworkID");
  wish.id = text_member(call.body, "EndpointID");
  for (const char* family : {"Address", "AddressIPv6"}) {
    auto address = text_member(interface, family);
    if (!address.empty()) wish.addresses.push_back(std::move(address));
  }
  wish.mac = text_member(interface, "MacAddress");
  wish.maps_ports = lists_something(at(at(call.body, "Options"), "com.docker.network.portmap"));
  TRY(const auto mac, direct.create_endpoint(wish));
  return endpoint_answer(mac);
}

Result<Reply> create_endpoint(NetworkDriver& driver, Call& call) {
  const Json& interface = at(call.body, "Interface");
  if (driver.direct() != nullptr && text_member(at(call.body, "Options"), boundary::port_option).empty()) return create_direct_endpoint(*driver.direct(), call);
  NetworkDriver::Endpoint endpoint;
  endpoint.id = text_member(call.body, "EndpointID");
  endpoint.port = domain::PortId(text_member(at(call.body, "Options"), boundary::port_option));
  endpoint.address_v4 = text_member(interface, "Address");
  endpoint.address_v6 = text_member(interface, "AddressIPv6");
  endpoint.mac = text_member(interface, "MacAddress");
  TRY(const auto mac, driver.create_endpoint(endpoint));
  return endpoint_answer(mac);
}

Result<Reply> join(NetworkDriver& driver, Call& call) {
  TRY(auto joined, driver.join(text_member(call.body, "EndpointID"), text_member(call.body, "SandboxKey")));
  if (driver.direct() != nullptr && driver.direct()->is_internal(text_member(call.body, "NetworkID"))) {
    joined.gateway_v4.reset();
    joined.gateway_v6.reset();
  }
  JsonArray routes;
  for (const auto& route : joined.routes) {
    routes.push_back(JsonObject{{"Destination", route.destination.to_string()},
                                {"RouteType", route_by_gateway},
                                {"NextHop", route.nexthop.to_string()}});
  }
  JsonObject out{{"InterfaceName", JsonObject{{"SrcName", joined.interface}, {"DstPrefix", "eth"}}},
                 {"StaticRoutes", routes}};
  if (joined.gateway_v4) out["Gateway"] = joined.gateway_v4->to_string();
  if (joined.gateway_v6) out["GatewayIPv6"] = joined.gateway_v6->to_string();
  // else Docker would add a bridge of its own, with a default route past the tenant's network
  out["DisableGatewayService"] = !joined.gateway_v4;
  return Reply::json(std::move(out));
}

Result<Reply> leave(NetworkDriver& driver, Call& call) {
  driver.leave(text_member(call.body, "EndpointID"));
  return Reply::json(JsonObject{});
}

Result<Reply> delete_endpoint(NetworkDriver& driver, Call& call) {
  const auto endpoint = text_member(call.body, "EndpointID");
  driver.delete_endpoint(endpoint);
  // a Docker that starts deletes what it had, one by one, with its locks held: the region is not asked for what is not of such a network
  if (driver.direct() != nullptr && driver.direct()->knows(text_member(call.body, "NetworkID"))) TRY_VOID(driver.direct()->delete_endpoint(endpoint));
  return Reply::json(JsonObject{});
}

Result<Reply> endpoint_info(NetworkDriver& driver, Call& call) {
  JsonObject value;
  if (const auto port = driver.port_of(text_member(call.body, "EndpointID")))
    value[boundary::port_option] = port->str();
  return Reply::json(JsonObject{{"Value", value}});
}

/// When the agent dies while it is asked, Docker asks its successor again, but with an empty body: it has read it already (moby,
/// pkg/plugins/client.go). That would mean something else.
template <Result<Reply> (*handler)(NetworkDriver&, Call&)>
Result<Reply> with_content(NetworkDriver& driver, Call& call) {
  if (call.body.is_object() && !call.body.get_object().empty()) return handler(driver, call);
  return failed(Code::unavailable, "driver.no_content", "The host's agent was started anew meanwhile, and Docker repeats its request without content; try again.");
}

using Row = Route<NetworkDriver>;
constexpr Row driver_routes[] = {
    {"POST", "/Plugin.Activate", Access::open, "driver:activate", 200, &activate},
    {"POST", "/NetworkDriver.GetCapabilities", Access::open, "driver:network_capabilities", 200, &network_capabilities},
    {"POST", "/NetworkDriver.AllocateNetwork", Access::open, "driver:allocate_network", 200, &nothing},
    {"POST", "/NetworkDriver.FreeNetwork", Access::open, "driver:free_network", 200, &nothing},
    {"POST", "/NetworkDriver.CreateNetwork", Access::open, "driver:create_network", 200, &with_content<create_network>},
    {"POST", "/NetworkDriver.DeleteNetwork", Access::open, "driver:delete_network", 200, &with_content<delete_network>},
    {"POST", "/NetworkDriver.CreateEndpoint", Access::open, "driver:create_endpoint", 200, &with_content<create_endpoint>},
    {"POST", "/NetworkDriver.DeleteEndpoint", Access::open, "driver:delete_endpoint", 200, &with_content<delete_endpoint>},
    {"POST", "/NetworkDriver.EndpointOperInfo", Access::open, "driver:endpoint_info", 200, &with_content<endpoint_info>},
    {"POST", "/NetworkDriver.Join", Access::open, "driver:join", 200, &with_content<join>},
    {"POST", "/NetworkDriver.Leave", Access::open, "driver:leave", 200, &with_content<leave>},
    {"POST", "/NetworkDriver.DiscoverNew", Access::open, "driver:discover_new", 200, &nothing},
    {"POST", "/NetworkDriver.DiscoverDelete", Access::open, "driver:discover_delete", 200, &nothing},
    {"POST", "/NetworkDriver.ProgramExternalConnectivity", Access::open, "driver:program_external", 200, &nothing},
    {"POST", "/NetworkDriver.RevokeExternalConnectivity", Access::open, "driver:revoke_external", 200, &nothing},
    {"POST", "/IpamDriver.GetCapabilities", Access::open, "driver:ipam_capabilities", 200, &ipam_capabilities},
    {"POST", "/IpamDriver.GetDefaultAddressSpaces", Access::open, "driver:address_spaces", 200, &address_spaces},
    {"POST", "/IpamDriver.RequestPool", Access::open, "driver:request_pool", 200, &with_content<request_pool>},
    {"POST", "/IpamDriver.ReleasePool", Access::open, "driver:release_pool", 200, &with_content<release_pool>},
    {"POST", "/IpamDriver.RequestAddress", Access::open, "driver:request_address", 200, &with_content<request_address>},
    {"POST", "/IpamDriver.ReleaseAddress", Access::open, "driver:release_address", 200, &with_content<release_address>},
};
static_assert(routes_ok(driver_routes));

http::Response render_error(const Error& error, int status, const Call*) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = to_text(JsonObject{{"Err", error.message}, {"Error", error.message}});
  return response;
}

}  // namespace

Mount driver_mount(services::NetworkDriver& driver) {
  Mount mount;
  mount.style.name = "driver";
  mount.style.render_error = &render_error;
  bind_routes(mount.routes, driver_routes, driver);
  return mount;
}

}  // namespace causeway::api
