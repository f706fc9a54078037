#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::NetworkChange;
using boundary::NetworkDraft;

constexpr std::int64_t min_mtu = 68;      // RFC 791
constexpr std::int64_t max_mtu = 65535;
constexpr std::int64_t max_vni = 16777215;  // RFC 7348: 24 bits

constexpr std::string_view read_only[] = {"id", "status", "subnets", "tags", "revision_number", "created_at", "updated_at", "availability_zones",
                                          "ipv4_address_scope", "ipv6_address_scope", "provider:network_type", "provider:physical_network",
                                          "provider:segmentation_id", "availability_zone_hints"};
constexpr std::string_view filters[] = {"id", "name", "admin_state_up", "status", "mtu", "shared", "router:external", "description", "tenant_id",
                                        "project_id", "revision_number", "provider:network_type", "provider:physical_network",
                                        "provider:segmentation_id", "port_security_enabled", "qos_policy_id", "dns_domain",
                                        "availability_zone_hints", "is_default", "created_at", "updated_at"};
constexpr ListRules rules{"networks", filters};

Result<std::string> read_network_type(const Json& value) {
  TRY(auto type, read_text("provider:network_type", value));
  for (const std::string_view known : {"vxlan", "flat", "vlan"}) {
    if (type == known) return type;
  }
  return failed(invalid_input("provider:network_type", "only 'vxlan', 'flat' and 'vlan' are supported here."));
}

constexpr Attribute<NetworkDraft> create_table[] = {
    {"name", false, [](const Json& v, NetworkDraft& d) { return assign(d.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, NetworkDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"admin_state_up", false, [](const Json& v, NetworkDraft& d) { return assign(d.admin_state_up, read_bool("admin_state_up", v)); }},
    {"shared", false, [](const Json& v, NetworkDraft& d) { return assign(d.shared, read_bool("shared", v)); }},
    {"port_security_enabled", false,
     [](const Json& v, NetworkDraft& d) { return assign(d.port_security_enabled, read_bool("port_security_enabled", v)); }},
    {"availability_zone_hints", false,
     [](const Json& v, NetworkDraft& d) { return assign(d.availability_zone_hints, read_texts("availability_zone_hints", v)); }},
    {"mtu", false,
     [](const Json& v, NetworkDraft& d) -> Result<void> {
       TRY(const auto mtu, read_integer("mtu", v, min_mtu, max_mtu));
       d.mtu = std::uint32_t(mtu);
       return {};
     }},
    {"qos_policy_id", false, [](const Json& v, NetworkDraft& d) { return assign(d.qos_policy_id, read_policy_id(v)); }},
    {"dns_domain", false, [](const Json& v, NetworkDraft& d) { return assign(d.dns_domain, read_text("dns_domain", v)); }},
    {"router:external", false,
     [](const Json& v, NetworkDraft& d) { return assign(d.external, read_bool("router:external", v)); }},
    {"is_default", false, [](const Json& v, NetworkDraft& d) { return assign(d.is_default, read_bool("is_default", v)); }},
    {"provider:network_type", true, [](const Json& v, NetworkDraft& d) { return assign(d.network_type, read_network_type(v)); }},
    {"provider:physical_network", true,
     [](const Json& v, NetworkDraft& d) { return assign(d.physical_network, read_text("provider:physical_network", v)); }},
    {"provider:segmentation_id", true,
     [](const Json& v, NetworkDraft& d) -> Result<void> {
       TRY(const auto vni, read_integer("provider:segmentation_id", v, 1, max_vni));
       d.vni = std::uint32_t(vni);
       return {};
     }},
};

constexpr Attribute<NetworkChange> change_table[] = {
    {"qos_policy_id", false, [](const Json& v, NetworkChange& c) { return assign(c.qos_policy_id, read_policy_id(v)); }},
    {"dns_domain", false, [](const Json& v, NetworkChange& c) { return assign(c.dns_domain, read_text("dns_domain", v)); }},
    {"router:external", false, [](const Json& v, NetworkChange& c) { return assign(c.external, read_bool("router:external", v)); }},
    {"is_default", false, [](const Json& v, NetworkChange& c) { return assign(c.is_default, read_bool("is_default", v)); }},
    {"name", false, [](const Json& v, NetworkChange& c) { return assign(c.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, NetworkChange& c) { return assign(c.description, read_text("description", v)); }},
    {"admin_state_up", false, [](const Json& v, NetworkChange& c) { return assign(c.admin_state_up, read_bool("admin_state_up", v)); }},
    {"shared", false, [](const Json& v, NetworkChange& c) { return assign(c.shared, read_bool("shared", v)); }},
    {"port_security_enabled", false,
     [](const Json& v, NetworkChange& c) { return assign(c.port_security_enabled, read_bool("port_security_enabled", v)); }},
    {"mtu", false,
     [](const Json& v, NetworkChange& c) -> Result<void> {
       TRY(const auto mtu, read_integer("mtu", v, min_mtu, max_mtu));
       c.mtu = std::uint32_t(mtu);
       return {};
     }},
};

using Details = std::map<domain::NetworkId, boundary::DetailsOfNetwork>;
Result<Details> details_of(NeutronApi& api, const std::vector<domain::Network>& networks) {
  return api.network_details == nullptr ? Result<Details>() : api.network_details->of(networks);
}

Result<JsonObject> view_of(NeutronApi& api, const Call& call, const domain::Network& network) {
  TRY(auto details, details_of(api, {network}));
  return network_view(call.caller, network, details[network.id]);
}

Result<Reply> list_networks(NeutronApi& api, Call& call) {
  TRY(const auto networks, api.network.list_networks(call.caller, narrow_of(call)));
  TRY(auto details, details_of(api, networks));
  JsonArray views;
  for (const auto& network : networks) views.push_back(network_view(call.caller, network, details[network.id]));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_network(NeutronApi& api, Call& call) {
  TRY(const auto network, api.network.get_network(call.caller, domain::NetworkId(call.param("id"))));
  TRY(auto view, view_of(api, call, network));
  return Reply::json(JsonObject{{"network", with_fields(call, std::move(view))}});
}

Result<Reply> create_network(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "network", "networks"));
  std::vector<NetworkDraft> drafts;
  for (const JsonObject* object : body.items) {
    NetworkDraft draft;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<NetworkDraft>(call, *object, create_table, read_only, draft));
    drafts.push_back(std::move(draft));
  }
  TRY(const auto made, api.central->create_networks(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{"network", network_view(call.caller, made.front(), {})}});
  JsonArray views;
  for (const auto& network : made) views.push_back(network_view(call.caller, network, {}));
  return Reply::json(JsonObject{{"networks", std::move(views)}});
}

Result<Reply> update_network(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "network"));
  NetworkChange change;
  TRY_VOID(read_attributes<NetworkChange>(call, *object, change_table, read_only, change));
  TRY(const auto revision, if_match(call));
  TRY(const auto network, api.central->update_network(call.caller, domain::NetworkId(call.param("id")), change, revision));
  TRY(auto view, view_of(api, call, network));
  return Reply::json(JsonObject{{"network", std::move(view)}});
}

