#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::GatewayDraft;
using boundary::RouterChange;
using boundary::RouterDraft;

constexpr std::size_t max_routes_of_request = 100, max_gateways_of_request = 100;

constexpr std::string_view read_only[] = {"id", "status", "availability_zones", "tags", "revision_number", "created_at",
                                          "updated_at", "availability_zone_hints", "distributed", "ha", "flavor_id",
                                          "gateway_region", "gateway_host", "gateway_hosts"};
constexpr std::string_view filters[] = {"id", "name", "admin_state_up", "status", "description", "tenant_id",
                                        "project_id", "revision_number", "created_at", "updated_at"};
constexpr ListRules rules{"routers", filters};

/// `name`: of the attribute that it is, or is an element of.
Result<GatewayDraft> read_gateway(std::string_view name, const Json& value) {
  if (!value.is_object()) return failed(invalid_input(name, "it is not an object."));
  GatewayDraft draft;
  for (const auto& [key, part] : value.get_object()) {
    const auto path = fmt::format("{}.{}", name, std::string_view(key));
    if (key == "network_id") {
      TRY(const auto id, read_text(path, part));
      draft.network_id = domain::NetworkId(id);
    } else if (key == "enable_snat") {
      TRY(draft.enable_snat, read_bool(path, part));
    } else if (key == "external_fixed_ips") {
      TRY(draft.external_fixed_ips, read_fixed_ip_wishes(path, part));
    } else if (key != "qos_policy_id" || !part.is_null()) {
      return failed(invalid_input(name, fmt::format("unknown key '{}'.", std::string_view(key))));
    }
  }
  if (draft.network_id.empty()) return failed(invalid_input(name, "network_id is required."));
  return draft;
}

/// null and {} mean none.
Result<std::optional<GatewayDraft>> read_gateway_info(const Json& value) {
  if (value.is_null()) return std::optional<GatewayDraft>();
  if (value.is_object() && value.get_object().empty()) return std::optional<GatewayDraft>();
  TRY(auto draft, read_gateway("external_gateway_info", value));
  return std::optional(std::move(draft));
}

/// Elements like external_gateway_info; null means none.
Result<std::vector<GatewayDraft>> read_gateways(const Json& value) {
  std::vector<GatewayDraft> drafts;
  if (value.is_null()) return drafts;
  if (!value.is_array()) return failed(invalid_input("external_gateways", "it is not a list."));
  if (value.get_array().size() > max_gateways_of_request)
    return failed(invalid_input("external_gateways", fmt::format("more than {} gateways.", max_gateways_of_request)));
  for (const auto& element : value.get_array()) {
    TRY(auto draft, read_gateway(fmt::format("external_gateways[{}]", drafts.size()), element));
    drafts.push_back(std::move(draft));
  }
  return drafts;
}

Result<std::vector<domain::HostRoute>> read_routes_attribute(const Json& value) {
  if (value.is_null()) return std::vector<domain::HostRoute>();
  if (value.is_array() && value.get_array().size() > max_routes_of_request)
    return failed(invalid_input("routes", fmt::format("more than {} routes.", max_routes_of_request)));
  return read_value<std::vector<domain::HostRoute>>("routes", value);
}

/// Routers are what they are: on every host, and each gateway on one host at a time.
Result<void> must_be(std::string_view name, const Json& value, bool only) {
  if (value.is_null()) return {};
  TRY(const bool given, read_bool(name, value));
  if (given == only) return {};
  return failed(invalid_input(name, fmt::format("only {} is supported here.", only)));
}

