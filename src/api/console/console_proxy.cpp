#include "causeway/api/console/console_proxy.hpp"

#include "causeway/api/kit/service.hpp"
#include "causeway/base/log.hpp"
#include "causeway/domain/console/origin.hpp"
#include "causeway/http/upgrade.hpp"

namespace causeway::api {
namespace {

constexpr std::string_view subprotocol = "binary";

http::Response plain(int status, std::string_view why) {
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(why) + "\n";
  return response;
}

std::string query_of(const http::Request& request, std::string_view name) {
  return std::string(request.query.find(name).value_or(std::string_view{}));
}

}  // namespace

ConsoleProxy::ConsoleProxy(services::Consoles& consoles, ConsoleProxyOptions options)
    : consoles_(consoles), options_(std::move(options)) {}

http::Response ConsoleProxy::handle(http::Request request) {
  if (request.path == "/healthz") return plain(200, "ok");
  if (request.path != "/") return plain(404, "There is nothing here.");
  if (auto refusal = http::refuse_handshake(request, subprotocol)) return *std::move(refusal);
  const auto& headers = request.headers;
  if (const auto why =
          domain::refuse_origin(headers.find("Origin"), headers.get("Host"), headers.get("X-Forwarded-Proto"),
                                options_.base_url, options_.allowed_origins)) {
    return plain(403, *why);
  }
  const std::string container = query_of(request, "uuid");
  auto stream = consoles_.open(query_of(request, "token"), container, query_of(request, "exec_id"));
  if (!stream) {
    const Error& error = stream.error();
    if (error.code != Code::forbidden) log::info("console of container {}: {}", container, error.describe());
    return plain(status_of(error.code), error.message);
  }
  log::debug("console of container {} opened from {}", container, request.peer.address);
  http::Upgrade upgrade;
  upgrade.target = *std::move(stream);
  if (headers.find("User-Agent")) upgrade.ping_after = options_.ping_after;
  return http::websocket_response(request, subprotocol, std::move(upgrade));
}

}  // namespace causeway::api
