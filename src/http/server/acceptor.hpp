#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "causeway/http/server/listener.hpp"
#include "causeway/http/server/loop.hpp"
#include "causeway/http/tls/tls_context.hpp"

namespace causeway::http {

/// Accepts connections of one listening socket and deals them out to the loops in turn.
///
/// Lifetime: outlives the connections it accepted (they share its TLS context). Concurrency: runs on the first loop's
/// thread; `close` from any thread.
class Acceptor {
 public:
  Acceptor(ServerCore& core, std::vector<std::unique_ptr<Loop>>& loops, ListeningSocket socket, TlsContext tls,
           Handler& handler, std::string unix_path);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  void start();
  void close();
  std::uint16_t port() const { return port_; }

 private:
  static asio::awaitable<void> run(Acceptor& self);
  enum class Accepted { some, none, no_descriptors };
  Accepted accept_waiting();
  void take(Fd socket, std::string peer_address);

  ServerCore& core_;
  std::vector<std::unique_ptr<Loop>>& loops_;
  const TlsContext tls_;
  Handler& handler_;
  const int family_;
  const std::uint16_t port_;
  const std::string unix_path_;  ///< removed at the end; "" when the file is not ours
  std::size_t next_loop_ = 0;
  asio::posix::stream_descriptor socket_;
};

}  // namespace causeway::http
