#include <limits>

#include "causeway/api/glance/byte_streams.hpp"
#include "causeway/api/glance/glance.hpp"
#include "causeway/api/glance/views.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::api {
namespace {

domain::ImageId image_id(const Call& call) { return domain::ImageId(call.param("image")); }

Result<Reply> list_versions(GlanceApi& /*api*/, Call& call) { return Reply::json(image_versions(call.base_url)); }

Result<Reply> show_schema(GlanceApi& /*api*/, Call& call) {
  auto schema = image_schema(call.param("name"));
  if (!schema) return failed(Code::not_found, "schema.not_found", "There is no schema '{}'.", call.param("name"));
  return Reply::json(*std::move(schema));
}

Result<Reply> create_image(GlanceApi& api, Call& call) {
  TRY(auto draft, domain::parse_new_image(call.body));
  TRY(const auto image, api.images.create(call.caller, std::move(draft)));
  auto reply = Reply::json(view_of(image));
  reply.headers.set("Location", call.base_url + "/v2/images/" + image.id.str());
  return reply;
}

/// The listing's own address, with another marker ("" = from the start).
std::string list_url(const http::Query& query, const std::string& marker) {
  std::string url = "/v2/images";
  char separator = '?';
  const auto add = [&](const std::string& name, const std::string& value) {
    url += separator + percent_encode(name) + "=" + percent_encode(value);
    separator = '&';
  };
  for (const auto& [name, value] : query.all()) {
    if (name != "marker") add(name, value);
  }
  if (!marker.empty()) add("marker", marker);
  return url;
}

Result<Reply> list_images(GlanceApi& api, Call& call) {
  TRY(const auto query, domain::ImageQuery::parse(call.request.query.all()));
  TRY(const auto page, api.images.list(call.caller, query));
  JsonArray images;
  for (const auto& image : page.images) images.push_back(view_of(image));
  JsonObject body{
      {"images", std::move(images)}, {"first", list_url(call.request.query, "")}, {"schema", "/v2/schemas/images"}};
  if (!page.next_marker.empty()) body["next"] = list_url(call.request.query, page.next_marker);
  return Reply::json(std::move(body));
}

Result<Reply> show_image(GlanceApi& api, Call& call) {
  TRY(const auto image, api.images.get(call.caller, image_id(call)));
  return Reply::json(view_of(image));
}

Result<Reply> update_image(GlanceApi& api, Call& call) {
  TRY(const auto steps, domain::parse_patch(call.body));
  TRY(const auto image, api.images.update(call.caller, image_id(call), steps));
  return Reply::json(view_of(image));
}

Result<Reply> delete_image(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.remove(call.caller, image_id(call)));
  return Reply::empty();
}

Result<Reply> upload_data(GlanceApi& api, Call& call) {
  UploadedBytes data(call);
  auto done = api.images.upload(call.caller, image_id(call), data);
  if (!done) {
    data.drain();
    return std::unexpected(std::move(done).error());
  }
  return Reply::empty();
}

Result<Reply> download_data(GlanceApi& api, Call& call) {
  TRY(const auto known, api.images.get(call.caller, image_id(call)));
  const auto wish = parse_range(call.request.headers.get("Range"), std::uint64_t(known.size));
  http::Response response;
  if (wish.kind == RangeWish::Kind::unsatisfiable) {
    response.status = 416;
    response.headers.set("Content-Range", fmt::format("bytes */{}", known.size));
    return Reply{0, std::nullopt, {}, std::move(response)};
  }
  TRY(auto download, api.images.download(call.caller, known.id, wish.range));
  if (!download.data) return Reply{204, std::nullopt, {}, std::nullopt};
  if (wish.kind == RangeWish::Kind::satisfiable) {
    const auto [first, length] = wish.range;
    response.status = 206;
    response.headers.set("Content-Range", fmt::format("bytes {}-{}/{}", first, first + length - 1, known.size));
  } else {
    response.headers.set("Content-MD5", download.image.checksum);
  }
  response.headers.set("Content-Type", "application/octet-stream");
  response.source = body_of(std::move(download.data));
  return Reply{0, std::nullopt, {}, std::move(response)};
}

