#pragma once

#include <memory>
#include <string>

#include "causeway/app/dev/cloud.hpp"
#include "causeway/http/server.hpp"

namespace causeway::app {

/// Lets tests break a dev cloud: on a unix socket, GET /processes, POST /processes/{name}/{stop|start|kill|restart},
/// POST /links/{host}/{up|down}.
class RemoteControl final : public http::Handler {
 public:
  RemoteControl(DevCloud& cloud, std::string socket);
  Result<void> start();
  void stop();
  http::Response handle(http::Request request) override;

 private:
  Result<Json> carry_out(const std::string& path);

  DevCloud& cloud_;
  const std::string socket_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace causeway::app
