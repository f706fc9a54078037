#include "causeway/api/neutron/attributes.hpp"
#include "causeway/api/neutron/listing.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

using boundary::SubnetChange;
using boundary::SubnetDraft;

constexpr std::string_view read_only[] = {"id", "network_id", "cidr", "ip_version", "tags", "revision_number", "created_at", "updated_at",
                                          "subnetpool_id", "ipv6_ra_mode", "ipv6_address_mode", "segment_id"};
constexpr std::string_view filters[] = {"id", "name", "network_id", "ip_version", "cidr", "gateway_ip", "enable_dhcp", "description", "tenant_id",
                                        "project_id", "revision_number", "subnetpool_id", "ipv6_ra_mode", "ipv6_address_mode", "created_at",
                                        "updated_at"};
constexpr ListRules rules{"subnets", filters};

Result<std::optional<domain::IpAddress>> read_gateway(const Json& value) {
  if (value.is_null()) return std::optional<domain::IpAddress>();
  TRY(const auto address, read_value<domain::IpAddress>("gateway_ip", value));
  return std::optional(address);
}

/// OpenStack clients send "" or null for "no pools given".
Result<std::optional<std::vector<domain::AddressRange>>> read_pools(const Json& value) {
  if (value.is_null() || (value.is_string() && value.get_string().empty())) return std::optional<std::vector<domain::AddressRange>>();
  TRY(auto pools, read_value<std::vector<domain::AddressRange>>("allocation_pools", value));
  return std::optional(std::move(pools));
}

template <class T>
Result<std::vector<T>> read_list_or_null(std::string_view name, const Json& value) {
  if (value.is_null()) return std::vector<T>();
  return read_value<std::vector<T>>(name, value);
}

Result<std::optional<domain::SubnetPoolId>> read_pool(const Json& value) {
  if (value.is_null()) return std::optional<domain::SubnetPoolId>();
  TRY(const auto id, read_text("subnetpool_id", value));
  return std::optional(domain::SubnetPoolId(id));
}

Result<std::optional<std::string>> read_ipv6_mode(std::string_view name, const Json& value) {
  if (value.is_null()) return std::optional<std::string>();
  TRY(const auto mode, read_text(name, value));
  if (mode != "slaac" && mode != "dhcpv6-stateful" && mode != "dhcpv6-stateless") {
    return failed(invalid_input(name, fmt::format("'{}' is not in ['dhcpv6-stateful', 'dhcpv6-stateless', 'slaac'].", mode)));
  }
  return std::optional(mode);
}

Result<void> must_be_null(std::string_view name, const Json& value) {
  if (value.is_null()) return {};
  return failed(invalid_input(name, "this is not supported by this version; leave it out."));
}

