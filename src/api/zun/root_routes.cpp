#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/route_tables.hpp"

namespace causeway::api {
namespace zun {
namespace {

JsonObject link(std::string_view href, std::string_view rel) { return {{"href", href}, {"rel", rel}}; }

Result<Reply> versions(ZunApi&, Call& call) {
  const JsonObject version{{"id", "v1"},
                           {"links", JsonArray{link(call.base_url + "/v1/", "self")}},
                           {"status", "CURRENT"},
                           {"max_version", fmt::format("1.{}", max_minor)},
                           {"min_version", fmt::format("1.{}", min_minor)}};
  JsonObject body{{"name", "OpenStack Zun API"},
                  {"description", "Zun is an OpenStack project which aims to provide containers management."},
                  {"versions", JsonArray{version}},
                  {"default_version", version}};
  return Reply::json(std::move(body));
}

Result<Reply> version_1(ZunApi&, Call& call) {
  const std::string& base = call.base_url;
  JsonObject described = link("https://docs.openstack.org/developer/zun/dev/api-spec-v1.html", "describedby");
  described["type"] = "text/html";
  JsonObject body{{"id", "v1"},
                  {"media_types", JsonArray{JsonObject{{"base", "application/json"},
                                                       {"type", "application/vnd.openstack.zun.v1+json"}}}},
                  {"links", JsonArray{link(base + "/v1/", "self"), std::move(described)}}};
  for (const std::string_view resource : {"services", "containers", "images", "networks", "hosts", "availability_zones",
                                          "capsules", "quotas", "quota_classes", "registries"}) {
    body[resource] = JsonArray{link(fmt::format("{}/v1/{}/", base, resource), "self"),
                               link(fmt::format("{}/{}/", base, resource), "bookmark")};
  }
  return Reply::json(std::move(body));
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/", Access::open, "version:list", 200, &versions, BodyKind::none},
    {"GET", "/v1", Access::open, "version:get", 200, &version_1, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_root_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace zun

std::vector<BoundRoute> zun_routes(ZunApi& api, const domain::Policy& policy) {
  std::vector<BoundRoute> rows;
  zun::bind_root_routes(rows, api);
  zun::bind_container_routes(rows, api);
  zun::bind_action_routes(rows, api);
  zun::bind_console_routes(rows, api);
  zun::bind_change_routes(rows, api);
  zun::bind_history_routes(rows, api);
  zun::bind_data_routes(rows, api);
  zun::bind_operator_routes(rows, api);
  zun::bind_quota_routes(rows, api);
  zun::bind_network_routes(rows, api);
  zun::bind_registry_routes(rows, api);
  zun::bind_image_routes(rows, api);
  zun::bind_capsule_routes(rows, api);
  for (auto& row : rows) row.grant = policy.grant_or(row.rule, row.grant);
  // "/containers/X" is "/v1/containers/X": the bookmark links rely on it
  constexpr std::string_view prefix = "/v1/";
  const std::size_t versioned = rows.size();
  for (std::size_t i = 0; i < versioned; ++i) {
    if (!rows[i].path.starts_with(prefix)) continue;
    BoundRoute bare = rows[i];
    bare.path.erase(0, prefix.size() - 1);
    rows.push_back(std::move(bare));
  }
  return rows;
}

}  // namespace causeway::api
