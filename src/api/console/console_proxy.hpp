#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "causeway/http/server.hpp"
#include "causeway/services/containers/consoles/consoles.hpp"

namespace causeway::api {

struct ConsoleProxyOptions {
  std::string base_url;                      ///< as clients were told: its scheme is what pages are held to
  std::vector<std::string> allowed_origins;  ///< hosts of pages that may open consoles besides our own
  /// How long a client may be silent before it is asked for a sign of life. Only of clients that name a User-Agent: the
  /// stock client does not, and once pinged it reads on until output comes and takes no more typing.
  std::chrono::milliseconds ping_after{30'000};
};

/// The WebSocket proxy of a region: `GET /?token=..&uuid=..[&exec_id=..]` becomes a console, wherever the container is.
///
/// The token in the URL is the only authentication, so no log shows the query. Refusals are plain text: 403 for a bad
/// token or origin, 400 and 426 for what is no handshake. Lifetime: outlives its server. Concurrency: thread-safe; a
/// session holds no thread.
class ConsoleProxy final : public http::Handler {
 public:
  ConsoleProxy(services::Consoles& consoles, ConsoleProxyOptions options);
  http::Response handle(http::Request request) override;

 private:
  services::Consoles& consoles_;
  const ConsoleProxyOptions options_;
};

}  // namespace causeway::api
