#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"
#include "causeway/domain/capsule/capsule_template.hpp"

namespace causeway::api::zun {
namespace {

using services::ProjectScope;

Result<ProjectScope> projects_of(const Params& params) {
  TRY(const bool all, params.flag("all_projects", false));
  return all ? ProjectScope::all : ProjectScope::own;
}

JsonObject view_of(const ZunApi& api, const Call& call, const services::CapsuleWithMembers& shown) {
  auto view = capsule_view(shown, call.caller, api.capsules.now(), minor_of(call), api.containers.policy());
  view["links"] = links_of(call.base_url, "capsules", shown.capsule.id);
  return view;
}

Result<Reply> list_capsules(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"limit", "marker", "sort_key", "sort_dir", "all_projects"}));
  TRY(const auto paging, paging_of(params, "id"));
  services::CapsuleQuery query{{}, paging.sort_key, paging.descending, paging.limit, paging.marker};
  TRY(query.projects, projects_of(params));
  TRY(const auto page, api.capsules.list(call.caller, query));
  JsonArray items;
  for (const auto& shown : page) items.push_back(view_of(api, call, shown));
  const std::string last = page.empty() ? "" : page.back().capsule.id;
  return Reply::json(JsonObject{{"capsules", std::move(items)},
                                {"next", next_link(call, params, "capsules", paging, page.size(), last)}});
}

Result<Reply> create_capsule(ZunApi& api, Call& call) {
  if (!has_json_content(call)) {
    return failed(Code::invalid, "http.media_type", "The media type is not supported: send application/json.");
  }
  for (const auto& [name, value] : call.request.query.all()) {
    return failed(fail(Code::invalid, "query.unknown", "Unknown parameters: {}", name).at(name));
  }
  const JsonObject body = call.body.is_object() ? call.body.get_object() : JsonObject();
  TRY(const auto spec, domain::parse_capsule(body, api.containers.context_for(call.caller, minor_of(call))));
  TRY(const auto made, api.capsules.create(call.caller, spec));
  auto reply = Reply::json(view_of(api, call, made));
  reply.headers.set("Location", fmt::format("{}/v1/capsules/{}", call.base_url, made.capsule.id));
  return reply;
}

Result<Reply> show_capsule(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"all_projects"}, Extra::ignore));
  TRY(const auto projects, projects_of(params));
  TRY(const auto shown, api.capsules.show(call.caller, call.param("id"), projects));
  return Reply::json(view_of(api, call, shown));
}

Result<Reply> delete_capsule(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"all_projects"}));
  TRY(const auto projects, projects_of(params));
  TRY_VOID(api.capsules.remove(call.caller, call.param("id"), projects));
  return Reply::empty();
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/capsules", Access::project, "capsule:get_all", 200, &list_capsules, BodyKind::none},
    {"POST", "/v1/capsules", Access::project, "capsule:create", 202, &create_capsule},
    {"GET", "/v1/capsules/{id}", Access::project, "capsule:get", 200, &show_capsule, BodyKind::none},
    {"DELETE", "/v1/capsules/{id}", Access::project, "capsule:delete", 204, &delete_capsule},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_capsule_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
