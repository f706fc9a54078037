#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"
#include "causeway/api/zun/views.hpp"

namespace causeway::api::zun {
namespace {

constexpr Versions hosts_versions = since(4);

Result<Reply> list_hosts(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"limit", "marker", "sort_key", "sort_dir"}));
  TRY(const auto paging, paging_of(params, "hostname"));
  TRY(const auto page, api.hosts.list({paging.sort_key, paging.descending, paging.limit, paging.marker}));
  JsonArray items;
  for (const auto& candidate : page) items.push_back(host_view(candidate, call.base_url));
  const std::string last = page.empty() ? "" : page.back().host.uuid;
  return Reply::json(
      JsonObject{{"hosts", std::move(items)}, {"next", next_link(call, params, "hosts", paging, page.size(), last)}});
}

Result<Reply> show_host(ZunApi& api, Call& call) {
  TRY(const auto found, api.hosts.show(call.param("id")));
  return Reply::json(host_view(found, call.base_url));
}

Result<Reply> list_services(ZunApi& api, Call&) {
  TRY(const auto all, api.hosts.list({}));
  JsonArray items;
  for (const auto& candidate : all) items.push_back(service_view(candidate.host, api.hosts));
  return Reply::json(JsonObject{{"services", std::move(items)}});
}

/// The host that `host` and `binary` name; the only binary is the agent's.
Result<std::string> named_host(const Params& params) {
  TRY(auto host, params.required("host"));
  TRY(const auto binary, params.required("binary"));
  if (binary != "zun-compute") {
    return failed(Code::not_found, "service.not_found", "Zun service {} on host {} could not be found.", binary, host);
  }
  return host;
}

Reply enabled_reply(const domain::Host& host) {
  const Json reason = host.disabled ? Json(std::string_view(host.disabled_reason)) : Json(nullptr);
  return Reply::json(JsonObject{{"service", JsonObject{{"host", host.id.str()},
                                                       {"binary", "zun-compute"},
                                                       {"disabled", host.disabled},
                                                       {"disabled_reason", reason}}}});
}

Result<Reply> enable_service(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"host", "binary"}));
  TRY(const auto name, named_host(params));
  TRY(const auto host, api.hosts.enable(name));
  return enabled_reply(host);
}

Result<Reply> disable_service(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"host", "binary", "disabled_reason"}));
  TRY(const auto name, named_host(params));
  TRY(const auto reason, params.text("disabled_reason"));
  TRY(const auto host, api.hosts.disable(name, reason.substr(0, 255)));
  return enabled_reply(host);
}

Result<Reply> force_down_service(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"host", "binary", "forced_down"}));
  TRY(const auto name, named_host(params));
  TRY_VOID(params.required("forced_down"));
  TRY(const bool down, params.flag("forced_down", false));
  TRY(const auto host, api.hosts.force_down(name, down));
  return Reply::json(JsonObject{
      {"service", JsonObject{{"host", host.id.str()}, {"binary", "zun-compute"}, {"forced_down", host.forced_down}}}});
}

Result<Reply> delete_service(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"host", "binary"}));
  TRY(const auto name, named_host(params));
  TRY_VOID(api.hosts.forget(name));
  return Reply::json(nullptr);
}

Result<Reply> list_zones(ZunApi& api, Call&) {
  TRY(const auto zones, api.hosts.zones());
  JsonArray items;
  for (const auto& zone : zones) items.push_back(JsonObject{{"availability_zone", zone}});
  return Reply::json(JsonObject{{"availability_zones", std::move(items)}, {"next", nullptr}});
}

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/hosts", Access::admin, "host:get_all", 200, &list_hosts, BodyKind::none,
     default_body_limit, hosts_versions},
    {"GET", "/v1/hosts/{id}", Access::admin, "host:get", 200, &show_host, BodyKind::none, default_body_limit,
     hosts_versions},
    {"GET", "/v1/services", Access::admin, "zun-service:get_all", 200, &list_services, BodyKind::none},
    {"PUT", "/v1/services/enable", Access::admin, "zun-service:enable", 200, &enable_service},
    {"PUT", "/v1/services/disable", Access::admin, "zun-service:disable", 200, &disable_service},
    {"PUT", "/v1/services/force_down", Access::admin, "zun-service:force_down", 200, &force_down_service},
    {"DELETE", "/v1/services", Access::admin, "zun-service:delete", 200, &delete_service},
    {"GET", "/v1/availability_zones", Access::any_token, "availability_zones:get_all", 200, &list_zones,
     BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_operator_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
