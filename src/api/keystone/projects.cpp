#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

domain::ProjectId project_of(const Call& call) { return domain::ProjectId(call.param("project")); }
domain::DomainId domain_of(const Call& call) { return domain::DomainId(call.param("domain")); }

/// Administrators, and users who have a role in it.
Result<void> allow_project(KeystoneApi& api, const Call& call) {
  if (call.caller.sees(project_of(call))) return {};
  TRY(const auto own, api.identity.assignments.projects_of(call.caller.user_id));
  for (const auto& project : own) {
    if (project.id == project_of(call)) return {};
  }
  return failed(not_allowed("identity:get_project"));
}

Result<Reply> list_projects(KeystoneApi& api, Call& call) {
  TRY(const auto projects, api.identity.projects.list());
  return list_reply(call, "projects", projects);
}

Result<Reply> create_project(KeystoneApi& api, Call& call) {
  TRY(auto draft, draft_of<services::ProjectDraft>(call, "project"));
  if (!draft.domain_id && !call.caller.project_domain_id.empty()) draft.domain_id = call.caller.project_domain_id;
  TRY(const auto project, api.identity.projects.create(draft));
  return item_reply(call, "project", project);
}

Result<Reply> show_project(KeystoneApi& api, Call& call) {
  TRY_VOID(allow_project(api, call));
  TRY(const auto project, api.identity.projects.get(project_of(call)));
  return item_reply(call, "project", project);
}

Result<Reply> update_project(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::ProjectDraft>(call, "project"));
  TRY(const auto project, api.identity.projects.update(project_of(call), changes));
  return item_reply(call, "project", project);
}

Result<Reply> delete_project(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.projects.remove(project_of(call)));
  return Reply::empty();
}

Result<Reply> list_domains(KeystoneApi& api, Call& call) {
  TRY(const auto domains, api.identity.projects.list_domains());
  return list_reply(call, "domains", domains);
}

Result<Reply> create_domain(KeystoneApi& api, Call& call) {
  TRY(const auto draft, draft_of<services::DomainDraft>(call, "domain"));
  TRY(const auto domain, api.identity.projects.create_domain(draft));
  return item_reply(call, "domain", domain);
}

Result<Reply> show_domain(KeystoneApi& api, Call& call) {
  const auto& caller = call.caller;
  const bool own = domain_of(call) == caller.user_domain_id || domain_of(call) == caller.project_domain_id;
  if (!caller.is_admin() && !own) return failed(not_allowed("identity:get_domain"));
  TRY(const auto domain, api.identity.projects.get_domain(domain_of(call)));
  return item_reply(call, "domain", domain);
}

Result<Reply> update_domain(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::DomainDraft>(call, "domain"));
  TRY(const auto domain, api.identity.projects.update_domain(domain_of(call), changes));
  return item_reply(call, "domain", domain);
}

Result<Reply> delete_domain(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.projects.remove_domain(domain_of(call)));
  return Reply::empty();
}

constexpr Route<KeystoneApi> project_routes[] = {
    {"GET", "/v3/projects", Access::admin, "identity:list_projects", 200, &list_projects},
    {"POST", "/v3/projects", Access::admin, "identity:create_project", 201, &create_project},
    {"GET", "/v3/projects/{project}", Access::any_token, "identity:get_project", 200, &show_project},
    {"PATCH", "/v3/projects/{project}", Access::admin, "identity:update_project", 200, &update_project},
    {"DELETE", "/v3/projects/{project}", Access::admin, "identity:delete_project", 204, &delete_project},
    {"GET", "/v3/domains", Access::admin, "identity:list_domains", 200, &list_domains},
    {"POST", "/v3/domains", Access::admin, "identity:create_domain", 201, &create_domain},
    {"GET", "/v3/domains/{domain}", Access::any_token, "identity:get_domain", 200, &show_domain},
    {"PATCH", "/v3/domains/{domain}", Access::admin, "identity:update_domain", 200, &update_domain},
    {"DELETE", "/v3/domains/{domain}", Access::admin, "identity:delete_domain", 204, &delete_domain},
};
static_assert(routes_ok(project_routes));

}  // namespace

void add_project_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, project_routes, api); }

}  // namespace causeway::api
