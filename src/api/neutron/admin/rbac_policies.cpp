#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

using domain::RbacPolicy;

struct Rbac {
  using Value = RbacPolicy;
  static constexpr const char* one = "rbac_policy";
  static constexpr const char* many = "rbac_policies";
  static constexpr Attribute<Value> on_create[] = {
      {"object_type", false, [](const Json& v, Value& d) { return assign(d.object_type, read_text("object_type", v)); }},
      {"object_id", false, [](const Json& v, Value& d) { return assign(d.object_id, read_text("object_id", v)); }},
      {"action", false, [](const Json& v, Value& d) { return assign(d.action, read_text("action", v)); }},
      {"target_tenant", false, [](const Json& v, Value& d) { return assign(d.target_tenant, read_text("target_tenant", v)); }},
  };
  static constexpr Attribute<Value> on_update[] = {
      {"target_tenant", false, [](const Json& v, Value& d) { return assign(d.target_tenant, read_text("target_tenant", v)); }},
  };
  static constexpr std::string_view read_only[] = {"id", "object_type", "object_id", "action"};
  static constexpr std::string_view filters[] = {"id", "object_type", "object_id", "action", "target_tenant", "tenant_id", "project_id"};
  static constexpr std::string_view required[] = {"object_type", "object_id", "action", "target_tenant"};
  static constexpr Tags tags = Tags::absent;
  static boundary::ResourceService<Value>& service(NeutronApi& api) { return api.resources->rbac_policies; }
  static JsonObject view(const domain::Caller&, const Value& policy) {
    JsonObject view{{"id", policy.id.str()},
                    {"object_type", policy.object_type},
                    {"object_id", policy.object_id},
                    {"action", policy.action},
                    {"target_tenant", policy.target_tenant}};
    add_owner(view, policy);
    return view;
  }
};

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/rbac-policies", Access::any_token, "get_rbac_policies", 200, &list_all<Rbac>, BodyKind::none},
    {"GET", "/v2.0/rbac-policies/{id}", Access::any_token, "get_rbac_policy", 200, &show_one<Rbac>, BodyKind::none},
    {"POST", "/v2.0/rbac-policies", Access::project, "create_rbac_policy", 201, &create_some<Rbac>},
    {"PUT", "/v2.0/rbac-policies/{id}", Access::project, "update_rbac_policy", 200, &update_one<Rbac>},
    {"DELETE", "/v2.0/rbac-policies/{id}", Access::project, "delete_rbac_policy", 204, &remove_one<Rbac>, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_rbac_policy_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }
ResourceDoc rbac_policy_doc() { return doc_of<Rbac>("rbac-policies"); }

}  // namespace causeway::api
