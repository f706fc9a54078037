#include "causeway/api/host/host_api.hpp"

#include "causeway/api/host/data_routes.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::api {
namespace {

constexpr int max_exec_seconds = 600;

Result<Reply> execute(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto message, decode<contract::ExecMessage>(call.body, Unknown::refuse));
  if (message.command.empty()) return failed(Code::invalid, "exec.no_command", "There is no command to run.");
  if (message.timeout_seconds < 1 || message.timeout_seconds > max_exec_seconds) {
    return failed(Code::invalid, "exec.bad_timeout", "A timeout is 1 to {} seconds.", max_exec_seconds);
  }
  TRY(const auto result, api.agent.execute(domain::ContainerId(call.param("id")), message.command,
                                           std::chrono::seconds(message.timeout_seconds)));
  return Reply::json(encode(result));
}

Result<Reply> search_images(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto found, api.agent.search_images(std::string(call.query("term"))));
  return Reply::json(encode(found));
}

Result<Reply> status(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  JsonArray keys;
  for (const auto& key : api.agent.status()) {
    keys.push_back(JsonObject{{"key", key.key},
                              {"running", key.running},
                              {"failures", key.failures},
                              {"last_error", key.last_error},
                              {"next_attempt_ms", std::int64_t(key.next_attempt.count())}});
  }
  return Reply::json(JsonObject{{"keys", keys}});
}

constexpr Route<HostApi> host_routes[] = {
    {"POST", contract::host_exec_path, Access::peer, "host:exec", 200, &execute},
    {"GET", contract::host_search_path, Access::peer, "host:search_images", 200, &search_images},
    {"GET", "/v1/status", Access::peer, "host:status", 200, &status},
};
static_assert(routes_ok(host_routes));

http::Response render_error(const Error& error, int code, const Call*) {
  http::Response response;
  response.status = code;
  response.headers.set("Content-Type", "application/json");
  response.body = to_text(JsonObject{{"error", encode(contract::WireError::from(error))}});
  return response;
}

}  // namespace

Result<void> check_own_region(std::string_view region, const Call& call) {
  if (call.peer_name == region) return {};
  return failed(Code::forbidden, "peer.foreign", "This host serves its own region only.");
}

Mount host_mount(HostApi& api) {
  Mount mount;
  mount.style.name = "host";
  mount.style.render_error = &render_error;
  bind_routes(mount.routes, host_routes, api);
  bind_host_data_routes(mount.routes, api);
  return mount;
}

}  // namespace causeway::api
