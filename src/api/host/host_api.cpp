#include "causeway/api/host/host_api.hpp"

#include <charconv>

#include "causeway/contract/control.hpp"

namespace causeway::api {
namespace {

constexpr int max_exec_seconds = 600;

Result<void> check_peer(const HostApi& api, const Call& call) {
  if (call.peer_name == api.region_name) return {};
  return failed(Code::forbidden, "peer.foreign", "This host serves its own region only.");
}

Result<std::optional<std::int64_t>> number_of(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (trouble == std::errc{} && end == text.data() + text.size() && value >= 0) return value;
  return failed(fail(Code::invalid, "field.bad_value", "{} is not a number: '{}'.", name, text).at(std::string(name)));
}

bool flag_of(const Call& call, std::string_view name, bool absent) {
  const auto text = call.query(name);
  return text.empty() ? absent : text == "true" || text == "1";
}

Result<Reply> logs(HostApi& api, Call& call) {
  TRY_VOID(check_peer(api, call));
  boundary::LogQuery query;
  query.stdout_ = flag_of(call, "stdout", query.stdout_);
  query.stderr_ = flag_of(call, "stderr", query.stderr_);
  query.timestamps = flag_of(call, "timestamps", query.timestamps);
  TRY(query.tail, number_of(call, "tail"));
  TRY(query.since, number_of(call, "since"));
  TRY(const auto text, api.agent.logs(domain::ContainerId(call.param("id")), query));
  return Reply::json(Json(text));
}

Result<Reply> execute(HostApi& api, Call& call) {
  TRY_VOID(check_peer(api, call));
  TRY(const auto message, decode<contract::ExecMessage>(call.body, Unknown::refuse));
  if (message.command.empty()) return failed(Code::invalid, "exec.no_command", "There is no command to run.");
  if (message.timeout_seconds < 1 || message.timeout_seconds > max_exec_seconds) {
    return failed(Code::invalid, "exec.bad_timeout", "A timeout is 1 to {} seconds.", max_exec_seconds);
  }
  TRY(const auto result, api.agent.execute(domain::ContainerId(call.param("id")), message.command,
                                           std::chrono::seconds(message.timeout_seconds)));
  return Reply::json(encode(result));
}

Result<Reply> status(HostApi& api, Call& call) {
  TRY_VOID(check_peer(api, call));
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
    {"GET", contract::host_logs_path, Access::peer, "host:logs", 200, &logs},
    {"POST", contract::host_exec_path, Access::peer, "host:exec", 200, &execute},
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

Mount host_mount(HostApi& api) {
  Mount mount;
  mount.style.name = "host";
  mount.style.render_error = &render_error;
  bind_routes(mount.routes, host_routes, api);
  return mount;
}

}  // namespace causeway::api
