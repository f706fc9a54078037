#include <algorithm>

#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"

namespace causeway::api::zun {
namespace {

using services::ProjectScope;

Result<ProjectScope> projects_of(const Params& params) {
  TRY(const bool all, params.flag("all_projects", false));
  return all ? ProjectScope::all : ProjectScope::own;
}

Result<services::ContainerQuery> query_of(const Params& params, const Paging& paging) {
  services::ContainerQuery query{{}, {}, paging.sort_key, paging.descending, paging.limit, paging.marker};
  TRY(query.projects, projects_of(params));
  for (const auto& [name, value] : params.all()) {
    if (!services::is_container_filter(name)) continue;
    if (name == "auto_remove") {
      TRY(const bool wanted, params.flag(name, false));
      query.filters[name] = wanted ? "true" : "false";
    } else {
      TRY(query.filters[name], params.text(name));
    }
  }
  return query;
}

Result<Reply> list_containers(ZunApi& api, Call& call) {
  TRY(const auto params,
      Params::of(call, {"limit", "marker", "sort_key", "sort_dir", "all_projects", "name", "image", "project_id",
                        "user_id", "memory", "host", "task_state", "status", "auto_remove", "resource_url", "expand"}));
  TRY(const auto paging, paging_of(params, "id"));
  TRY(const auto query, query_of(params, paging));
  TRY(const auto page, api.containers.list(call.caller, query));
  JsonArray items;
  for (const auto& shown : page) items.push_back(container_view(shown, call.caller, api.containers.now(), api.containers.policy()));
  const std::string last = page.empty() ? "" : page.back().container.id.str();
  return Reply::json(JsonObject{{"containers", std::move(items)},
                                {"next", next_link(call, params, "containers", paging, page.size(), last)}});
}

Result<Reply> create_container(ZunApi& api, Call& call) {
  TRY_VOID(need_json_content(call));
  for (const auto& [name, value] : call.request.query.all()) {
    if (name != "run") return failed(fail(Code::invalid, "query.unknown", "Unknown parameters: {}", name).at(name));
  }
  TRY(const auto query, Params::of(call, {"run"}, Extra::ignore));
  TRY(const bool run, query.flag("run", false));
  const JsonObject body = call.body.is_object() ? call.body.get_object() : JsonObject();
  TRY(const auto spec, domain::parse_spec(body, api.containers.context_for(call.caller, minor_of(call))));
  TRY(const auto made, api.containers.create(call.caller, spec, run, call.request_id));
  auto reply = Reply::json(container_answer(made, call.caller, api.containers, call.base_url));
  reply.headers.set("Location", fmt::format("{}/v1/containers/{}", call.base_url, made.container.id));
  return reply;
}

Result<Reply> show_container(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"all_projects"}, Extra::ignore));
  TRY(const auto projects, projects_of(params));
  TRY(const auto shown, api.containers.show(call.caller, call.param("id"), projects));
  return Reply::json(container_answer(shown, call.caller, api.containers, call.base_url));
}

Result<Reply> delete_container(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"force", "stop", "all_projects"}));
  TRY(const bool force, params.flag("force", false));
  TRY(const bool stop, params.flag("stop", false));
  TRY(const auto projects, projects_of(params));
  if (force) TRY_VOID(need_minor_for(call, "force", 7));
  if (stop) TRY_VOID(need_minor_for(call, "stop", 12));
  const auto mode = stop    ? services::RemoveMode::stop
                    : force ? services::RemoveMode::force
                            : services::RemoveMode::normal;
  TRY_VOID(api.containers.remove(call.caller, call.param("id"), mode, projects, call.request_id));
  return Reply::empty();
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/containers", Access::project, "container:get_all", 200, &list_containers, BodyKind::none},
    {"POST", "/v1/containers", Access::project, "container:create", 202, &create_container},
    {"GET", "/v1/containers/{id}", Access::project, "container:get_one", 200, &show_container, BodyKind::none},
    {"DELETE", "/v1/containers/{id}", Access::project, "container:delete", 204, &delete_container},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_container_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
