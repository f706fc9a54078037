#include "causeway/adapters/region_http/http_forwarder.hpp"

namespace causeway::adapters {

HttpForwarder::HttpForwarder(http::Endpoint owner) : client_(std::move(owner)) {}

Result<boundary::Forwarder::Answer> HttpForwarder::forward(const Message& message) {
  http::ClientRequest request;
  request.method = message.method;
  request.target = message.target;
  request.headers.set("X-Auth-Token", message.token);
  if (!message.if_match.empty()) request.headers.set("If-Match", message.if_match);
  if (!message.host.empty()) request.headers.set("Host", message.host);
  if (!message.forwarded_proto.empty()) request.headers.set("X-Forwarded-Proto", message.forwarded_proto);
  if (!message.body.empty()) {
    request.headers.set("Content-Type", "application/json");
    request.body = message.body;
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
