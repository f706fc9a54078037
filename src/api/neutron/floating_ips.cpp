#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::FloatingIpChange;
using boundary::FloatingIpDraft;

constexpr std::string_view read_only[] = {"id", "status", "tags", "revision_number", "created_at", "updated_at",
                                          "router_id", "port_details", "floating_network_id", "floating_ip_address",
                                          "subnet_id"};
constexpr std::string_view filters[] = {"id", "floating_network_id", "floating_ip_address", "fixed_ip_address",
                                        "port_id", "router_id", "status", "description", "tenant_id", "project_id",
                                        "revision_number", "created_at", "updated_at"};
constexpr ListRules rules{"floatingips", filters};

template <class Id>
Result<std::optional<Id>> read_optional_id(std::string_view name, const Json& value) {
  if (value.is_null()) return std::optional<Id>();
  TRY(const auto text, read_text(name, value));
  return text.empty() ? std::optional<Id>() : std::optional(Id(text));
}

Result<void> must_be_unset(std::string_view name, const Json& value) {
  if (value.is_null() || (value.is_string() && value.get_string().empty())) return {};
  return failed(invalid_input(name, "this is not supported by this version; leave it out."));
}

constexpr Attribute<FloatingIpDraft> create_table[] = {
    {"floating_network_id", false,
     [](const Json& v, FloatingIpDraft& d) -> Result<void> {
       TRY(const auto id, read_text("floating_network_id", v));
       d.floating_network_id = domain::NetworkId(id);
       return {};
     }},
    {"subnet_id", false,
     [](const Json& v, FloatingIpDraft& d) {
       return assign(d.subnet_id, read_optional_id<domain::SubnetId>("subnet_id", v));
     }},
    {"floating_ip_address", false,
     [](const Json& v, FloatingIpDraft& d) {
       return assign(d.floating_ip_address,
                     read_value<std::optional<domain::IpAddress>>("floating_ip_address", v));
     }},
    {"port_id", false,
     [](const Json& v, FloatingIpDraft& d) {
       return assign(d.port_id, read_optional_id<domain::PortId>("port_id", v));
     }},
    {"fixed_ip_address", false,
     [](const Json& v, FloatingIpDraft& d) {
       return assign(d.fixed_ip_address, read_value<std::optional<domain::IpAddress>>("fixed_ip_address", v));
     }},
    {"description", false,
     [](const Json& v, FloatingIpDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"qos_policy_id", false, [](const Json& v, FloatingIpDraft&) { return must_be_unset("qos_policy_id", v); }},
    {"dns_name", false, [](const Json& v, FloatingIpDraft&) { return must_be_unset("dns_name", v); }},
    {"dns_domain", false, [](const Json& v, FloatingIpDraft&) { return must_be_unset("dns_domain", v); }},
};

constexpr Attribute<FloatingIpChange> change_table[] = {
    {"port_id", false,
     [](const Json& v, FloatingIpChange& c) {
       return assign(c.port_id, read_optional_id<domain::PortId>("port_id", v));
     }},
    {"fixed_ip_address", false,
     [](const Json& v, FloatingIpChange& c) {
       return assign(c.fixed_ip_address, read_value<std::optional<domain::IpAddress>>("fixed_ip_address", v));
     }},
    {"description", false,
     [](const Json& v, FloatingIpChange& c) { return assign(c.description, read_text("description", v)); }},
    {"qos_policy_id", false, [](const Json& v, FloatingIpChange&) { return must_be_unset("qos_policy_id", v); }},
};

domain::FloatingIpId id_of(const Call& call) { return domain::FloatingIpId(call.param("id")); }

Result<Reply> list_floating_ips(NeutronApi& api, Call& call) {
  TRY(const auto found, api.floating_ips->list_floating_ips(call.caller, narrow_of(call)));
  JsonArray views;
  for (const auto& details : found) views.push_back(floating_ip_view(details));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_floating_ip(NeutronApi& api, Call& call) {
  TRY(const auto found, api.floating_ips->get_floating_ip(call.caller, id_of(call)));
  return Reply::json(JsonObject{{"floatingip", with_fields(call, floating_ip_view(found))}});
}

Result<Reply> create_floating_ips(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "floatingip", "floatingips"));
  std::vector<FloatingIpDraft> drafts;
  for (const JsonObject* object : body.items) {
    TRY_VOID(require(*object, "floating_network_id"));
    FloatingIpDraft draft;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<FloatingIpDraft>(call, *object, create_table, read_only, draft));
    drafts.push_back(std::move(draft));
  }
  TRY(const auto made, api.floating_ips->create_floating_ips(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{"floatingip", floating_ip_view(made.front())}});
  JsonArray views;
  for (const auto& details : made) views.push_back(floating_ip_view(details));
  return Reply::json(JsonObject{{"floatingips", std::move(views)}});
}

Result<Reply> update_floating_ip(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "floatingip"));
  FloatingIpChange change;
  TRY_VOID(read_attributes<FloatingIpChange>(call, *object, change_table, read_only, change));
  TRY(const auto revision, if_match(call));
  TRY(const auto now, api.floating_ips->update_floating_ip(call.caller, id_of(call), change, revision));
  return Reply::json(JsonObject{{"floatingip", floating_ip_view(now)}});
}

Result<Reply> delete_floating_ip(NeutronApi& api, Call& call) {
  TRY_VOID(api.floating_ips->delete_floating_ip(call.caller, id_of(call)));
  return Reply::empty();
}

constexpr Route<NeutronApi> central_routes[] = {
    {"GET", "/v2.0/floatingips", Access::any_token, "get_floatingips", 200, &list_floating_ips, BodyKind::none},
    {"GET", "/v2.0/floatingips/{id}", Access::any_token, "get_floatingip", 200, &show_floating_ip, BodyKind::none},
    {"POST", "/v2.0/floatingips", Access::project, "create_floatingip", 201, &create_floating_ips},
    {"PUT", "/v2.0/floatingips/{id}", Access::project, "update_floatingip", 200, &update_floating_ip},
    {"DELETE", "/v2.0/floatingips/{id}", Access::project, "delete_floatingip", 204, &delete_floating_ip,
     BodyKind::none},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"GET", "/v2.0/floatingips", Access::any_token, "get_floatingips", 200, &forward_to_centre, BodyKind::none},
    {"GET", "/v2.0/floatingips/{id}", Access::any_token, "get_floatingip", 200, &forward_to_centre, BodyKind::none},
    {"POST", "/v2.0/floatingips", Access::project, "create_floatingip", 201, &forward_to_centre},
    {"PUT", "/v2.0/floatingips/{id}", Access::project, "update_floatingip", 200, &forward_to_centre},
    {"DELETE", "/v2.0/floatingips/{id}", Access::project, "delete_floatingip", 204, &forward_to_centre,
     BodyKind::none},
};
static_assert(routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_floating_ip_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  if (api.floating_ips != nullptr) {
    bind_routes(into, central_routes, api);
  } else if (api.forwarder != nullptr) {
    bind_routes(into, region_routes, api);
  }
}

ResourceDoc floating_ip_doc() {
  return make_doc("floatingips", create_table, change_table, read_only, filters, floating_ip_view({}), true);
}

}  // namespace causeway::api
