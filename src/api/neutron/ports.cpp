#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/trunks/trunk_views.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::PortChange;
using boundary::PortDraft;

constexpr std::size_t max_groups = 64;

constexpr std::string_view read_only[] = {"id", "network_id", "status", "tags", "revision_number", "created_at", "updated_at",
                                          "binding:vif_type", "binding:vif_details", "region", "trunk_details"};
constexpr std::string_view filters[] = {"id", "name", "network_id", "device_id", "device_owner", "mac_address", "status", "admin_state_up",
                                        "fixed_ips", "security_groups", "binding:host_id", "binding:vnic_type", "binding:vif_type", "description",
                                        "tenant_id", "project_id", "revision_number", "port_security_enabled", "qos_policy_id", "dns_name", "region", "created_at", "updated_at"};
constexpr ListRules rules{"ports", filters};

Result<std::vector<domain::SecurityGroupId>> read_groups(const Json& value) {
  TRY(const auto ids, read_texts("security_groups", value));
  if (ids.size() > max_groups) return failed(invalid_input("security_groups", fmt::format("more than {} groups.", max_groups)));
  std::vector<domain::SecurityGroupId> out;
  for (const auto& id : ids) out.emplace_back(id);
  return out;
}

/// "10.0.0.9" or "10.0.0.0/24"; a MAC of its own or the port's.
Result<std::vector<domain::AddressPair>> read_pairs(const Json& value) {
  constexpr std::string_view name = "allowed_address_pairs";
  std::vector<domain::AddressPair> out;
  if (value.is_null()) return out;
  if (!value.is_array()) return failed(invalid_input(name, "it is not a list."));
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return failed(invalid_input(name, "it is not a list of objects."));
    domain::AddressPair pair;
    const Json* address = member(item, "ip_address");
    if (address == nullptr) return failed(fail(Code::invalid, "port.pair_without_address", "AddressPair must contain ip_address").at(std::string(name)));
    TRY(const auto text, read_text("allowed_address_pairs.ip_address", *address));
    if (const auto single = domain::IpAddress::parse(text)) {
      pair.ip_address = domain::Cidr(*single, single->bits());
    } else {
      TRY(pair.ip_address, domain::Cidr::parse_loose(text));
    }
    for (const auto& [key, part] : item.get_object()) {
      if (key == "mac_address") {
        TRY(pair.mac_address, read_value<std::optional<domain::Mac>>("allowed_address_pairs.mac_address", part));
      } else if (key != "ip_address") {
        return failed(invalid_input(name, fmt::format("unknown key '{}'.", std::string_view(key))));
      }
    }
    out.push_back(pair);
  }
  return out;
}

Result<Json> read_profile(const Json& value) {
  if (value.is_null()) return Json(JsonObject());
  if (!value.is_object()) return failed(invalid_input("binding:profile", "it is not an object."));
  if (to_text(value).size() > 4095) return failed(invalid_input("binding:profile", "it exceeds the maximum length of 4095."));
  return value;
}

constexpr std::size_t max_dhcp_options = 20;

