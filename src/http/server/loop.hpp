#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "causeway/http/fd.hpp"
#include "causeway/http/server/connection.hpp"

namespace causeway::http {

/// One I/O thread with the connections that it was given; they never change threads.
///
/// Lifetime: `start` .. `join`. Concurrency: `adopt`, `begin_stop` and `abort` from any thread; the rest runs on its
/// own.
class Loop {
 public:
  Loop(ServerCore& core, std::string thread_name);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  asio::io_context& io() { return io_; }
  void start();
  void adopt(Fd socket, int family, std::string peer_address, SSL_CTX* tls, Handler& handler);
  void begin_stop();
  void abort();
  /// Stops the thread; whatever still waits is destroyed with the loop.
  void join();

 private:
  static asio::awaitable<void> serve(Loop& loop, std::shared_ptr<Connection> connection);
  static asio::awaitable<void> sweep(Loop& loop);

  ServerCore& core_;
  const std::string thread_name_;
  std::unordered_set<Connection*> connections_;
  bool stopping_ = false;
  asio::io_context io_{1};
  asio::steady_timer sweep_timer_{io_};
  std::thread thread_;
};

}  // namespace causeway::http
