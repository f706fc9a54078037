#include "causeway/api/keystone/keystone_api.hpp"
#include "causeway/api/keystone/wire.hpp"

namespace causeway::api {
namespace {

Result<Reply> list_regions(KeystoneApi& api, Call& call) {
  TRY(const auto regions, api.identity.catalog.list_regions());
  return list_reply(call, "regions", regions);
}

Result<Reply> create_region(KeystoneApi& api, Call& call) {
  TRY(auto draft, draft_of<services::RegionDraft>(call, "region"));
  if (const auto& id = call.param("region"); !id.empty()) draft.id = id;
  TRY(const auto region, api.identity.catalog.create_region(draft));
  return item_reply(call, "region", region);
}

Result<Reply> show_region(KeystoneApi& api, Call& call) {
  TRY(const auto region, api.identity.catalog.get_region(call.param("region")));
  return item_reply(call, "region", region);
}

Result<Reply> update_region(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::RegionDraft>(call, "region"));
  TRY(const auto region, api.identity.catalog.update_region(call.param("region"), changes));
  return item_reply(call, "region", region);
}

Result<Reply> delete_region(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.catalog.remove_region(call.param("region")));
  return Reply::empty();
}

Result<Reply> list_services(KeystoneApi& api, Call& call) {
  TRY(const auto services, api.identity.catalog.list_services());
  return list_reply(call, "services", services);
}

Result<Reply> create_service(KeystoneApi& api, Call& call) {
  TRY(const auto draft, draft_of<services::ServiceDraft>(call, "service"));
  TRY(const auto service, api.identity.catalog.create_service(draft));
  return item_reply(call, "service", service);
}

Result<Reply> show_service(KeystoneApi& api, Call& call) {
  TRY(const auto service, api.identity.catalog.get_service(call.param("service")));
  return item_reply(call, "service", service);
}

Result<Reply> update_service(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::ServiceDraft>(call, "service"));
  TRY(const auto service, api.identity.catalog.update_service(call.param("service"), changes));
  return item_reply(call, "service", service);
}

Result<Reply> delete_service(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.catalog.remove_service(call.param("service")));
  return Reply::empty();
}

Result<Reply> list_endpoints(KeystoneApi& api, Call& call) {
  TRY(const auto endpoints, api.identity.catalog.list_endpoints());
  return list_reply(call, "endpoints", endpoints);
}

Result<Reply> create_endpoint(KeystoneApi& api, Call& call) {
  TRY(const auto draft, draft_of<services::EndpointDraft>(call, "endpoint"));
  TRY(const auto endpoint, api.identity.catalog.create_endpoint(draft));
  return item_reply(call, "endpoint", endpoint);
}

Result<Reply> show_endpoint(KeystoneApi& api, Call& call) {
  TRY(const auto endpoint, api.identity.catalog.get_endpoint(call.param("endpoint")));
  return item_reply(call, "endpoint", endpoint);
}

Result<Reply> update_endpoint(KeystoneApi& api, Call& call) {
  TRY(const auto changes, draft_of<services::EndpointDraft>(call, "endpoint"));
  TRY(const auto endpoint, api.identity.catalog.update_endpoint(call.param("endpoint"), changes));
  return item_reply(call, "endpoint", endpoint);
}

Result<Reply> delete_endpoint(KeystoneApi& api, Call& call) {
  TRY_VOID(api.identity.catalog.remove_endpoint(call.param("endpoint")));
  return Reply::empty();
}

constexpr Route<KeystoneApi> catalog_routes[] = {
    {"GET", "/v3/regions", Access::any_token, "identity:list_regions", 200, &list_regions},
    {"POST", "/v3/regions", Access::admin, "identity:create_region", 201, &create_region},
    {"GET", "/v3/regions/{region}", Access::any_token, "identity:get_region", 200, &show_region},
    {"PUT", "/v3/regions/{region}", Access::admin, "identity:create_region", 201, &create_region},
    {"PATCH", "/v3/regions/{region}", Access::admin, "identity:update_region", 200, &update_region},
    {"DELETE", "/v3/regions/{region}", Access::admin, "identity:delete_region", 204, &delete_region},
    {"GET", "/v3/services", Access::admin, "identity:list_services", 200, &list_services},
    {"POST", "/v3/services", Access::admin, "identity:create_service", 201, &create_service},
    {"GET", "/v3/services/{service}", Access::admin, "identity:get_service", 200, &show_service},
    {"PATCH", "/v3/services/{service}", Access::admin, "identity:update_service", 200, &update_service},
    {"DELETE", "/v3/services/{service}", Access::admin, "identity:delete_service", 204, &delete_service},
    {"GET", "/v3/endpoints", Access::admin, "identity:list_endpoints", 200, &list_endpoints},
    {"POST", "/v3/endpoints", Access::admin, "identity:create_endpoint", 201, &create_endpoint},
    {"GET", "/v3/endpoints/{endpoint}", Access::admin, "identity:get_endpoint", 200, &show_endpoint},
    {"PATCH", "/v3/endpoints/{endpoint}", Access::admin, "identity:update_endpoint", 200, &update_endpoint},
    {"DELETE", "/v3/endpoints/{endpoint}", Access::admin, "identity:delete_endpoint", 204, &delete_endpoint},
};
static_assert(routes_ok(catalog_routes));

}  // namespace

void add_catalog_routes(std::vector<BoundRoute>& into, KeystoneApi& api) { bind_routes(into, catalog_routes, api); }

}  // namespace causeway::api
