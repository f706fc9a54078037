#include "causeway/api/keystone/keystone_api.hpp"

namespace causeway::api {
namespace {

JsonObject version_document(const Call& call) {
  return {{"id", "v3.14"},
          {"status", "stable"},
          {"updated", "2020-04-07T00:00:00Z"},
          {"links", JsonArray{JsonObject{{"rel", "self"}, {"href", call.base_url + "/v3/"}}}},
          {"media-types", JsonArray{JsonObject{{"base", "application/json"},
                                               {"type", "application/vnd.openstack.identity-v3+json"}}}}};
}

Result<Reply> list_versions(KeystoneApi& /*api*/, Call& call) {
  return Reply::json(JsonObject{{"versions", JsonObject{{"values", JsonArray{version_document(call)}}}}});
}

Result<Reply> show_version(KeystoneApi& /*api*/, Call& call) {
  return Reply::json(JsonObject{{"version", version_document(call)}});
}

constexpr Route<KeystoneApi> discovery_routes[] = {
    {"GET", "/", Access::open, "identity:list_versions", 300, &list_versions},
    {"GET", "/v3", Access::open, "identity:show_version", 200, &show_version},
};
static_assert(routes_ok(discovery_routes));

}  // namespace

void add_discovery_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, discovery_routes, api); }

}  // namespace causeway::api
