#include "causeway/app/dev/remote_control.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::app {

RemoteControl::RemoteControl(DevCloud& cloud, std::string socket) : cloud_(cloud), socket_(std::move(socket)) {}

Result<void> RemoteControl::start() {
  http::ServerOptions options;
  options.name = "dev";
  options.worker_threads = 2;
  server_ = std::make_unique<http::Server>(options);
  http::Listen where;
  where.unix_path = socket_;
  TRY_VOID(server_->listen(std::move(where), *this));
  return server_->start();
}

void RemoteControl::stop() {
  if (server_) server_->stop();
}

http::Response RemoteControl::handle(http::Request request) {
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  const auto outcome = carry_out(request.path);
  if (outcome) {
    response.body = to_text(*outcome);
  } else {
    response.status = outcome.error().code == Code::not_found ? 404 : 400;
    response.body = to_text(JsonObject{{"error", outcome.error().message}});
  }
  return response;
}

Result<Json> RemoteControl::carry_out(const std::string& path) {
  const auto parts = split(std::string_view(path).substr(1), '/');
  if (parts.size() == 1 && parts[0] == "processes") return cloud_.supervisor().request("list", "");
  if (parts.size() == 3 && parts[0] == "processes") return cloud_.supervisor().request(std::string(parts[2]), std::string(parts[1]));
  if (parts.size() == 3 && parts[0] == "links" && (parts[2] == "up" || parts[2] == "down")) {
    TRY_VOID(cloud_.lab().set_link(std::string(parts[1]), parts[2] == "up"));
    return Json(JsonObject{{"link", parts[1]}, {"state", parts[2]}});
  }
  return failed(Code::not_found, "dev.no_route", "There is no {}.", path);
}

}  // namespace causeway::app
