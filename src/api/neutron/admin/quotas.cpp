#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

using Limits = boundary::NetworkQuotas::Limits;

constexpr std::int64_t max_limit = 2'147'483'647;

Json view_of(const Limits& limits) {
  JsonObject out;
  for (const auto& [resource, limit] : limits) out[resource] = limit;
  return out;
}

/// A project's own, or an administrator's.
Result<domain::ProjectId> asked_project(const Call& call) {
  domain::ProjectId project(call.param("project"));
  if (!call.caller.is_admin() && project != call.caller.project_id) {
    return failed(Code::forbidden, "policy.denied", "rule:get_quota is disallowed by policy");
  }
  return project;
}

Result<Reply> list_quotas(NeutronApi& api, Call& call) {
  TRY(const auto quotas, api.resources->quotas.list());
  JsonArray out;
  for (const auto& [project, limits] : quotas) {
    Json view = view_of(limits);
    view.get_object()["tenant_id"] = project.str();
    view.get_object()["project_id"] = project.str();
    out.push_back(with_fields(call, std::move(view.get_object())));
  }
  return Reply::json(JsonObject{{"quotas", std::move(out)}});
}

Result<Reply> own_project(NeutronApi&, Call& call) {
  if (call.caller.project_id.empty()) return failed(Code::invalid, "quota.no_project", "The token is scoped to no project.");
  const std::string project = call.caller.project_id.str();
  return Reply::json(JsonObject{{"tenant", JsonObject{{"tenant_id", project}, {"project_id", project}}}});
}

Result<Reply> show_quota(NeutronApi& api, Call& call) {
  TRY(const auto project, asked_project(call));
  TRY(const auto limits, api.resources->quotas.get(project));
  return Reply::json(JsonObject{{"quota", view_of(limits)}});
}

Result<Reply> show_usual(NeutronApi& api, Call& call) {
  TRY_VOID(asked_project(call));
  return Reply::json(JsonObject{{"quota", view_of(api.resources->quotas.usual())}});
}

Result<Reply> show_details(NeutronApi& api, Call& call) {
  TRY(const auto project, asked_project(call));
  TRY(const auto details, api.resources->quotas.details(project));
  JsonObject out;
  for (const auto& [resource, use] : details) out[resource] = JsonObject{{"limit", use.limit}, {"used", use.used}, {"reserved", 0}};
  return Reply::json(JsonObject{{"quota", std::move(out)}});
}

Result<Reply> set_quota(NeutronApi& api, Call& call) {
  TRY(const JsonObject* object, enveloped(call, "quota"));
  const Limits usual = api.resources->quotas.usual();
  Limits wanted;
  bool only_above_use = false;
  for (const auto& [key, value] : *object) {
    const std::string name(key);
    if (name == "check_limit") {
      TRY(only_above_use, read_bool(name, value));
    } else if (name == "force") {
      TRY_VOID(read_bool(name, value));
    } else if (name != "tenant_id" && name != "project_id") {
      if (!usual.contains(name)) return failed(fail(Code::invalid, "attribute.unknown", "Unrecognized attribute(s) '{}'", name).at(name));
      TRY(wanted[name], read_integer(name, value, domain::no_limit, max_limit));
    }
  }
  TRY(const auto limits, api.resources->quotas.set(domain::ProjectId(call.param("project")), wanted, only_above_use));
  return Reply::json(JsonObject{{"quota", view_of(limits)}});
}

Result<Reply> reset_quota(NeutronApi& api, Call& call) {
  TRY_VOID(api.resources->quotas.reset(domain::ProjectId(call.param("project"))));
  return Reply::empty();
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/quotas", Access::admin, "get_quotas", 200, &list_quotas, BodyKind::none},
    {"GET", "/v2.0/quotas/tenant", Access::any_token, "get_quota_tenant", 200, &own_project, BodyKind::none},
    {"GET", "/v2.0/quotas/project", Access::any_token, "get_quota_project", 200, &own_project, BodyKind::none},
    {"GET", "/v2.0/quotas/{project}", Access::any_token, "get_quota", 200, &show_quota, BodyKind::none},
    {"GET", "/v2.0/quotas/{project}/default", Access::any_token, "get_quota_default", 200, &show_usual, BodyKind::none},
    {"GET", "/v2.0/quotas/{project}/details", Access::any_token, "get_quota_details", 200, &show_details, BodyKind::none},
    {"PUT", "/v2.0/quotas/{project}", Access::admin, "update_quota", 200, &set_quota},
    {"DELETE", "/v2.0/quotas/{project}", Access::admin, "delete_quota", 204, &reset_quota, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_quota_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }

}  // namespace causeway::api
