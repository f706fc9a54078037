#include "causeway/http/server.hpp"

#include <algorithm>
#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/http/server/acceptor.hpp"

namespace causeway::http {
namespace {

/// How often `stop` looks whether the last connection has ended.
constexpr std::chrono::milliseconds drain_poll{5};

}  // namespace

Response Handler::refuse(const Request& /*head*/, int status, std::string_view why) {
  return plain_response(status, why);
}

struct Server::Impl {
  struct Place {
    Listen where;
    Handler* handler;
  };

  explicit Impl(ServerOptions given) : options(std::move(given)) {}

  Result<void> open(const Place& place) {
    TlsContext tls;
    if (place.where.tls) {
      TRY(tls, make_server_context(*place.where.tls));
    }
    TRY(ListeningSocket socket, ListeningSocket::open(place.where));
    const std::string own_path = place.where.inherited_fd < 0 ? place.where.unix_path : std::string();
    acceptors.push_back(
        std::make_unique<Acceptor>(*core, loops, std::move(socket), std::move(tls), *place.handler, own_path));
    return {};
  }

  /// All listeners or none: a server that half listens would look alive.
  Result<void> open_all() {
    for (const auto& place : places) {
      if (auto opened = open(place); !opened) {
        acceptors.clear();
        loops.clear();
        core.reset();
        return opened;
      }
    }
    return {};
  }

  void drain() {
    const auto until = std::chrono::steady_clock::now() + options.drain_timeout;
    while (core->open_connections > 0 && std::chrono::steady_clock::now() < until)
      std::this_thread::sleep_for(drain_poll);
  }

  const ServerOptions options;
  std::vector<Place> places;
  // in this order: connections use acceptors' TLS contexts and the core, and are destroyed with the loops' last events
  std::unique_ptr<ServerCore> core;
  std::vector<std::unique_ptr<Loop>> loops;
  std::vector<std::unique_ptr<Acceptor>> acceptors;
  std::vector<std::uint16_t> ports;
  bool running = false;
};

Server::Server(ServerOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}

Server::~Server() { stop(); }

Result<void> Server::listen(Listen where, Handler& handler) {
  if (impl_->core) return failed(Code::conflict, "http.started", "The server {} runs already.", impl_->options.name);
  impl_->places.push_back({std::move(where), &handler});
  return {};
}

Result<void> Server::open() {
  if (impl_->core) return failed(Code::conflict, "http.started", "The server {} runs already.", impl_->options.name);
  impl_->core = std::make_unique<ServerCore>(impl_->options);
  for (int i = 0; i < std::max(1, impl_->options.io_threads); ++i) {
    impl_->loops.push_back(
        std::make_unique<Loop>(*impl_->core, fmt::format("{}-io{}", impl_->options.name.substr(0, 10), i)));
  }
  if (auto opened = impl_->open_all(); !opened) {
    stop();
    return opened;
  }
  impl_->ports.clear();
  for (const auto& acceptor : impl_->acceptors) impl_->ports.push_back(acceptor->port());
  return {};
}

Result<void> Server::start() {
  if (impl_->running) return failed(Code::conflict, "http.started", "The server {} runs already.", impl_->options.name);
  if (!impl_->core) TRY_VOID(open());
  impl_->running = true;
  for (const auto& acceptor : impl_->acceptors) acceptor->start();
  for (const auto& loop : impl_->loops) loop->start();
  return {};
}

void Server::stop() {
  if (!impl_->core) return;
  for (const auto& acceptor : impl_->acceptors) acceptor->close();
  for (const auto& loop : impl_->loops) loop->begin_stop();
  impl_->drain();
  // handlers that wait for a body see it end now, so that the workers can be joined
  for (const auto& loop : impl_->loops) loop->abort();
  impl_->core->whole_pool.stop();
  impl_->core->stream_pool.stop();
  for (const auto& loop : impl_->loops) loop->join();
  impl_->acceptors.clear();
  impl_->loops.clear();
  impl_->core.reset();
  impl_->running = false;
}

std::uint16_t Server::port(std::size_t listener) const { return impl_->ports.at(listener); }

}  // namespace causeway::http
