#include "causeway/http/server/loop.hpp"

#include <algorithm>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

namespace causeway::http {
namespace {

/// Deadlines are kept by looking at all connections now and then: they end up to this much late.
std::chrono::milliseconds sweep_interval(const ServerOptions& options) {
  const auto shortest = std::min(options.idle_timeout, options.read_timeout);
  return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(250));
}

}  // namespace

Loop::Loop(ServerCore& core, std::string thread_name) : core_(core), thread_name_(std::move(thread_name)) {}

Loop::~Loop() { join(); }

void Loop::start() {
  asio::co_spawn(io_, sweep(*this), asio::detached);
  thread_ = std::thread([this] {
    async::name_this_thread(thread_name_);
    io_.run();
  });
}

void Loop::adopt(Fd socket, int family, std::string peer_address, SSL_CTX* tls, Handler& handler) {
  asio::post(io_, [this, socket = std::move(socket), family, peer = std::move(peer_address), tls, &handler]() mutable {
    auto stream = stopping_ ? nullptr : make_stream(io_, std::move(socket), family, tls);
    if (!stream) {
      --core_.open_connections;
      return;
    }
    auto connection =
        std::make_shared<Connection>(core_, handler, std::move(stream), io_.get_executor(), std::move(peer));
    connections_.insert(connection.get());
    core_.metrics.connections.add(1);
    asio::co_spawn(io_, serve(*this, std::move(connection)), asio::detached);
  });
}

asio::awaitable<void> Loop::serve(Loop& loop, std::shared_ptr<Connection> connection) {
  co_await Connection::run(connection);
  loop.connections_.erase(connection.get());
  loop.core_.metrics.connections.add(-1);
  --loop.core_.open_connections;
}

asio::awaitable<void> Loop::sweep(Loop& loop) {
  const auto interval = sweep_interval(loop.core_.options);
  for (;;) {
    loop.sweep_timer_.expires_after(interval);
    const auto ignored = co_await loop.sweep_timer_.async_wait(as_result);
    static_cast<void>(ignored);
    const auto now = std::chrono::steady_clock::now();
    for (Connection* connection : loop.connections_) connection->tick(now);
  }
}

void Loop::begin_stop() {
  asio::post(io_, [this] {
    stopping_ = true;
    for (Connection* connection : connections_) connection->begin_stop();
  });
}

void Loop::abort() {
  asio::post(io_, [this] {
    for (Connection* connection : connections_) connection->abort();
  });
}

void Loop::join() {
  io_.stop();
  if (!thread_.joinable()) return;
  thread_.join();
  core_.metrics.connections.add(-static_cast<double>(connections_.size()));
}

}  // namespace causeway::http
