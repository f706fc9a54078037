#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

using domain::Actor;
using domain::ActorKind;
using domain::RoleId;
using domain::Scope;
using domain::ScopeKind;

RoleId role_of(const Call& call) { return RoleId(call.param("role")); }

/// The path says user or group, and project, domain or system.
Actor actor_of(const Call& call) {
  if (const auto& user = call.param("user"); !user.empty()) return {ActorKind::user, user};
  return {ActorKind::group, call.param("group")};
}
Scope scope_of(const Call& call) {
  if (const auto& project = call.param("project"); !project.empty()) return {ScopeKind::project, project};
  if (const auto& domain = call.param("domain"); !domain.empty()) return {ScopeKind::domain, domain};
  return Scope::whole_system();
}

Result<Reply> list_roles(KeystoneApi& api, Call& call) {
  TRY(const auto roles, api.identity.assignments.list_roles());
  return list_reply(call, "roles", roles);
}

Result<Reply> create_role(KeystoneApi& api, Call& call) {
  TRY(const auto draft, draft_of<services::RoleDraft>(call, "role"));
  TRY(const auto role, api.identity.assignments.create_role(draft));
  return item_reply(call, "role", role);
}

Result<Reply> show_role(KeystoneApi& api, Call& call) {
  TRY(const auto role, api.identity.assignments.get_role(role_of(call)));
  return item_reply(call, "role", role);
}

Result<Reply> update_role(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::RoleDraft>(call, "role"));
  TRY(const auto role, api.identity.assignments.update_role(role_of(call), changes));
  return item_reply(call, "role", role);
}

Result<Reply> delete_role(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.assignments.remove_role(role_of(call)));
  return Reply::empty();
}

Result<Reply> list_grants(KeystoneApi& api, Call& call) {
  TRY(const auto roles, api.identity.assignments.roles_of(actor_of(call), scope_of(call)));
  return list_reply(call, "roles", roles);
}

Result<Reply> create_grant(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.assignments.grant(actor_of(call), scope_of(call), role_of(call)));
  return Reply::empty();
}

Result<Reply> check_grant(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.assignments.check(actor_of(call), scope_of(call), role_of(call)));
  return Reply::empty();
}

Result<Reply> revoke_grant(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.assignments.withdraw(actor_of(call), scope_of(call), role_of(call)));
  return Reply::empty();
}

/// A flag of the query: "?effective" and "?effective=True" set it, "=0" and "=false" do not.
bool flag(const Call& call, std::string_view name) {
  const auto value = call.request.query.find(name);
  return value && *value != "0" && *value != "false" && *value != "False";
}

services::AssignmentFilter filter_of(const Call& call) {
  services::AssignmentFilter filter;
  const auto given = [&](std::string_view name) { return std::string(call.query(name)); };
  if (auto user = given("user.id"); !user.empty()) filter.actor = Actor{ActorKind::user, user};
  if (auto group = given("group.id"); !group.empty()) filter.actor = Actor{ActorKind::group, group};
  if (auto project = given("scope.project.id"); !project.empty()) filter.scope = Scope{ScopeKind::project, project};
  if (auto domain = given("scope.domain.id"); !domain.empty()) filter.scope = Scope{ScopeKind::domain, domain};
  if (!given("scope.system").empty()) filter.scope = Scope::whole_system();
  filter.role_id = RoleId(given("role.id"));
  filter.effective = flag(call, "effective");
  return filter;
}

JsonObject named(const std::string& id, const std::string& name, bool with_names) {
  JsonObject out{{"id", id}};
  if (with_names) out.emplace("name", name);
  return out;
}

JsonObject scoped_named(const std::string& id, const std::string& name, const std::string& domain_id,
                        const std::string& domain_name, bool with_names) {
  auto out = named(id, name, with_names);
  if (with_names) out.emplace("domain", named(domain_id, domain_name, true));
  return out;
}

