#include "causeway/api/tricircle/tricircle_api.hpp"

#include "causeway/base/fields.hpp"

namespace causeway::api {
namespace {

std::string_view error_type(int status) {
  switch (status) {
    case 400: return "badRequest";
    case 401: return "unauthorized";
    case 403: return "forbidden";
    case 404: return "itemNotFound";
    case 409: return "conflictingRequest";
    case 500: return "internalServerError";
    default: return "Error";
  }
}

http::Response render(const Error& error, int status, const Call*) {
  if (error.reason == "pod.no_region") status = 422;
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = to_text(JsonObject{{error_type(status), JsonObject{{"message", error.message}, {"code", status}}}});
  return response;
}

JsonObject pod_view(const domain::Pod& pod) {
  return JsonObject{{"pod_id", pod.id.str()}, {"region_name", pod.region_name.str()}, {"az_name", pod.az_name},
                    {"pod_az_name", pod.pod_az_name}, {"dc_name", pod.dc_name}};
}

Result<std::string> optional_text(const JsonObject& object, const char* key) {
  const Json* value = object.if_contains(key);
  if (value == nullptr || value->is_null()) return std::string();
  if (!value->is_string()) return failed(fail(Code::invalid, "pod.bad_field", "{} must be a string.", key).at(key));
  return to_std(value->get_string());
}

Result<Reply> versions(TricircleApi&, Call& call) {
  return Reply::json(JsonObject{{"versions", JsonArray{JsonObject{{"status", "CURRENT"}, {"id", "v1.0"}, {"updated", "2015-09-09"},
                                                                  {"links", JsonArray{JsonObject{{"rel", "self"}, {"href", call.base_url + "/v1.0/"}}}}}}}});
}

Result<Reply> version(TricircleApi&, Call& call) {
  JsonArray links;
  links.push_back(JsonObject{{"rel", "self"}, {"href", call.base_url + "/v1.0"}});
  for (const char* collection : {"jobs", "pods", "routings"}) {
    links.push_back(JsonObject{{"rel", collection}, {"href", fmt::format("{}/v1.0/{}", call.base_url, collection)}});
  }
  return Reply::json(JsonObject{{"version", "1.0"}, {"links", std::move(links)}});
}

Result<Reply> list_pods(TricircleApi& api, Call&) {
  TRY(const auto pods, api.pods.list());
  JsonArray out;
  for (const auto& pod : pods) out.push_back(pod_view(pod));
  return Reply::json(JsonObject{{"pods", std::move(out)}});
}

Result<Reply> show_pod(TricircleApi& api, Call& call) {
  TRY(const auto pod, api.pods.get(domain::PodId(call.param("id"))));
  return Reply::json(JsonObject{{"pod", pod_view(pod)}});
}

Result<Reply> create_pod(TricircleApi& api, Call& call) {
  const Json* inner = member(call.body, "pod");
  if (inner == nullptr || !inner->is_object()) return failed(fail(Code::invalid, "body.no_envelope", "Request body not found: 'pod' is required.").at("pod"));
  const JsonObject& object = inner->get_object();
  domain::Pod draft;
  TRY(const auto region, optional_text(object, "region_name"));
  draft.region_name = domain::RegionName(region);
  TRY(draft.az_name, optional_text(object, "az_name"));
  TRY(draft.pod_az_name, optional_text(object, "pod_az_name"));
  TRY(draft.dc_name, optional_text(object, "dc_name"));
  TRY(const auto pod, api.pods.create(draft));
  return Reply::json(JsonObject{{"pod", pod_view(pod)}});
}

Result<Reply> delete_pod(TricircleApi& api, Call& call) {
  TRY_VOID(api.pods.remove(domain::PodId(call.param("id"))));
  return Reply::json(JsonObject());
}

constexpr Route<TricircleApi> routes[] = {
    {"GET", "/", Access::open, "admin_api:versions", 200, &versions, BodyKind::none},
    {"GET", "/v1.0", Access::open, "admin_api:version", 200, &version, BodyKind::none},
    {"GET", "/v1.0/pods", Access::admin, "admin_api:pods:list", 200, &list_pods, BodyKind::none},
    {"POST", "/v1.0/pods", Access::admin, "admin_api:pods:create", 200, &create_pod},
    {"GET", "/v1.0/pods/{id}", Access::admin, "admin_api:pods:show", 200, &show_pod, BodyKind::none},
    {"DELETE", "/v1.0/pods/{id}", Access::admin, "admin_api:pods:delete", 200, &delete_pod, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

Style tricircle_style(std::string identity_url) {
  Style style;
  style.name = "tricircle";
  style.service_type = "tricircle";
  style.render_error = &render;
  style.identity_url = std::move(identity_url);
  return style;
}

std::vector<BoundRoute> tricircle_routes(TricircleApi& api) {
  std::vector<BoundRoute> out;
  bind_routes(out, routes, api);
  bind_routing_routes(out, api);
  bind_job_routes(out, api);
  return out;
}

}  // namespace causeway::api
