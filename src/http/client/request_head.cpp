#include <algorithm>

#include "causeway/base/encoding.hpp"
#include "causeway/http/client/exchange.hpp"

namespace causeway::http {
namespace {

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\t'; });
}

bool is_framing(std::string_view name) {
  const std::string lower = to_lower(name);
  return lower == "content-length" || lower == "transfer-encoding" || lower == "connection";
}

std::string host_of(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return endpoint.host.empty() ? "localhost" : endpoint.host;
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  return fmt::format("{}{}{}:{}", is_v6 ? "[" : "", endpoint.host, is_v6 ? "]" : "", endpoint.port);
}

/// The field that says where the body ends; "" for a request without one.
std::string framing_of(const ClientRequest& request) {
  if (request.source) {
    const auto length = request.source->length();
    return length ? fmt::format("Content-Length: {}\r\n", *length) : "Transfer-Encoding: chunked\r\n";
  }
  const bool body_expected = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
  if (request.body.empty() && !body_expected) return "";
  return fmt::format("Content-Length: {}\r\n", request.body.size());
}

}  // namespace

Result<std::string> format_request_head(const Endpoint& endpoint, const ClientRequest& request,
                                        std::string_view upgrade) {
  const auto forged = [] {
    return failed(Code::invalid, "http.bad_request", "A control character stands in the request's head.");
  };
  if (has_control(request.method) || has_control(request.target) || request.target.find(' ') != std::string::npos)
    return forged();
  std::string head = fmt::format("{} {} HTTP/1.1\r\n", request.method, request.target);
  if (!request.headers.find("Host")) head += fmt::format("Host: {}\r\n", host_of(endpoint));
  for (const auto& [name, value] : request.headers.all()) {
    if (has_control(name) || has_control(value)) return forged();
    if (!is_framing(name)) head += fmt::format("{}: {}\r\n", name, value);
  }
  if (!upgrade.empty()) head += fmt::format("Connection: Upgrade\r\nUpgrade: {}\r\n", upgrade);
  head += framing_of(request);
  head += "\r\n";
  return head;
}

}  // namespace causeway::http
