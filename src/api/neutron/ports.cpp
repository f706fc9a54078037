#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::PortChange;
using boundary::PortDraft;

constexpr std::size_t max_groups = 64;

constexpr std::string_view read_only[] = {"id", "network_id", "status", "tags", "revision_number", "created_at", "updated_at",
                                          "binding:vif_type", "binding:vif_details", "region"};
constexpr std::string_view filters[] = {"id", "name", "network_id", "device_id", "device_owner", "mac_address", "status", "admin_state_up",
                                        "fixed_ips", "security_groups", "binding:host_id", "binding:vnic_type", "binding:vif_type", "description",
                                        "tenant_id", "project_id", "revision_number", "port_security_enabled", "region", "created_at", "updated_at"};
constexpr ListRules rules{"ports", filters};

Result<std::vector<domain::SecurityGroupId>> read_groups(const Json& value) {
  TRY(const auto ids, read_texts("security_groups", value));
  if (ids.size() > max_groups) return failed(invalid_input("security_groups", fmt::format("more than {} groups.", max_groups)));
  std::vector<domain::SecurityGroupId> out;
  for (const auto& id : ids) out.emplace_back(id);
  return out;
}

Result<Json> read_profile(const Json& value) {
  if (value.is_null()) return Json(JsonObject());
  if (!value.is_object()) return failed(invalid_input("binding:profile", "it is not an object."));
  if (to_text(value).size() > 4095) return failed(invalid_input("binding:profile", "it exceeds the maximum length of 4095."));
  return value;
}

Result<void> must_be_empty(std::string_view name, const Json& value) {
  const bool empty = value.is_null() || (value.is_array() && value.get_array().empty()) || (value.is_string() && value.get_string().empty());
  if (empty) return {};
  return failed(invalid_input(name, "this is not supported by this version; leave it out."));
}

Result<std::string> read_vnic_type(const Json& value) {
  TRY(auto type, read_text("binding:vnic_type", value));
  if (type != "normal") return failed(invalid_input("binding:vnic_type", "only 'normal' is supported."));
  return type;
}

