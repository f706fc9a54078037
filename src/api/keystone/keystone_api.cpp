#include "causeway/api/keystone/keystone_api.hpp"

namespace causeway::api {
namespace {

http::Response render_error(const Error& error, int status, const Call* /*call*/) {
  const JsonObject body{
      {"error",
       JsonObject{{"code", std::int64_t(status)}, {"title", http::reason_phrase(status)}, {"message", error.message}}}};
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  response.body = to_text(body);
  return response;
}

}  // namespace

Style keystone_style() {
  Style style;
  style.name = "keystone";
  style.render_error = render_error;
  style.finish = [](const Call&, http::Response& response) { response.headers.set("Vary", "X-Auth-Token"); };
  return style;
}

std::vector<BoundRoute> keystone_routes(KeystoneApi& api) {
  std::vector<BoundRoute> routes;
  add_discovery_routes(routes, api);
  add_token_routes(routes, api);
  add_user_routes(routes, api);
  add_group_routes(routes, api);
  add_project_routes(routes, api);
  add_role_routes(routes, api);
  add_catalog_routes(routes, api);
  return routes;
}

}  // namespace causeway::api
