#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/trunks/trunk_views.hpp"

namespace causeway::api {

Result<Reply> forward_to_centre(NeutronApi& api, Call& call) {
  const std::string body = call.body.is_null() ? std::string() : to_text(call.body);
  const auto header = [&](std::string_view name) { return std::string(call.request.headers.get(name)); };
  TRY(auto answer, api.forwarder->forward({call.request.method, call.request.target, header("X-Auth-Token"), header("If-Match"),
                                           header("Host"), header("X-Forwarded-Proto"), body}));
  http::Response response;
  response.status = answer.status;
  if (!answer.body.empty()) response.headers.set("Content-Type", "application/json");
  response.body = std::move(answer.body);
  Reply reply;
  reply.raw = std::move(response);
  return reply;
}

std::vector<BoundRoute> neutron_routes(NeutronApi& api) {
  std::vector<BoundRoute> routes;
  add_discovery_routes(routes, api);
  add_network_routes(routes, api);
  add_subnet_routes(routes, api);
  add_port_routes(routes, api);
  add_security_group_routes(routes, api);
  add_address_scope_routes(routes, api);
  add_subnet_pool_routes(routes, api);
  add_rbac_policy_routes(routes, api);
  add_quota_routes(routes, api);
  add_agent_routes(routes, api);
  add_fact_routes(routes, api);
  add_qos_routes(routes, api);
  add_trunk_routes(routes, api);
  add_router_routes(routes, api);
  add_floating_ip_routes(routes, api);
  add_tag_routes(routes, api);
  return routes;
}

}  // namespace causeway::api