Result<Reply> add_tag(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.add_tag(call.caller, image_id(call), call.param("tag")));
  return Reply::empty();
}

Result<Reply> remove_tag(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.remove_tag(call.caller, image_id(call), call.param("tag")));
  return Reply::empty();
}

Result<Reply> deactivate_image(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.set_active(call.caller, image_id(call), false));
  return Reply::empty();
}

Result<Reply> reactivate_image(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.set_active(call.caller, image_id(call), true));
  return Reply::empty();
}

/// Images are not shared with single projects here: the list of those is always empty.
Result<Reply> list_members(GlanceApi& api, Call& call) {
  TRY_VOID(api.images.get(call.caller, image_id(call)));
  return Reply::json(JsonObject{{"members", JsonArray{}}, {"schema", "/v2/schemas/members"}});
}

Result<Reply> import_info(GlanceApi& /*api*/, Call& /*call*/) {
  return Reply::json(JsonObject{
      {"import-methods",
       JsonObject{{"description", "Import methods available."}, {"type", "array"}, {"value", JsonArray{}}}}});
}

Result<Reply> stores_info(GlanceApi& /*api*/, Call& /*call*/) {
  return Reply::json(JsonObject{{"stores", JsonArray{JsonObject{{"id", "local"}, {"default", true}}}}});
}

// how large an image may be is the service's to say, and configurable
constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

constexpr Route<GlanceApi> routes[] = {
    {"GET", "/", Access::open, "versions:list", 300, &list_versions, BodyKind::none},
    {"GET", "/versions", Access::open, "versions:list", 200, &list_versions, BodyKind::none},
    {"GET", "/v2/schemas/{name}", Access::any_token, "image_schema:get", 200, &show_schema, BodyKind::none},
    {"GET", "/v2/info/import", Access::any_token, "image_info:get", 200, &import_info, BodyKind::none},
    {"GET", "/v2/info/stores", Access::any_token, "image_info:get", 200, &stores_info, BodyKind::none},
    {"GET", "/v2/images", Access::any_token, "image:list", 200, &list_images, BodyKind::none},
    {"POST", "/v2/images", Access::project, "image:create", 201, &create_image},
    {"GET", "/v2/images/{image}", Access::any_token, "image:get", 200, &show_image, BodyKind::none},
    {"PATCH", "/v2/images/{image}", Access::project, "image:update", 200, &update_image},
    {"DELETE", "/v2/images/{image}", Access::project, "image:delete", 204, &delete_image, BodyKind::none},
    {"PUT", "/v2/images/{image}/file", Access::project, "image:upload", 204, &upload_data, BodyKind::streamed,
     no_limit},
    {"GET", "/v2/images/{image}/file", Access::any_token, "image:download", 200, &download_data, BodyKind::none},
    {"PUT", "/v2/images/{image}/tags/{tag}", Access::project, "image:update", 204, &add_tag, BodyKind::none},
    {"DELETE", "/v2/images/{image}/tags/{tag}", Access::project, "image:update", 204, &remove_tag, BodyKind::none},
    {"GET", "/v2/images/{image}/members", Access::any_token, "image:get", 200, &list_members, BodyKind::none},
    {"POST", "/v2/images/{image}/actions/deactivate", Access::admin, "image:deactivate", 204, &deactivate_image,
     BodyKind::none},
    {"POST", "/v2/images/{image}/actions/reactivate", Access::admin, "image:reactivate", 204, &reactivate_image,
     BodyKind::none},
};
static_assert(routes_ok(routes));

/// Glance answers in HTML. JSON is what openstacksdk and glanceclient both print best: they look for a "message" one
/// level down.
http::Response render_error(const Error& error, int status, const Call* /*call*/) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = to_text(JsonObject{{"error", JsonObject{{"code", status},
                                                          {"title", http::reason_phrase(status)},
                                                          {"message", std::string_view(error.message)}}}});
  return response;
}

}  // namespace

Style glance_style() {
  Style style;
  style.name = "glance";
  style.service_type = "image";
  style.render_error = render_error;
  return style;
}

std::vector<BoundRoute> glance_routes(GlanceApi& api) {
  std::vector<BoundRoute> bound;
  bind_routes(bound, routes, api);
  return bound;
}

}  // namespace causeway::api
