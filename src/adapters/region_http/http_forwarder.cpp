#include "causeway/adapters/region_http/http_forwarder.hpp"

namespace causeway::adapters {

HttpForwarder::HttpForwarder(http::Endpoint owner) : client_(std::move(owner)) {}

Result<boundary::Forwarder::Answer> HttpForwarder::forward(std::string_view method, std::string_view target, std::string_view token,
                                                           std::string_view body) {
  http::ClientRequest request;
  request.method = std::string(method);
  request.target = std::string(target);
  request.headers.set("X-Auth-Token", std::string(token));
  if (!body.empty()) {
    request.headers.set("Content-Type", "application/json");
    request.body = std::string(body);
  }
  auto answer = client_.call(std::move(request));
  if (!answer) {
    Error error = fail(Code::unavailable, "central.unreachable", "The central network service cannot be reached now; try again later.");
    error.context = {answer.error().describe()};
    return failed(std::move(error));
  }
  return Answer{answer->status, std::move(answer->body)};
}

}  // namespace causeway::adapters
