#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

using domain::AddressScope;

struct Scopes {
  using Value = AddressScope;
  static constexpr const char* one = "address_scope";
  static constexpr const char* many = "address_scopes";
  static constexpr Attribute<Value> on_create[] = {
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"ip_version", false, [](const Json& v, Value& d) { return assign(d.ip_version, read_ip_version(v)); }},
      {"shared", false, [](const Json& v, Value& d) { return assign(d.shared, read_bool("shared", v)); }},
  };
  static constexpr Attribute<Value> on_update[] = {
      {"name", false, [](const Json& v, Value& d) { return assign(d.name, read_text("name", v)); }},
      {"shared", false, [](const Json& v, Value& d) { return assign(d.shared, read_bool("shared", v)); }},
  };
  static constexpr std::string_view read_only[] = {"id", "ip_version"};
  static constexpr std::string_view filters[] = {"id", "name", "ip_version", "shared", "tenant_id", "project_id"};
  static constexpr std::string_view required[] = {"name", "ip_version"};
  static constexpr Tags tags = Tags::absent;
  static boundary::ResourceService<Value>& service(NeutronApi& api) { return api.resources->address_scopes; }
  static JsonObject view(const domain::Caller& who, const Value& scope) {
    JsonObject view{{"id", scope.id.str()}, {"name", scope.name}, {"ip_version", scope.ip_version}, {"shared", domain::shared_to(scope, who.project_id)}};
    add_owner(view, scope);
    return view;
  }
};

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/address-scopes", Access::any_token, "get_address_scopes", 200, &list_all<Scopes>, BodyKind::none},
    {"GET", "/v2.0/address-scopes/{id}", Access::any_token, "get_address_scope", 200, &show_one<Scopes>, BodyKind::none},
    {"POST", "/v2.0/address-scopes", Access::project, "create_address_scope", 201, &create_some<Scopes>},
    {"PUT", "/v2.0/address-scopes/{id}", Access::project, "update_address_scope", 200, &update_one<Scopes>},
    {"DELETE", "/v2.0/address-scopes/{id}", Access::project, "delete_address_scope", 204, &remove_one<Scopes>, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_address_scope_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc address_scope_doc() { return doc_of<Scopes>("address-scopes"); }

}  // namespace causeway::api