/// [{"opt_name": ..., "opt_value": ..., "ip_version": 4}], kept as it comes; a value of null takes an option away.
Result<Json> read_dhcp_options(const Json& value) {
  constexpr std::string_view name = "extra_dhcp_opts";
  if (value.is_null()) return Json(JsonArray());
  if (!value.is_array()) return failed(invalid_input(name, "it is not a list."));
  if (value.get_array().size() > max_dhcp_options) return failed(invalid_input(name, fmt::format("more than {} options.", max_dhcp_options)));
  JsonArray out;
  for (const auto& item : value.get_array()) {
    if (!item.is_object()) return failed(invalid_input(name, "each must be an object with opt_name and opt_value."));
    const JsonObject& option = item.get_object();
    for (const auto& [key, part] : option) {
      if (key != "opt_name" && key != "opt_value" && key != "ip_version") return failed(invalid_input(name, fmt::format("unknown key '{}'.", std::string_view(key))));
    }
    const Json* label = option.if_contains("opt_name");
    if (label == nullptr) return failed(invalid_input(name, "opt_name is required."));
    TRY(const auto text, read_text("opt_name", *label, 64));
    if (text.empty()) return failed(invalid_input(name, "opt_name is empty."));
    const Json* wanted = option.if_contains("opt_value");
    if (wanted == nullptr || wanted->is_null()) continue;
    TRY(const auto content, read_text("opt_value", *wanted));
    int version = 4;
    if (const Json* given = option.if_contains("ip_version"); given != nullptr) {
      TRY(version, read_ip_version(*given));
    }
    out.push_back(JsonObject{{"opt_name", text}, {"opt_value", content}, {"ip_version", version}});
  }
  return Json(std::move(out));
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
    {"allowed_address_pairs", false, [](const Json& v, PortDraft& d) { return assign(d.allowed_address_pairs, read_pairs(v)); }},
    {"extra_dhcp_opts", false, [](const Json& v, PortDraft& d) { return assign(d.extra_dhcp_opts, read_dhcp_options(v)); }},
    {"qos_policy_id", false, [](const Json& v, PortDraft& d) { return assign(d.qos_policy_id, read_policy_id(v)); }},
    {"dns_name", false, [](const Json& v, PortDraft& d) { return assign(d.dns_name, read_text("dns_name", v)); }},
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
    {"allowed_address_pairs", false, [](const Json& v, PortChange& c) { return assign(c.allowed_address_pairs, read_pairs(v)); }},
    {"extra_dhcp_opts", false, [](const Json& v, PortChange& c) { return assign(c.extra_dhcp_opts, read_dhcp_options(v)); }},
    {"qos_policy_id", false, [](const Json& v, PortChange& c) { return assign(c.qos_policy_id, read_policy_id(v)); }},
    {"dns_name", false, [](const Json& v, PortChange& c) { return assign(c.dns_name, read_text("dns_name", v)); }},
};

/// With their trunks, where they are parents.
Result<JsonArray> port_views(NeutronApi& api, const Call& call, const std::vector<domain::Port>& ports) {
  TRY(auto trunks, trunk_views(api, ports));
  JsonArray views;
  for (const auto& port : ports) {
    auto view = port_view(call.caller, port);
    if (auto trunk = trunks.extract(port.id)) view["trunk_details"] = std::move(trunk.mapped());
    views.push_back(std::move(view));
  }
  return views;
}

Result<JsonObject> one_view(NeutronApi& api, const Call& call, const domain::Port& port) {
  TRY(auto views, port_views(api, call, {port}));
  return std::move(views.front().get_object());
}

Result<Reply> list_ports(NeutronApi& api, Call& call) {
  TRY(const auto ports, api.network.list_ports(call.caller, narrow_of(call)));
  TRY(auto views, port_views(api, call, ports));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_port(NeutronApi& api, Call& call) {
  TRY(const auto port, api.network.get_port(call.caller, domain::PortId(call.param("id"))));
  TRY(auto view, one_view(api, call, port));
  return Reply::json(JsonObject{{"port", with_fields(call, std::move(view))}});
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
  TRY(auto view, one_view(api, call, port));
  return Reply::json(JsonObject{{"port", std::move(view)}});
}

Result<Reply> delete_port(NeutronApi& api, Call& call) {
  const domain::PortId id(call.param("id"));
  if (call.request.headers.find("If-Match")) {
    TRY(const auto port, api.network.get_port(call.caller, id));
    TRY_VOID(expect_revision(call, port.revision_number));
  }
  TRY_VOID(api.network.delete_port(call.caller, id));
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

ResourceDoc port_doc() {
  return make_doc("ports", create_table, change_table, read_only, filters, port_view(somebody_who_sees_all(), {}), true);
}

}  // namespace causeway::api
