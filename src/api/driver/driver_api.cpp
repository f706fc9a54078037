#include "causeway/api/driver/driver_api.hpp"

#include "causeway/boundary/container_engine.hpp"

namespace causeway::api {
namespace {

using services::NetworkDriver;

constexpr const char* generic_options = "com.docker.network.generic";
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

Result<Reply> request_pool(NetworkDriver& driver, Call& call) {
  const domain::NetworkId network(text_member(at(call.body, "Options"), boundary::network_option));
  TRY(const auto pool, driver.request_pool(network, text_member(call.body, "Pool"), flag_at(call.body, "V6")));
  return Reply::json(JsonObject{{"PoolID", pool.id}, {"Pool", pool.cidr}, {"Data", JsonObject{}}});
}

Result<Reply> request_address(NetworkDriver& driver, Call& call) {
  const bool for_gateway = text_member(at(call.body, "Options"), address_type) == gateway_type;
  TRY(const auto address,
      driver.request_address(text_member(call.body, "PoolID"), text_member(call.body, "Address"), for_gateway));
  return Reply::json(JsonObject{{"Address", address}, {"Data", JsonObject{}}});
}

Result<Reply> create_network(NetworkDriver& driver, Call& call) {
  const domain::NetworkId network(text_member(at(at(call.body, "Options"), generic_options), boundary::network_option));
  TRY_VOID(driver.create_network(network));
  return Reply::json(JsonObject{});
}

Result<Reply> create_endpoint(NetworkDriver& driver, Call& call) {
  const Json& interface = at(call.body, "Interface");
  NetworkDriver::Endpoint endpoint;
  endpoint.id = text_member(call.body, "EndpointID");
  endpoint.port = domain::PortId(text_member(at(call.body, "Options"), boundary::port_option));
  endpoint.address_v4 = text_member(interface, "Address");
  endpoint.address_v6 = text_member(interface, "AddressIPv6");
  endpoint.mac = text_member(interface, "MacAddress");
  TRY(const auto mac, driver.create_endpoint(endpoint));
  JsonObject answer;
  if (mac) answer["MacAddress"] = mac->to_string();  // Docker refuses one that it did not ask for
  return Reply::json(JsonObject{{"Interface", answer}});
}

Result<Reply> join(NetworkDriver& driver, Call& call) {
  TRY(const auto joined, driver.join(text_member(call.body, "EndpointID"), text_member(call.body, "SandboxKey")));
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
  driver.delete_endpoint(text_member(call.body, "EndpointID"));
  return Reply::json(JsonObject{});
}

Result<Reply> endpoint_info(NetworkDriver& driver, Call& call) {
  JsonObject value;
  if (const auto port = driver.port_of(text_member(call.body, "EndpointID")))
    value[boundary::port_option] = port->str();
  return Reply::json(JsonObject{{"Value", value}});
}

using Row = Route<NetworkDriver>;
constexpr Row driver_routes[] = {
    {"POST", "/Plugin.Activate", Access::open, "driver:activate", 200, &activate},
    {"POST", "/NetworkDriver.GetCapabilities", Access::open, "driver:network_capabilities", 200, &network_capabilities},
    {"POST", "/NetworkDriver.AllocateNetwork", Access::open, "driver:allocate_network", 200, &nothing},
    {"POST", "/NetworkDriver.FreeNetwork", Access::open, "driver:free_network", 200, &nothing},
    {"POST", "/NetworkDriver.CreateNetwork", Access::open, "driver:create_network", 200, &create_network},
    {"POST", "/NetworkDriver.DeleteNetwork", Access::open, "driver:delete_network", 200, &nothing},
    {"POST", "/NetworkDriver.CreateEndpoint", Access::open, "driver:create_endpoint", 200, &create_endpoint},
    {"POST", "/NetworkDriver.DeleteEndpoint", Access::open, "driver:delete_endpoint", 200, &delete_endpoint},
    {"POST", "/NetworkDriver.EndpointOperInfo", Access::open, "driver:endpoint_info", 200, &endpoint_info},
    {"POST", "/NetworkDriver.Join", Access::open, "driver:join", 200, &join},
    {"POST", "/NetworkDriver.Leave", Access::open, "driver:leave", 200, &leave},
    {"POST", "/NetworkDriver.DiscoverNew", Access::open, "driver:discover_new", 200, &nothing},
    {"POST", "/NetworkDriver.DiscoverDelete", Access::open, "driver:discover_delete", 200, &nothing},
    {"POST", "/NetworkDriver.ProgramExternalConnectivity", Access::open, "driver:program_external", 200, &nothing},
    {"POST", "/NetworkDriver.RevokeExternalConnectivity", Access::open, "driver:revoke_external", 200, &nothing},
    {"POST", "/IpamDriver.GetCapabilities", Access::open, "driver:ipam_capabilities", 200, &ipam_capabilities},
    {"POST", "/IpamDriver.GetDefaultAddressSpaces", Access::open, "driver:address_spaces", 200, &address_spaces},
    {"POST", "/IpamDriver.RequestPool", Access::open, "driver:request_pool", 200, &request_pool},
    {"POST", "/IpamDriver.ReleasePool", Access::open, "driver:release_pool", 200, &nothing},
    {"POST", "/IpamDriver.RequestAddress", Access::open, "driver:request_address", 200, &request_address},
    {"POST", "/IpamDriver.ReleaseAddress", Access::open, "driver:release_address", 200, &nothing},
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