constexpr Attribute<RouterDraft> create_table[] = {
    {"name", false, [](const Json& v, RouterDraft& d) { return assign(d.name, read_text("name", v)); }},
    {"description", false,
     [](const Json& v, RouterDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"admin_state_up", false,
     [](const Json& v, RouterDraft& d) { return assign(d.admin_state_up, read_bool("admin_state_up", v)); }},
    {"external_gateway_info", false,
     [](const Json& v, RouterDraft& d) { return assign(d.gateway, read_gateway_info(v)); }},
    {"external_gateways", false, [](const Json& v, RouterDraft& d) { return assign(d.gateways, read_gateways(v)); }},
    {"availability_zone_hints", false,
     [](const Json& v, RouterDraft& d) {
       return assign(d.availability_zone_hints, read_texts("availability_zone_hints", v));
     }},
    {"distributed", true, [](const Json& v, RouterDraft&) { return must_be("distributed", v, true); }},
    {"ha", true, [](const Json& v, RouterDraft&) { return must_be("ha", v, false); }},
};

constexpr Attribute<RouterChange> change_table[] = {
    {"name", false, [](const Json& v, RouterChange& c) { return assign(c.name, read_text("name", v)); }},
    {"description", false,
     [](const Json& v, RouterChange& c) { return assign(c.description, read_text("description", v)); }},
    {"admin_state_up", false,
     [](const Json& v, RouterChange& c) { return assign(c.admin_state_up, read_bool("admin_state_up", v)); }},
    {"external_gateway_info", false,
     [](const Json& v, RouterChange& c) { return assign(c.gateway, read_gateway_info(v)); }},
    {"external_gateways", false, [](const Json& v, RouterChange& c) { return assign(c.gateways, read_gateways(v)); }},
    {"routes", false, [](const Json& v, RouterChange& c) { return assign(c.routes, read_routes_attribute(v)); }},
    {"distributed", true, [](const Json& v, RouterChange&) { return must_be("distributed", v, true); }},
    {"ha", true, [](const Json& v, RouterChange&) { return must_be("ha", v, false); }},
};

domain::RouterId id_of(const Call& call) { return domain::RouterId(call.param("id")); }

Result<Reply> reply_with(const Call& call, const domain::Router& router) {
  return Reply::json(JsonObject{{"router", router_view(call.caller, router)}});
}

Result<Reply> list_routers(NeutronApi& api, Call& call) {
  TRY(const auto routers, api.routers->list_routers(call.caller, narrow_of(call)));
  JsonArray views;
  for (const auto& router : routers) views.push_back(router_view(call.caller, router));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_router(NeutronApi& api, Call& call) {
  TRY(const auto router, api.routers->get_router(call.caller, id_of(call)));
  return Reply::json(JsonObject{{"router", with_fields(call, router_view(call.caller, router))}});
}

Result<Reply> create_routers(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "router", "routers"));
  std::vector<RouterDraft> drafts;
  for (const JsonObject* object : body.items) {
    RouterDraft draft;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<RouterDraft>(call, *object, create_table, read_only, draft));
    drafts.push_back(std::move(draft));
  }
  TRY(const auto made, api.routers->create_routers(call.caller, drafts));
  if (!body.bulk) return reply_with(call, made.front());
  JsonArray views;
  for (const auto& router : made) views.push_back(router_view(call.caller, router));
  return Reply::json(JsonObject{{"routers", std::move(views)}});
}

Result<Reply> update_router(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "router"));
  RouterChange change;
  TRY_VOID(read_attributes<RouterChange>(call, *object, change_table, read_only, change));
  TRY(const auto revision, if_match(call));
  TRY(const auto router, api.routers->update_router(call.caller, id_of(call), change, revision));
  return reply_with(call, router);
}

Result<Reply> delete_router(NeutronApi& api, Call& call) {
  TRY_VOID(api.routers->delete_router(call.caller, id_of(call)));
  return Reply::empty();
}

/// The body of an interface action has no envelope: {"subnet_id": ...} or {"port_id": ...}.
Result<boundary::InterfaceWish> interface_wish(const Call& call) {
  boundary::InterfaceWish wish;
  if (!call.body.is_object()) return wish;
  for (const auto& [key, value] : call.body.get_object()) {
    if (key == "subnet_id") {
      TRY(const auto id, read_text("subnet_id", value));
      wish.subnet_id = domain::SubnetId(id);
    } else if (key == "port_id") {
      TRY(const auto id, read_text("port_id", value));
      wish.port_id = domain::PortId(id);
    } else {
      return failed(fail(Code::invalid, "attribute.unknown", "Unrecognized attribute(s) '{}'", std::string_view(key)));
    }
  }
  return wish;
}

Reply interface_reply(const boundary::InterfaceResult& result) {
  return Reply::json(JsonObject{{"id", result.router.id.str()},
                                {"tenant_id", result.router.project_id.str()},
                                {"project_id", result.router.project_id.str()},
                                {"port_id", result.port_id.str()},
                                {"network_id", result.network_id.str()},
                                {"subnet_id", result.subnet_ids.front().str()},
                                {"subnet_ids", encode(result.subnet_ids)},
                                {"tags", encode(result.router.tags)}});
}

Result<Reply> add_interface(NeutronApi& api, Call& call) {
  TRY(const auto wish, interface_wish(call));
  TRY(const auto result, api.routers->add_interface(call.caller, id_of(call), wish));
  return interface_reply(result);
}

Result<Reply> remove_interface(NeutronApi& api, Call& call) {
  TRY(const auto wish, interface_wish(call));
  TRY(const auto result, api.routers->remove_interface(call.caller, id_of(call), wish));
  return interface_reply(result);
}

