#include "causeway/adapters/region_http/control_client.hpp"

#include "causeway/contract/console.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {
namespace {

constexpr std::size_t max_refusal = 64 * 1024;

Error wire_error(const std::string& name, int status, std::string_view body) {
  if (const auto json = parse_json(body)) {
    if (const Json* inner = member(*json, "error")) {
      if (const auto error = decode<contract::WireError>(*inner)) return error->to_error().while_("asking {}", name);
    }
  }
  return fail(Code::internal, "control.bad_answer", "{} answered {}.", name, status);
}

}  // namespace

ControlClient::ControlClient(std::string name, http::Endpoint endpoint)
    : name_(std::move(name)), reason_(name_.substr(0, name_.find(' ')) + ".unreachable"), client_(std::move(endpoint)) {}

Result<Json> ControlClient::call(std::string_view method, const std::string& target, const Json& body, const http::CallOptions& options) {
  http::ClientRequest request;
  request.method = std::string(method);
  request.target = target;
  if (!body.is_null()) {
    request.headers.set("Content-Type", "application/json");
    request.body = to_text(body);
  }
  return read_answer(client_.call(std::move(request), options));
}

Result<Json> ControlClient::post_lines(const std::string& target, std::string lines, const http::CallOptions& options) {
  http::ClientRequest request;
  request.method = "POST";
  request.target = target;
  request.headers.set("Content-Type", "application/x-ndjson");
  request.body = std::move(lines);
  return read_answer(client_.call(std::move(request), options));
}

Result<void> ControlClient::stream(const std::string& target, const std::function<Result<void>(std::string_view)>& piece,
                                   const http::CallOptions& options) {
  http::ClientRequest request;
  request.target = target;
  int status = 0;
  std::string refusal;
  auto outcome = client_.stream(
      std::move(request),
      [&](const http::Response& head) -> Result<void> {
        status = head.status;
        return {};
      },
      [&](std::string_view data) -> Result<void> {
        if (status == 200) return piece(data);
        if (refusal.size() < max_refusal) refusal += data;
        return {};
      },
      options);
  if (status != 0 && status != 200) return failed(wire_error(name_, status, refusal));
  if (!outcome) return failed(unreachable(std::move(outcome).error()));
  return {};
}

Result<http::OpenResponse> ControlClient::open(std::string_view method, const std::string& target, std::unique_ptr<http::BodySource> upload,
                                               const http::CallOptions& options) {
  http::ClientRequest request;
  request.method = std::string(method);
  request.target = target;
  if (upload) request.headers.set("Content-Type", "application/octet-stream");
  request.source = std::move(upload);
  auto answer = client_.open(std::move(request), options);
  if (!answer) return failed(unreachable(std::move(answer).error()));
  if (answer->head.status < 300) return answer;
  return failed(wire_error(name_, answer->head.status, http::read_all(*answer->body, max_refusal).value_or("")));
}

Result<std::unique_ptr<async::Duplex>> ControlClient::open_stream(std::string_view method, const std::string& target) {
  http::ClientRequest request;
  request.method = std::string(method);
  request.target = target;
  auto answer = client_.upgrade(std::move(request), contract::stream_protocol);
  if (!answer) return failed(unreachable(std::move(answer).error()));
  if (answer->stream == nullptr) return failed(wire_error(name_, answer->response.status, answer->response.body));
  return std::move(answer->stream);
}

Result<Json> ControlClient::read_answer(Result<http::Response> answer) {
  if (!answer) return failed(unreachable(std::move(answer).error()));
  if (answer->status >= 300) return failed(wire_error(name_, answer->status, answer->body));
  if (answer->body.empty()) return Json(nullptr);
  return parse_json(answer->body);
}

Error ControlClient::unreachable(Error error) const {
  if (error.code != Code::unavailable && error.code != Code::timeout) return error;
  Error mapped = fail(Code::unavailable, reason_, "{} cannot be reached now; try again later.", name_);
  mapped.context = std::move(error.context);
  mapped.context.push_back(error.message);
  return mapped;
}

}  // namespace causeway::adapters
