#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::NetworkAgent;

constexpr std::string_view filters[] = {"id", "agent_type", "binary", "host", "alive", "admin_state_up", "availability_zone", "topic", "description"};
constexpr ListRules rules{"agents", filters, Tags::absent};
constexpr std::string_view read_only[] = {"id",    "agent_type",     "binary",     "host",       "alive",      "admin_state_up",      "availability_zone",
                                          "topic", "configurations", "created_at", "started_at", "resources_synced", "heartbeat_timestamp"};

/// What it does is what Neutron's agent of this name does: bridges, and VXLAN devices.
constexpr const char* agent_type = "Linux bridge agent";

JsonObject view_of(const NetworkAgent& agent) {
  const auto& host = agent.host;
  return JsonObject{{"id", host.uuid},
                    {"agent_type", agent_type},
                    {"binary", "causeway"},
                    {"host", host.id.str()},
                    {"alive", agent.alive},
                    {"admin_state_up", !host.disabled},
                    {"availability_zone", host.region.str()},
                    {"topic", "N/A"},
                    {"description", agent.description},
                    {"configurations", JsonObject{{"tunneling_ip", encode(host.vtep)},
                                                  {"tunnel_types", JsonArray{"vxlan"}},
                                                  {"devices", agent.ports},
                                                  {"region", host.region.str()},
                                                  {"physical_networks", encode(host.physical_networks)},
                                                  {"cannot", encode(host.cannot)}}},
                    {"created_at", plain_time(host.created_at)},
                    {"started_at", plain_time(host.created_at)},
                    {"heartbeat_timestamp", plain_time(host.last_seen)},
                    {"resources_synced", nullptr}};
}

Result<Reply> reply_with(const Call& call, const std::vector<NetworkAgent>& agents) {
  JsonArray views;
  for (const auto& agent : agents) views.push_back(view_of(agent));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> list_agents(NeutronApi& api, Call& call) {
  TRY(const auto agents, api.resources->agents.list());
  return reply_with(call, agents);
}

/// Addresses are not handed out by DHCP here: the host that carries a network gives its containers theirs.
Result<Reply> agents_of_network(NeutronApi& api, Call& call) {
  TRY(const auto agents, api.resources->agents.of_network(domain::NetworkId(call.param("id"))));
  return reply_with(call, agents);
}

Result<Reply> agents_of_router(NeutronApi& api, Call& call) {
  TRY(const auto agents, api.resources->agents.of_router(domain::RouterId(call.param("id"))));
  return reply_with(call, agents);
}

Result<Reply> networks_of_agent(NeutronApi& api, Call& call) {
  TRY(const auto networks, api.resources->agents.networks_of(call.param("id")));
  TRY(auto details, api.network_details == nullptr ? Result<std::map<domain::NetworkId, boundary::DetailsOfNetwork>>()
                                                   : api.network_details->of(networks));
  JsonArray views;
  for (const auto& network : networks) views.push_back(network_view(call.caller, network, details[network.id]));
  return Reply::json(JsonObject{{"networks", std::move(views)}});
}

Result<Reply> routers_of_agent(NeutronApi& api, Call& call) {
  TRY(const auto routers, api.resources->agents.routers_of(call.param("id")));
  JsonArray views;
  for (const auto& router : routers) views.push_back(router_view(call.caller, router));
  return Reply::json(JsonObject{{"routers", std::move(views)}});
}

Result<Reply> show_agent(NeutronApi& api, Call& call) {
  TRY(const auto agent, api.resources->agents.get(call.param("id")));
  return Reply::json(JsonObject{{"agent", with_fields(call, view_of(agent))}});
}

struct Draft {
  std::string description;
};
constexpr Attribute<Draft> on_update[] = {
    {"description", false, [](const Json& v, Draft& d) { return assign(d.description, read_text("description", v)); }},
};

Result<Reply> update_agent(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "agent"));
  TRY(const auto before, api.resources->agents.get(call.param("id")));
  Draft draft{before.description};
  TRY_VOID(read_attributes<Draft>(call, *object, on_update, read_only, draft));
  TRY(const auto agent, api.resources->agents.describe(call.param("id"), draft.description));
  return Reply::json(JsonObject{{"agent", view_of(agent)}});
}

Result<Reply> delete_agent(NeutronApi& api, Call& call) {
  TRY_VOID(api.resources->agents.remove(call.param("id")));
  return Reply::empty();
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/agents", Access::admin, "get_agents", 200, &list_agents, BodyKind::none},
    {"GET", "/v2.0/agents/{id}", Access::admin, "get_agent", 200, &show_agent, BodyKind::none},
    {"PUT", "/v2.0/agents/{id}", Access::admin, "update_agent", 200, &update_agent},
    {"GET", "/v2.0/networks/{id}/dhcp-agents", Access::admin, "get_dhcp-agents", 200, &agents_of_network, BodyKind::none},
    {"GET", "/v2.0/routers/{id}/l3-agents", Access::admin, "get_l3-agents", 200, &agents_of_router, BodyKind::none},
    {"GET", "/v2.0/agents/{id}/dhcp-networks", Access::admin, "get_dhcp-networks", 200, &networks_of_agent, BodyKind::none},
    {"GET", "/v2.0/agents/{id}/l3-routers", Access::admin, "get_l3-routers", 200, &routers_of_agent, BodyKind::none},
    {"DELETE", "/v2.0/agents/{id}", Access::admin, "delete_agent", 204, &delete_agent, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_agent_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc agent_doc() {
  const std::vector<Attribute<Draft>> none;
  return make_doc("agents", none, on_update, read_only, filters, view_of({}), false);
}

}  // namespace causeway::api