Result<Reply> delete_network(NeutronApi& api, Call& call) {
  const domain::NetworkId id(call.param("id"));
  if (call.request.headers.find("If-Match")) {
    TRY(const auto network, api.network.get_network(call.caller, id));
    TRY_VOID(expect_revision(call, network.revision_number));
  }
  TRY_VOID(api.central->delete_network(call.caller, id));
  return Reply::empty();
}

constexpr Route<NeutronApi> read_routes[] = {
    {"GET", "/v2.0/networks", Access::any_token, "get_networks", 200, &list_networks, BodyKind::none},
    {"GET", "/v2.0/networks/{id}", Access::any_token, "get_network", 200, &show_network, BodyKind::none},
};
constexpr Route<NeutronApi> central_routes[] = {
    {"POST", "/v2.0/networks", Access::project, "create_network", 201, &create_network},
    {"PUT", "/v2.0/networks/{id}", Access::project, "update_network", 200, &update_network},
    {"DELETE", "/v2.0/networks/{id}", Access::project, "delete_network", 204, &delete_network, BodyKind::none},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"POST", "/v2.0/networks", Access::project, "create_network", 201, &forward_to_centre},
    {"PUT", "/v2.0/networks/{id}", Access::project, "update_network", 200, &forward_to_centre},
    {"DELETE", "/v2.0/networks/{id}", Access::project, "delete_network", 204, &forward_to_centre, BodyKind::none},
};
static_assert(routes_ok(read_routes) && routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_network_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  bind_routes(into, read_routes, api);
  if (api.central != nullptr) {
    bind_routes(into, central_routes, api);
  } else {
    bind_routes(into, region_routes, api);
  }
}

ResourceDoc network_doc() {
  return make_doc("networks", create_table, change_table, read_only, filters, network_view(somebody_who_sees_all(), {}, {}), true);
}

}  // namespace causeway::api
