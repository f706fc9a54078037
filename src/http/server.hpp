#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/http/message.hpp"
#include "causeway/http/tls.hpp"

namespace causeway::http {

/// What a server does with requests. Called on a bounded pool of worker threads and may block. Exceptions that leave
/// `handle` become a plain 500 and are counted.
class Handler {
 public:
  virtual ~Handler() = default;

  enum class Body { whole, streamed };
  /// Asked once the head is there, before the body is read, on an I/O thread: cheap, no blocking. `limit` is the
  /// largest body in bytes; a longer one is answered with `too_large` (by default a plain 413) without being read.
  struct Plan {
    Body body = Body::whole;
    std::uint64_t limit = 1 << 20;
  };
  virtual Plan plan(const Request& head) {
    (void)head;
    return {};
  }
  virtual Response handle(Request request) = 0;
  /// The answer to a request that could not be parsed or is over a limit: status 400, 408, 413, 414, 431 or 501.
  /// `head` has whatever was understood. Lets each API keep its error style.
  virtual Response refuse(const Request& head, int status, std::string_view why);
};

/// Where to listen: exactly one of tcp ("127.0.0.1", 9696; port 0 = any), unix path, or an inherited listening socket.
struct Listen {
  std::string address;
  std::uint16_t port = 0;
  std::string unix_path;
  int inherited_fd = -1;
  std::optional<ServerTls> tls;
};

struct ServerOptions {
  std::string name;  ///< names the threads and metrics
  int worker_threads = 8;
  int io_threads = 1;
  std::size_t max_connections = 4096;
  std::size_t max_queued_requests = 1024;  ///< beyond it: 503 with Retry-After
  std::size_t max_head = 32 * 1024;
  std::chrono::milliseconds idle_timeout{75'000};  ///< between requests
  std::chrono::milliseconds read_timeout{30'000};  ///< without progress inside a message
  std::chrono::milliseconds drain_timeout{2'000};  ///< at stop, for requests under way
};

/// An HTTP/1.1 server: keep-alive, pipelining answered in order, Expect: 100-continue, HEAD, chunked both ways.
///
/// Lifetime: handlers outlive the server. `start` binds (an error says address and port) and returns; `stop` closes the
/// listeners, ends open streams, waits for requests under way up to `drain_timeout`, joins all threads; the destructor
/// stops.
class Server {
 public:
  explicit Server(ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Before `start`; several listeners may share one server, each with its own handler.
  Result<void> listen(Listen where, Handler& handler);
  /// Binds: who connects from now on waits until `start`.
  Result<void> open();
  /// Answers; opens first where `open` was not called.
  Result<void> start();
  void stop();
  /// The port of the i-th listener (useful after port 0).
  std::uint16_t port(std::size_t listener = 0) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::http