Json assignment_json(const Call& call, const services::AssignmentView& view, bool with_names) {
  const auto& a = view.assignment;
  JsonObject scope;
  std::string path = "system";
  if (a.scope_kind == ScopeKind::system) {
    scope.emplace("system", JsonObject{{"all", true}});
  } else if (a.scope_kind == ScopeKind::project) {
    scope.emplace("project",
                  scoped_named(a.scope_id, view.scope_name, view.scope_domain_id, view.scope_domain_name, with_names));
    path = "projects/" + a.scope_id;
  } else {
    scope.emplace("domain", named(a.scope_id, view.scope_name, with_names));
    path = "domains/" + a.scope_id;
  }
  const auto actor = to_name(a.actor_kind);
  JsonObject links{
      {"assignment", fmt::format("{}/v3/{}/{}s/{}/roles/{}", call.base_url, path, actor, a.actor_id, a.role_id)}};
  if (!view.via_group_id.empty()) {
    links.emplace("membership", fmt::format("{}/v3/groups/{}/users/{}", call.base_url, view.via_group_id, a.actor_id));
  }
  return JsonObject{
      {"role", named(a.role_id.str(), view.role_name, with_names)},
      {"scope", std::move(scope)},
      {actor, scoped_named(a.actor_id, view.actor_name, view.actor_domain_id, view.actor_domain_name, with_names)},
      {"links", std::move(links)}};
}

Result<Reply> list_assignments(KeystoneApi& api, Call& call) {
  TRY(const auto views, api.identity.assignments.list(filter_of(call)));
  JsonArray items;
  for (const auto& view : views) items.push_back(assignment_json(call, view, flag(call, "include_names")));
  return list_reply(call, "role_assignments", items);
}

constexpr Route<KeystoneApi> role_routes[] = {
    {"GET", "/v3/roles", Access::admin, "identity:list_roles", 200, &list_roles},
    {"POST", "/v3/roles", Access::admin, "identity:create_role", 201, &create_role},
    {"GET", "/v3/roles/{role}", Access::admin, "identity:get_role", 200, &show_role},
    {"PATCH", "/v3/roles/{role}", Access::admin, "identity:update_role", 200, &update_role},
    {"DELETE", "/v3/roles/{role}", Access::admin, "identity:delete_role", 204, &delete_role},
    {"GET", "/v3/role_assignments", Access::admin, "identity:list_role_assignments", 200, &list_assignments},
};
static_assert(routes_ok(role_routes));

constexpr const char* list_rule = "identity:list_grants";
constexpr const char* check_rule = "identity:check_grant";
constexpr const char* create_rule = "identity:create_grant";
constexpr const char* revoke_rule = "identity:revoke_grant";
constexpr auto admin = Access::admin;

constexpr Route<KeystoneApi> grant_routes[] = {
    {"GET", "/v3/projects/{project}/users/{user}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/projects/{project}/users/{user}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/projects/{project}/users/{user}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/projects/{project}/users/{user}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
    {"GET", "/v3/projects/{project}/groups/{group}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/projects/{project}/groups/{group}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/projects/{project}/groups/{group}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/projects/{project}/groups/{group}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
    {"GET", "/v3/domains/{domain}/users/{user}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/domains/{domain}/users/{user}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/domains/{domain}/users/{user}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/domains/{domain}/users/{user}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
    {"GET", "/v3/domains/{domain}/groups/{group}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/domains/{domain}/groups/{group}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/domains/{domain}/groups/{group}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/domains/{domain}/groups/{group}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
    {"GET", "/v3/system/users/{user}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/system/users/{user}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/system/users/{user}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/system/users/{user}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
    {"GET", "/v3/system/groups/{group}/roles", admin, list_rule, 200, &list_grants},
    {"GET", "/v3/system/groups/{group}/roles/{role}", admin, check_rule, 204, &check_grant},
    {"PUT", "/v3/system/groups/{group}/roles/{role}", admin, create_rule, 204, &create_grant},
    {"DELETE", "/v3/system/groups/{group}/roles/{role}", admin, revoke_rule, 204, &revoke_grant},
};
static_assert(routes_ok(grant_routes));

}  // namespace

void add_role_routes(std::vector<BoundRoute>& into, KeystoneApi& api) {
  bind_routes(into, role_routes, api);
  bind_routes(into, grant_routes, api);
}

}  // namespace causeway::api
