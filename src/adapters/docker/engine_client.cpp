#include "causeway/adapters/docker/engine_client.hpp"

namespace causeway::adapters {
namespace {

constexpr std::string_view api_version = "/v1.41";
constexpr std::size_t max_error_body = 64 * 1024;

http::Endpoint endpoint_of(std::string socket_path) {
  http::Endpoint endpoint;
  endpoint.host = "docker";
  endpoint.unix_path = std::move(socket_path);
  return endpoint;
}

bool succeeded(int status) { return (status >= 200 && status < 300) || status == 304; }

/// An engine that does not answer is one kind of trouble, whatever the transport calls it.
Error unreachable(Error error) {
  if (error.code != Code::unavailable) return error;
  return fail(Code::unavailable, "engine.unreachable", "The container engine does not answer: {}", error.message);
}

std::string_view missing_reason(std::string_view target) {
  if (target.starts_with("/images")) return "engine.no_image";
  if (target.starts_with("/networks")) return "engine.no_network";
  return "engine.no_container";
}

}  // namespace

Error engine_error(int status, std::string_view target, std::string_view body) {
  std::string message(body);
  if (const auto json = parse_json(body); json) {
    if (auto text = text_member(*json, "message"); !text.empty()) message = std::move(text);
  }
  if (message.empty()) message = fmt::format("status {}", status);
  if (status == 404) return fail(Code::not_found, missing_reason(target), "{}", message);
  if (status == 409) return fail(Code::conflict, "engine.refused", "{}", message);
  if (status >= 500) return fail(Code::unavailable, "engine.error", "{}", message);
  return fail(Code::invalid, "engine.refused", "{}", message);
}

EngineClient::EngineClient(std::string socket_path) : client_(endpoint_of(std::move(socket_path))) {}

Result<Json> EngineClient::call(const std::string& method, const std::string& target, std::optional<Json> body,
                                const Wait& wait) {
  http::ClientRequest request;
  request.method = method;
  request.target = std::string(api_version) + target;
  if (body) {
    request.body = to_text(*body);
    request.headers.set("Content-Type", "application/json");
  }
  http::CallOptions options;
  options.timeout = wait.timeout;
  options.stop = wait.stop;
  auto answer = client_.call(std::move(request), options);
  if (!answer) return failed(unreachable(std::move(answer).error()).while_("{} {}", method, target));
  if (!succeeded(answer->status))
    return failed(engine_error(answer->status, target, answer->body).while_("{} {}", method, target));
  if (answer->body.empty() || !answer->headers.get("Content-Type").starts_with("application/json"))
    return Json(nullptr);
  return parse_json(answer->body);
}

Result<std::unique_ptr<async::Duplex>> EngineClient::take_over(const std::string& target, std::optional<Json> body) {
  http::ClientRequest request;
  request.method = "POST";
  request.target = std::string(api_version) + target;
  if (body) request.body = to_text(*body);
  request.headers.set("Content-Type", "application/json");
  auto answer = client_.upgrade(std::move(request), "tcp");
  if (!answer) return failed(unreachable(std::move(answer).error()).while_("POST {}", target));
  if (answer->stream == nullptr)
    return failed(engine_error(answer->response.status, target, answer->response.body).while_("POST {}", target));
  return std::move(answer->stream);
}

Result<void> EngineClient::stream(http::ClientRequest request, const std::function<Result<void>()>& open,
                                  const std::function<Result<void>(std::string_view)>& piece,
                                  std::chrono::milliseconds idle, std::stop_token stop) {
  const std::string target = request.target;
  request.target = std::string(api_version) + target;
  http::CallOptions options;
  options.idle_timeout = idle;
  options.stop = std::move(stop);
  options.max_body = UINT64_MAX;
  int status = 0;
  std::string refusal;
  const auto on_head = [&](const http::Response& head) -> Result<void> {
    status = head.status;
    return succeeded(status) && open ? open() : Result<void>();
  };
  const auto on_piece = [&](std::string_view bytes) -> Result<void> {
    if (succeeded(status)) return piece(bytes);
    if (refusal.size() < max_error_body) refusal.append(bytes);
    return {};
  };
  auto done = client_.stream(std::move(request), on_head, on_piece, options);
  if (status != 0 && !succeeded(status))
    return failed(engine_error(status, target, refusal).while_("streaming {}", target));
  if (!done) return failed(unreachable(std::move(done).error()).while_("streaming {}", target));
  return {};
}

Result<http::OpenResponse> EngineClient::open(http::ClientRequest request, std::chrono::milliseconds idle,
                                              std::stop_token stop) {
  const std::string target = request.target;
  request.target = std::string(api_version) + target;
  http::CallOptions options;
  options.idle_timeout = idle;
  options.stop = std::move(stop);
  auto opened = client_.open(std::move(request), options);
  if (!opened) return failed(unreachable(std::move(opened).error()).while_("opening {}", target));
  if (succeeded(opened->head.status)) return opened;
  const auto refusal = http::read_all(*opened->body, max_error_body);
  return failed(engine_error(opened->head.status, target, refusal.value_or("")).while_("opening {}", target));
}

}  // namespace causeway::adapters
