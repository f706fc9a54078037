#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "causeway/base/json.hpp"
#include "causeway/base/result.hpp"
#include "causeway/http/client.hpp"
#include "causeway/http/open_response.hpp"

namespace causeway::adapters {

/// The Engine API on its unix socket: paths get their version, failures become Errors.
///
/// Concurrency: thread-safe. Failures: as boundary::ContainerEngine says.
class EngineClient {
 public:
  explicit EngineClient(std::string socket_path);

  struct Wait {
    std::chrono::milliseconds timeout{60'000};
    std::stop_token stop;
  };
  /// The parsed body; null for an empty one. Every 2xx, and 304 ("it is so already"), is a success.
  Result<Json> call(const std::string& method, const std::string& target, std::optional<Json> body, const Wait& wait);
  Result<Json> call(const std::string& method, const std::string& target, std::optional<Json> body = std::nullopt) {
    return call(method, target, std::move(body), Wait{});
  }

  /// Hands the body over piece by piece; `open` once the engine has accepted.
  Result<void> stream(http::ClientRequest request, const std::function<Result<void>()>& open,
                      const std::function<Result<void>(std::string_view)>& piece, std::chrono::milliseconds idle,
                      std::stop_token stop);

  /// The body is pulled; the engine has accepted.
  Result<http::OpenResponse> open(http::ClientRequest request, std::chrono::milliseconds idle, std::stop_token stop);

  /// POST that takes the connection over: what the process reads and writes.
  Result<std::unique_ptr<async::Duplex>> take_over(const std::string& target, std::optional<Json> body);

 private:
  http::Client client_;
};

/// The Error for an answer of the Engine API; `body` is its JSON text, {"message": "..."}.
Error engine_error(int status, std::string_view target, std::string_view body);

}  // namespace causeway::adapters
