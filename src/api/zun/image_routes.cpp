#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::api::zun {
namespace {

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(std::string_view(text)); }

JsonObject host_image_view(const domain::HostImage& image, const std::string& base_url) {
  return {{"uuid", image.id.str()},
          {"links", links_of(base_url, "images", image.id.str())},
          {"image_id", text_or_null(image.image_id)},
          {"repo", image.repo},
          {"tag", text_or_null(image.tag)},
          {"size", image.size == 0 ? Json(nullptr) : Json(std::to_string(image.size))},
          {"project_id", text_or_null(image.project_id.str())},
          {"host", image.host.str()},
          // not Zun's: whether it is there, and why not
          {"status", to_name(image.state)},
          {"status_reason", text_or_null(image.error)}};
}

Result<Reply> list_images(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"limit", "marker", "sort_key", "sort_dir"}, Extra::ignore));
  TRY(const auto paging, paging_of(params, "id"));
  TRY(const auto page, api.host_images.list({paging.sort_key, paging.descending, paging.limit, paging.marker}));
  JsonArray items;
  for (const auto& image : page) items.push_back(host_image_view(image, call.base_url));
  const std::string last = page.empty() ? "" : page.back().id.str();
  return Reply::json(JsonObject{{"images", std::move(items)}, {"next", next_link(call, params, "images", paging, page.size(), last)}});
}

/// `image_id` and `size` are accepted as Zun accepts them; what is true of an image its host says.
Result<Reply> pull_image(ZunApi& api, Call& call) {
  TRY_VOID(need_json_content(call));
  TRY(const auto params, Params::of(call, {"repo", "host", "tag", "image_id", "size", "image_pull_policy"}));
  services::HostImageWish wish;
  TRY(wish.repo, params.required("repo"));
  TRY(wish.host, params.required("host"));
  TRY(wish.tag, params.text("tag"));
  TRY(const auto policy, params.text("image_pull_policy"));
  wish.pull_policy = to_lower(policy);
  if (!policy.empty() && wish.pull_policy != "always" && wish.pull_policy != "ifnotpresent" && wish.pull_policy != "never") {
    return failed(fail(Code::invalid, "spec.bad_value",
                       "Invalid input for field 'image_pull_policy'. It must be one of never, always, ifnotpresent.")
                      .at("image_pull_policy"));
  }
  TRY(const auto image, api.host_images.pull(call.caller, wish));
  auto reply = Reply::json(host_image_view(image, call.base_url));
  reply.headers.set("Location", fmt::format("{}/v1/images/{}", call.base_url, image.id));
  return reply;
}

Result<Reply> show_image(ZunApi& api, Call& call) {
  TRY(const auto image, api.host_images.show(call.param("id")));
  return Reply::json(host_image_view(image, call.base_url));
}

Result<Reply> delete_image(ZunApi& api, Call& call) {
  TRY_VOID(api.host_images.remove(call.param("id")));
  return Reply::json(nullptr);
}

JsonArray found_by_registry(const std::vector<boundary::FoundImage>& found, const std::string& name, bool exact) {
  JsonArray out;
  for (const auto& image : found) {
    if (exact && image.name != name) continue;
    out.push_back(JsonObject{{"name", image.name},
                             {"description", image.description},
                             {"is_automated", image.automated},
                             {"metadata", JsonObject{{"is_official", image.official}, {"star_count", image.stars}}}});
  }
  return out;
}

JsonArray found_by_image_service(const std::vector<domain::Image>& found) {
  JsonArray out;
  for (const auto& image : found) {
    out.push_back(JsonObject{{"id", image.id.str()},
                             {"name", image.name},
                             {"tags", encode(image.tags)},
                             {"status", to_name(image.status)},
                             {"size", image.size},
                             {"metadata", encode(image.properties)}});
  }
  return out;
}

/// The answer is a bare list. zunclient does not quote the slashes of a name: they arrive as segments of the path.
Result<Reply> search_images(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"image_driver", "exact_match"}, Extra::ignore));
  TRY(const bool exact, params.flag("exact_match", false));
  TRY(auto driver, params.text("image_driver"));
  if (driver.empty() || driver == "None") driver = api.containers.default_image_driver();
  std::string name;
  for (const auto& [key, segment] : call.params) name += (name.empty() ? "" : "/") + segment;
  if (driver == "glance") {
    TRY(const auto found,
        api.image_search.search(call.caller, name, exact ? boundary::NameMatch::exact : boundary::NameMatch::part));
    return Reply::json(found_by_image_service(found));
  }
  if (driver != "docker") {
    return failed(fail(Code::invalid, "query.bad_value", "Invalid input for query parameters 'image_driver'. Value: '{}'. It must be one of glance, docker.",
                       driver)
                      .at("image_driver"));
  }
  TRY(const auto found, api.host_images.search(name));
  return Reply::json(found_by_registry(found, name, exact));
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/images", Access::admin, "image:get_all", 200, &list_images, BodyKind::none},
    {"POST", "/v1/images", Access::admin, "image:pull", 202, &pull_image},
    {"GET", "/v1/images/{id}", Access::admin, "image:get_one", 200, &show_image, BodyKind::none},
    {"DELETE", "/v1/images/{id}", Access::admin, "image:delete", 200, &delete_image},
    {"GET", "/v1/images/{a}/search", Access::project, "image:search", 200, &search_images, BodyKind::none},
    {"GET", "/v1/images/{a}/{b}/search", Access::project, "image:search", 200, &search_images, BodyKind::none},
    {"GET", "/v1/images/{a}/{b}/{c}/search", Access::project, "image:search", 200, &search_images, BodyKind::none},
    {"GET", "/v1/images/{a}/{b}/{c}/{d}/search", Access::project, "image:search", 200, &search_images, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_image_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
