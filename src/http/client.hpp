#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "causeway/async/duplex.hpp"
#include "causeway/base/result.hpp"
#include "causeway/http/message.hpp"
#include "causeway/http/tls.hpp"

namespace causeway::http {

/// Where a client dials.
struct Endpoint {
  std::string host;  ///< name or address; also the Host header
  std::uint16_t port = 0;
  std::string unix_path;  ///< instead of host and port
  std::optional<ClientTls> tls;

  /// "http://h:1", "https://h:1" (TLS needs `tls` filled in afterwards), "unix:///run/docker.sock". A path after the
  /// authority is refused.
  static Result<Endpoint> parse(std::string_view url);
  std::string describe() const;
};

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";
  Headers headers;
  std::string body;
  std::unique_ptr<BodySource> source;  ///< streamed instead of `body`; chunked when its length is unknown
};

struct CallOptions {
  std::chrono::milliseconds timeout{30'000};       ///< of the whole exchange, for `call`
  std::chrono::milliseconds idle_timeout{60'000};  ///< without a byte, for `stream`
  std::stop_token stop;                            ///< asked to stop: Code::cancelled, promptly
  std::uint64_t max_body = 64ull << 20;            ///< larger answers to `call`: Code::too_large
};

struct OpenResponse;

/// The answer to a request that asked to leave HTTP.
struct Upgraded {
  Response response;                      ///< status 101, or a refusal with its body
  std::unique_ptr<async::Duplex> stream;  ///< what the connection has become; none after a refusal
};

/// A blocking HTTP/1.1 client for one endpoint with a pool of kept-alive connections. Thread-safe; any number of calls
/// at once. Failures: unavailable "http.connect" / "http.untrusted" / "http.broken", timeout "http.timeout", cancelled, too_large. A
/// request on a pooled connection that the server had closed meanwhile is sent once more on a fresh one, but only while
/// not a byte of the answer came and (GET, HEAD, PUT, DELETE or nothing of it was written).
class Client {
 public:
  explicit Client(Endpoint endpoint);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Any status is a success here; the caller reads it.
  Result<Response> call(ClientRequest request, const CallOptions& options = {});

  /// As `call`, but the body is handed over piece by piece as it comes; `head` is called first with status and headers
  /// (its body empty) and may refuse (an error ends the exchange and is returned). For watches, logs, downloads.
  /// Returns when the body ended, `piece` failed, the peer went quiet for idle_timeout, or stop was requested.
  Result<void> stream(ClientRequest request, const std::function<Result<void>(const Response& head)>& head,
                      const std::function<Result<void>(std::string_view piece)>& piece,
                      const CallOptions& options = {});

  /// As `stream`, but returns once the head is there; the body is pulled (open_response.hpp), by one thread, and may
  /// outlive the client. Always on a connection of its own, which ends with the body.
  Result<OpenResponse> open(ClientRequest request, const CallOptions& options = {});

  /// As `call`, but asks for `protocol` by Upgrade, on a connection of its own. The stream outlives the client.
  Result<Upgraded> upgrade(ClientRequest request, std::string_view protocol, const CallOptions& options = {});

  const Endpoint& endpoint() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::http
