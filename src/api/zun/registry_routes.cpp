#include <array>

#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"

namespace causeway::api::zun {
namespace {

constexpr std::array<std::string_view, 5> filters{"name", "domain", "username", "project_id", "user_id"};

/// The password is never shown, nor whether there is one.
JsonObject registry_view(const domain::Registry& registry) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); };
  return {{"uuid", registry.id.str()},
          {"user_id", registry.user_id.str()},
          {"project_id", registry.project_id.str()},
          {"name", text_or_null(registry.name)},
          {"domain", registry.domain},
          {"username", text_or_null(registry.username)},
          {"password", "***"}};
}

Reply registry_reply(const Call& call, const domain::Registry& registry) {
  auto view = registry_view(registry);
  view["links"] = links_of(call.base_url, "registries", registry.id.str());
  return Reply::json(JsonObject{{"registry", std::move(view)}});
}

Result<domain::RegistryWish> wish_of(const Call& call, domain::RegistryVerb verb) {
  return domain::parse_registry(call.body.is_object() ? call.body.get_object() : JsonObject(), verb);
}

Result<Reply> list_registries(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"limit", "marker", "sort_key", "sort_dir", "all_projects", "name", "domain", "username",
                                           "project_id", "user_id"}));
  TRY(const auto paging, paging_of(params, "id"));
  TRY(const bool all, params.flag("all_projects", false));
  services::RegistryQuery query;
  query.projects = all ? services::ProjectScope::all : services::ProjectScope::own;
  query.page = {paging.sort_key, paging.descending, paging.limit, paging.marker};
  for (const auto name : filters) {
    if (params.has(name)) {
      TRY(query.filters[std::string(name)], params.text(name));
    }
  }
  TRY(const auto page, api.registries.list(call.caller, query));
  JsonArray items;
  for (const auto& registry : page) items.push_back(registry_view(registry));
  const std::string last = page.empty() ? "" : page.back().id.str();
  return Reply::json(JsonObject{{"registries", std::move(items)},
                                {"next", next_link(call, params, "registries", paging, page.size(), last)}});
}

Result<Reply> create_registry(ZunApi& api, Call& call) {
  TRY_VOID(need_json_content(call));
  TRY(const auto wish, wish_of(call, domain::RegistryVerb::create));
  TRY(const auto registry, api.registries.create(call.caller, wish));
  auto reply = registry_reply(call, registry);
  reply.headers.set("Location", fmt::format("{}/v1/registries/{}", call.base_url, registry.id));
  return reply;
}

Result<Reply> show_registry(ZunApi& api, Call& call) {
  TRY(const auto registry, api.registries.show(call.caller, call.param("id")));
  return registry_reply(call, registry);
}

Result<Reply> update_registry(ZunApi& api, Call& call) {
  TRY_VOID(api.registries.show(call.caller, call.param("id")));  // a foreign one is not found, whatever is asked of it
  TRY(const auto wish, wish_of(call, domain::RegistryVerb::update));
  TRY(const auto registry, api.registries.update(call.caller, call.param("id"), wish));
  return registry_reply(call, registry);
}

Result<Reply> delete_registry(ZunApi& api, Call& call) {
  TRY_VOID(api.registries.remove(call.caller, call.param("id")));
  return Reply::empty();
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/registries", Access::project, "registry:get_all", 200, &list_registries, BodyKind::none},
    {"POST", "/v1/registries", Access::project, "registry:create", 201, &create_registry},
    {"GET", "/v1/registries/{id}", Access::project, "registry:get_one", 200, &show_registry, BodyKind::none},
    {"PATCH", "/v1/registries/{id}", Access::project, "registry:update", 200, &update_registry},
    {"DELETE", "/v1/registries/{id}", Access::project, "registry:delete", 204, &delete_registry},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_registry_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