constexpr Attribute<PortDraft> create_table[] = {
    {"network_id", false,
     [](const Json& v, PortDraft& d) -> Result<void> {
       TRY(const auto id, read_text("network_id", v));
       d.network_id = domain::NetworkId(id);
       return {};
     }},
    {"name", false, [](const Json& v, PortDraft& d) { return assign(d.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, PortDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"admin_state_up", false, [](const Json& v, PortDraft& d) { return assign(d.admin_state_up, read_bool("admin_state_up", v)); }},
    {"mac_address", false, [](const Json& v, PortDraft& d) { return assign(d.mac_address, read_value<std::optional<domain::Mac>>("mac_address", v)); }},
    {"fixed_ips", false,
     [](const Json& v, PortDraft& d) -> Result<void> {
       TRY(d.fixed_ips, read_fixed_ip_wishes("fixed_ips", v));
       return {};
     }},
    {"device_id", false, [](const Json& v, PortDraft& d) { return assign(d.device_id, read_text("device_id", v)); }},
    {"device_owner", false, [](const Json& v, PortDraft& d) { return assign(d.device_owner, read_text("device_owner", v)); }},
    {"security_groups", false,
     [](const Json& v, PortDraft& d) -> Result<void> {
       TRY(d.security_groups, read_groups(v));
       return {};
     }},
    {"port_security_enabled", false,
     [](const Json& v, PortDraft& d) { return assign(d.port_security_enabled, read_bool("port_security_enabled", v)); }},
    {"binding:host_id", true,
     [](const Json& v, PortDraft& d) -> Result<void> {
       TRY(const auto host, read_text("binding:host_id", v));
       d.host = domain::HostName(host);
       return {};
     }},
    {"binding:profile", true, [](const Json& v, PortDraft& d) { return assign(d.binding_profile, read_profile(v)); }},
    {"binding:vnic_type", false,
     [](const Json& v, PortDraft& d) { return assign(d.vnic_type, read_vnic_type(v)); }},
    {"tags", false, [](const Json& v, PortDraft& d) { return assign(d.tags, read_texts("tags", v)); }},
    {"allowed_address_pairs", false, [](const Json& v, PortDraft&) { return must_be_empty("allowed_address_pairs", v); }},
    {"extra_dhcp_opts", false, [](const Json& v, PortDraft&) { return must_be_empty("extra_dhcp_opts", v); }},
    {"qos_policy_id", false, [](const Json& v, PortDraft&) { return must_be_empty("qos_policy_id", v); }},
    {"dns_name", false, [](const Json& v, PortDraft&) { return must_be_empty("dns_name", v); }},
};

constexpr Attribute<PortChange> change_table[] = {
    {"name", false, [](const Json& v, PortChange& c) { return assign(c.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, PortChange& c) { return assign(c.description, read_text("description", v)); }},
    {"admin_state_up", false, [](const Json& v, PortChange& c) { return assign(c.admin_state_up, read_bool("admin_state_up", v)); }},
    {"mac_address", true, [](const Json& v, PortChange& c) { return assign(c.mac_address, read_value<domain::Mac>("mac_address", v)); }},
    {"fixed_ips", false,
     [](const Json& v, PortChange& c) -> Result<void> {
       TRY(c.fixed_ips, read_fixed_ip_wishes("fixed_ips", v));
       return {};
     }},
    {"device_id", false, [](const Json& v, PortChange& c) { return assign(c.device_id, read_text("device_id", v)); }},
    {"device_owner", false, [](const Json& v, PortChange& c) { return assign(c.device_owner, read_text("device_owner", v)); }},
    {"security_groups", false,
     [](const Json& v, PortChange& c) -> Result<void> {
       TRY(c.security_groups, read_groups(v));
       return {};
     }},
    {"port_security_enabled", false,
     [](const Json& v, PortChange& c) { return assign(c.port_security_enabled, read_bool("port_security_enabled", v)); }},
    {"binding:host_id", true,
     [](const Json& v, PortChange& c) -> Result<void> {
       const Json text = v.is_null() ? Json("") : v;
       TRY(const auto host, read_text("binding:host_id", text));
       c.host = domain::HostName(host);
       return {};
     }},
    {"binding:profile", true, [](const Json& v, PortChange& c) { return assign(c.binding_profile, read_profile(v)); }},
    {"binding:vnic_type", false, [](const Json& v, PortChange& c) { return assign(c.vnic_type, read_vnic_type(v)); }},
    {"allowed_address_pairs", false, [](const Json& v, PortChange&) { return must_be_empty("allowed_address_pairs", v); }},
    {"extra_dhcp_opts", false, [](const Json& v, PortChange&) { return must_be_empty("extra_dhcp_opts", v); }},
    {"qos_policy_id", false, [](const Json& v, PortChange&) { return must_be_empty("qos_policy_id", v); }},
    {"dns_name", false, [](const Json& v, PortChange&) { return must_be_empty("dns_name", v); }},
};

Result<Reply> list_ports(NeutronApi& api, Call& call) {
  TRY(const auto ports, api.network.list_ports(call.caller, narrow_of(call)));
  JsonArray views;
  for (const auto& port : ports) views.push_back(port_view(call.caller, port));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_port(NeutronApi& api, Call& call) {
  TRY(const auto port, api.network.get_port(call.caller, domain::PortId(call.param("id"))));
  return Reply::json(JsonObject{{"port", with_fields(call, port_view(call.caller, port))}});
}

Result<Reply> create_port(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "port", "ports"));
  std::vector<PortDraft> drafts;
  for (const JsonObject* object : body.items) {
    TRY_VOID(require(*object, "network_id"));
    PortDraft draft;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<PortDraft>(call, *object, create_table, read_only, draft));
    drafts.push_back(std::move(draft));
  }
  TRY(const auto made, api.network.create_ports(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{"port", port_view(call.caller, made.front())}});
  JsonArray views;
  for (const auto& port : made) views.push_back(port_view(call.caller, port));
  return Reply::json(JsonObject{{"ports", std::move(views)}});
}

Result<Reply> update_port(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "port"));
  PortChange change;
  TRY_VOID(read_attributes<PortChange>(call, *object, change_table, read_only, change));
  TRY(const auto revision, if_match(call));
  TRY(const auto port, api.network.update_port(call.caller, domain::PortId(call.param("id")), change, revision));
  return Reply::json(JsonObject{{"port", port_view(call.caller, port)}});
}

Result<Reply> delete_port(NeutronApi& api, Call& call) {
  TRY_VOID(api.network.delete_port(call.caller, domain::PortId(call.param("id"))));
  return Reply::empty();
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/ports", Access::any_token, "get_ports", 200, &list_ports, BodyKind::none},
    {"GET", "/v2.0/ports/{id}", Access::any_token, "get_port", 200, &show_port, BodyKind::none},
    {"POST", "/v2.0/ports", Access::project, "create_port", 201, &create_port},
    {"PUT", "/v2.0/ports/{id}", Access::project, "update_port", 200, &update_port},
    {"DELETE", "/v2.0/ports/{id}", Access::project, "delete_port", 204, &delete_port, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_port_routes(std::vector<BoundRoute>& into, NeutronApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