Result<Reply> change_routes(NeutronApi& api, Call& call, boundary::RouteChange change) {
  TRY(const JsonObject* object, enveloped(call, "router"));
  TRY_VOID(require(*object, "routes"));
  TRY(const auto routes, read_routes_attribute(object->at("routes")));
  TRY(const auto router, api.routers->change_routes(call.caller, id_of(call), change, routes));
  return reply_with(call, router);
}

Result<Reply> add_routes(NeutronApi& api, Call& call) { return change_routes(api, call, boundary::RouteChange::add); }
Result<Reply> remove_routes(NeutronApi& api, Call& call) {
  return change_routes(api, call, boundary::RouteChange::remove);
}

Result<Reply> change_gateways(NeutronApi& api, Call& call, boundary::GatewaysChange change) {
  TRY(const JsonObject* object, enveloped(call, "router"));
  TRY_VOID(require(*object, "external_gateways"));
  TRY(const auto drafts, read_gateways(object->at("external_gateways")));
  TRY(const auto revision, if_match(call));
  TRY(const auto router, api.routers->change_gateways(call.caller, id_of(call), change, drafts, revision));
  return reply_with(call, router);
}

Result<Reply> add_gateways(NeutronApi& api, Call& call) { return change_gateways(api, call, boundary::GatewaysChange::add); }
Result<Reply> update_gateways(NeutronApi& api, Call& call) {
  return change_gateways(api, call, boundary::GatewaysChange::update);
}
Result<Reply> remove_gateways(NeutronApi& api, Call& call) {
  return change_gateways(api, call, boundary::GatewaysChange::remove);
}

constexpr Route<NeutronApi> central_routes[] = {
    {"GET", "/v2.0/routers", Access::any_token, "get_routers", 200, &list_routers, BodyKind::none},
    {"GET", "/v2.0/routers/{id}", Access::any_token, "get_router", 200, &show_router, BodyKind::none},
    {"POST", "/v2.0/routers", Access::project, "create_router", 201, &create_routers},
    {"PUT", "/v2.0/routers/{id}", Access::project, "update_router", 200, &update_router},
    {"DELETE", "/v2.0/routers/{id}", Access::project, "delete_router", 204, &delete_router, BodyKind::none},
    {"PUT", "/v2.0/routers/{id}/add_router_interface", Access::project, "add_router_interface", 200, &add_interface},
    {"PUT", "/v2.0/routers/{id}/remove_router_interface", Access::project, "remove_router_interface", 200,
     &remove_interface},
    {"PUT", "/v2.0/routers/{id}/add_extraroutes", Access::project, "add_extraroutes", 200, &add_routes},
    {"PUT", "/v2.0/routers/{id}/remove_extraroutes", Access::project, "remove_extraroutes", 200, &remove_routes},
    {"PUT", "/v2.0/routers/{id}/add_external_gateways", Access::project, "add_external_gateways", 200, &add_gateways},
    {"PUT", "/v2.0/routers/{id}/update_external_gateways", Access::project, "update_external_gateways", 200,
     &update_gateways},
    {"PUT", "/v2.0/routers/{id}/remove_external_gateways", Access::project, "remove_external_gateways", 200,
     &remove_gateways},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"GET", "/v2.0/routers", Access::any_token, "get_routers", 200, &forward_to_centre, BodyKind::none},
    {"GET", "/v2.0/routers/{id}", Access::any_token, "get_router", 200, &forward_to_centre, BodyKind::none},
    {"POST", "/v2.0/routers", Access::project, "create_router", 201, &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}", Access::project, "update_router", 200, &forward_to_centre},
    {"DELETE", "/v2.0/routers/{id}", Access::project, "delete_router", 204, &forward_to_centre, BodyKind::none},
    {"PUT", "/v2.0/routers/{id}/add_router_interface", Access::project, "add_router_interface", 200,
     &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/remove_router_interface", Access::project, "remove_router_interface", 200,
     &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/add_extraroutes", Access::project, "add_extraroutes", 200, &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/remove_extraroutes", Access::project, "remove_extraroutes", 200, &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/add_external_gateways", Access::project, "add_external_gateways", 200,
     &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/update_external_gateways", Access::project, "update_external_gateways", 200,
     &forward_to_centre},
    {"PUT", "/v2.0/routers/{id}/remove_external_gateways", Access::project, "remove_external_gateways", 200,
     &forward_to_centre},
};
static_assert(routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_router_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  if (api.routers != nullptr) {
    bind_routes(into, central_routes, api);
  } else if (api.forwarder != nullptr) {
    bind_routes(into, region_routes, api);
  }
}

ResourceDoc router_doc() {
  return make_doc("routers", create_table, change_table, read_only, filters, router_view(somebody_who_sees_all(), {}), true);
}

}  // namespace causeway::api
