#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"

namespace causeway::api::zun {
namespace {

domain::ProjectId project_of(const Call& call) { return domain::ProjectId(call.param("project")); }

Result<Reply> show_quota(ZunApi& api, Call& call) {
  TRY(const auto report, api.quotas.show(call.caller, project_of(call)));
  return Reply::json(call.query("usages").empty() ? quota_view(report.limits)
                                                  : quota_usage_view(report.limits, report.held));
}

Result<Reply> show_defaults(ZunApi& api, Call& call) {
  TRY(const auto limits, api.quotas.defaults(call.caller, project_of(call)));
  return Reply::json(quota_view(limits));
}

Result<Reply> set_quota(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"containers", "memory", "cpu", "disk"}));
  TRY(const auto limits, api.quotas.set(call.caller, project_of(call), params.all()));
  return Reply::json(quota_view(limits));
}

Result<Reply> reset_quota(ZunApi& api, Call& call) {
  TRY_VOID(api.quotas.reset(call.caller, project_of(call)));
  return Reply::json(nullptr);
}

Result<Reply> show_class(ZunApi& api, Call& call) {
  TRY(const auto limits, api.quotas.show_class(call.caller, call.param("name")));
  return Reply::json(quota_view(limits));
}

Result<Reply> set_class(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"containers", "memory", "cpu", "disk"}));
  TRY(const auto limits, api.quotas.set_class(call.caller, call.param("name"), params.all()));
  return Reply::json(quota_view(limits));
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/quotas/{project}", Access::project, "quota:get", 200, &show_quota, BodyKind::none},
    {"GET", "/v1/quotas/{project}/defaults", Access::project, "quota:get_default", 200, &show_defaults, BodyKind::none},
    {"PUT", "/v1/quotas/{project}", Access::admin, "quota:update", 200, &set_quota},
    {"DELETE", "/v1/quotas/{project}", Access::admin, "quota:delete", 200, &reset_quota},
    {"GET", "/v1/quota_classes/{name}", Access::admin, "quota_class:get", 200, &show_class, BodyKind::none},
    {"PUT", "/v1/quota_classes/{name}", Access::admin, "quota_class:update", 200, &set_class},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_quota_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