constexpr Attribute<SubnetDraft> create_table[] = {
    {"network_id", false,
     [](const Json& v, SubnetDraft& d) -> Result<void> {
       TRY(const auto id, read_text("network_id", v));
       d.network_id = domain::NetworkId(id);
       return {};
     }},
    {"name", false, [](const Json& v, SubnetDraft& d) { return assign(d.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, SubnetDraft& d) { return assign(d.description, read_text("description", v)); }},
    {"ip_version", false,
     [](const Json& v, SubnetDraft& d) { return assign(d.ip_version, read_ip_version(v)); }},
    {"cidr", false,
     [](const Json& v, SubnetDraft& d) -> Result<void> {
       if (v.is_null()) return {};
       TRY(const auto text, read_text("cidr", v));
       auto cidr = domain::Cidr::parse(text);
       if (!cidr) return failed(invalid_input("cidr", cidr.error().message));
       d.cidr = *cidr;
       d.cidr_given = true;
       return {};
     }},
    {"gateway_ip", false,
     [](const Json& v, SubnetDraft& d) -> Result<void> {
       TRY(const auto gateway, read_gateway(v));
       d.gateway_ip = gateway;
       return {};
     }},
    {"allocation_pools", false, [](const Json& v, SubnetDraft& d) { return assign(d.allocation_pools, read_pools(v)); }},
    {"dns_nameservers", false,
     [](const Json& v, SubnetDraft& d) { return assign(d.dns_nameservers, read_list_or_null<domain::IpAddress>("dns_nameservers", v)); }},
    {"host_routes", false,
     [](const Json& v, SubnetDraft& d) { return assign(d.host_routes, read_list_or_null<domain::HostRoute>("host_routes", v)); }},
    {"enable_dhcp", false, [](const Json& v, SubnetDraft& d) { return assign(d.enable_dhcp, read_bool("enable_dhcp", v)); }},
    {"subnetpool_id", false, [](const Json& v, SubnetDraft& d) { return assign(d.subnetpool_id, read_pool(v)); }},
    {"use_default_subnetpool", false,
     [](const Json& v, SubnetDraft& d) { return assign(d.use_default_subnetpool, read_bool("use_default_subnetpool", v)); }},
    {"prefixlen", false,
     [](const Json& v, SubnetDraft& d) -> Result<void> {
       if (v.is_null()) return {};
       TRY(const auto length, read_integer("prefixlen", v, 0, 128));
       d.prefixlen = int(length);
       return {};
     }},
    {"ipv6_ra_mode", false, [](const Json& v, SubnetDraft& d) { return assign(d.ipv6_ra_mode, read_ipv6_mode("ipv6_ra_mode", v)); }},
    {"ipv6_address_mode", false, [](const Json& v, SubnetDraft& d) { return assign(d.ipv6_address_mode, read_ipv6_mode("ipv6_address_mode", v)); }},
    {"service_types", false, [](const Json& v, SubnetDraft& d) { return assign(d.service_types, read_texts("service_types", v)); }},
    {"segment_id", false, [](const Json& v, SubnetDraft&) { return must_be_null("segment_id", v); }},
};

constexpr Attribute<SubnetChange> change_table[] = {
    {"name", false, [](const Json& v, SubnetChange& c) { return assign(c.name, read_text("name", v)); }},
    {"description", false, [](const Json& v, SubnetChange& c) { return assign(c.description, read_text("description", v)); }},
    {"gateway_ip", false,
     [](const Json& v, SubnetChange& c) -> Result<void> {
       TRY(const auto gateway, read_gateway(v));
       c.gateway_ip = gateway;
       return {};
     }},
    {"allocation_pools", false, [](const Json& v, SubnetChange& c) { return assign(c.allocation_pools, read_pools(v)); }},
    {"dns_nameservers", false,
     [](const Json& v, SubnetChange& c) { return assign(c.dns_nameservers, read_list_or_null<domain::IpAddress>("dns_nameservers", v)); }},
    {"host_routes", false,
     [](const Json& v, SubnetChange& c) { return assign(c.host_routes, read_list_or_null<domain::HostRoute>("host_routes", v)); }},
    {"enable_dhcp", false, [](const Json& v, SubnetChange& c) { return assign(c.enable_dhcp, read_bool("enable_dhcp", v)); }},
    {"service_types", false, [](const Json& v, SubnetChange& c) { return assign(c.service_types, read_texts("service_types", v)); }},
};

Result<Reply> list_subnets(NeutronApi& api, Call& call) {
  TRY(const auto subnets, api.network.list_subnets(call.caller, narrow_of(call)));
  JsonArray views;
  for (const auto& subnet : subnets) views.push_back(subnet_view(subnet));
  return list_reply(call, rules, std::move(views));
}

Result<Reply> show_subnet(NeutronApi& api, Call& call) {
  TRY(const auto subnet, api.network.get_subnet(call.caller, domain::SubnetId(call.param("id"))));
  return Reply::json(JsonObject{{"subnet", with_fields(call, subnet_view(subnet))}});
}

Result<Reply> create_subnet(NeutronApi& api, Call& call) {
  TRY(const auto body, posted(call, "subnet", "subnets"));
  std::vector<SubnetDraft> drafts;
  for (const JsonObject* object : body.items) {
    for (const char* name : {"network_id", "ip_version"}) TRY_VOID(require(*object, name));
    SubnetDraft draft;
    draft.cidr_given = false;
    TRY(draft.project_id, project_of(call, *object));
    TRY_VOID(read_attributes<SubnetDraft>(call, *object, create_table, read_only, draft));
    drafts.push_back(std::move(draft));
  }
  TRY(const auto made, api.central->create_subnets(call.caller, drafts));
  if (!body.bulk) return Reply::json(JsonObject{{"subnet", subnet_view(made.front())}});
  JsonArray views;
  for (const auto& subnet : made) views.push_back(subnet_view(subnet));
  return Reply::json(JsonObject{{"subnets", std::move(views)}});
}

Result<Reply> update_subnet(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "subnet"));
  SubnetChange change;
  TRY_VOID(read_attributes<SubnetChange>(call, *object, change_table, read_only, change));
  TRY(const auto revision, if_match(call));
  TRY(const auto subnet, api.central->update_subnet(call.caller, domain::SubnetId(call.param("id")), change, revision));
  return Reply::json(JsonObject{{"subnet", subnet_view(subnet)}});
}

Result<Reply> delete_subnet(NeutronApi& api, Call& call) {
  const domain::SubnetId id(call.param("id"));
  if (call.request.headers.find("If-Match")) {
    TRY(const auto subnet, api.network.get_subnet(call.caller, id));
    TRY_VOID(expect_revision(call, subnet.revision_number));
  }
  TRY_VOID(api.central->delete_subnet(call.caller, id));
  return Reply::empty();
}

constexpr Route<NeutronApi> read_routes[] = {
    {"GET", "/v2.0/subnets", Access::any_token, "get_subnets", 200, &list_subnets, BodyKind::none},
    {"GET", "/v2.0/subnets/{id}", Access::any_token, "get_subnet", 200, &show_subnet, BodyKind::none},
};
constexpr Route<NeutronApi> central_routes[] = {
    {"POST", "/v2.0/subnets", Access::project, "create_subnet", 201, &create_subnet},
    {"PUT", "/v2.0/subnets/{id}", Access::project, "update_subnet", 200, &update_subnet},
    {"DELETE", "/v2.0/subnets/{id}", Access::project, "delete_subnet", 204, &delete_subnet, BodyKind::none},
};
constexpr Route<NeutronApi> region_routes[] = {
    {"POST", "/v2.0/subnets", Access::project, "create_subnet", 201, &forward_to_centre},
    {"PUT", "/v2.0/subnets/{id}", Access::project, "update_subnet", 200, &forward_to_centre},
    {"DELETE", "/v2.0/subnets/{id}", Access::project, "delete_subnet", 204, &forward_to_centre, BodyKind::none},
};
static_assert(routes_ok(read_routes) && routes_ok(central_routes) && routes_ok(region_routes));

}  // namespace

void add_subnet_routes(std::vector<BoundRoute>& into, NeutronApi& api) {
  bind_routes(into, read_routes, api);
  if (api.central != nullptr) {
    bind_routes(into, central_routes, api);
  } else {
    bind_routes(into, region_routes, api);
  }
}

ResourceDoc subnet_doc() { return make_doc("subnets", create_table, change_table, read_only, filters, subnet_view({}), true); }

}  // namespace causeway::api
