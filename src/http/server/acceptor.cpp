#include "causeway/http/server/acceptor.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "causeway/base/log.hpp"

namespace causeway::http {
namespace {

constexpr auto wait_read = asio::posix::stream_descriptor::wait_read;
constexpr int accepts_at_once = 64;
constexpr std::chrono::milliseconds pause_without_descriptors{100};
constexpr std::string_view full_answer =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

}  // namespace

Acceptor::Acceptor(ServerCore& core, std::vector<std::unique_ptr<Loop>>& loops, ListeningSocket socket, TlsContext tls,
                   Handler& handler, std::string unix_path)
    : core_(core),
      loops_(loops),
      tls_(std::move(tls)),
      handler_(handler),
      family_(socket.family),
      port_(socket.port),
      unix_path_(std::move(unix_path)),
      socket_(loops.front()->io(), socket.fd.release()) {}

Acceptor::~Acceptor() {
  if (!unix_path_.empty()) ::unlink(unix_path_.c_str());
}

void Acceptor::start() { asio::co_spawn(loops_.front()->io(), run(*this), asio::detached); }

void Acceptor::close() {
  asio::post(loops_.front()->io(), [this] {
    error_code ignored;
    socket_.close(ignored);
  });
}

asio::awaitable<void> Acceptor::run(Acceptor& self) {
  asio::steady_timer pause(self.loops_.front()->io());
  while (self.socket_.is_open()) {
    const auto waited = co_await self.socket_.async_wait(wait_read, as_result);
    if (std::get<0>(waited)) co_return;
    if (self.accept_waiting() != Accepted::no_descriptors) continue;
    log::error("{}: out of file descriptors; not accepting for a moment", self.core_.options.name);
    pause.expires_after(pause_without_descriptors);
    const auto ignored = co_await pause.async_wait(as_result);
    static_cast<void>(ignored);
  }
}

Acceptor::Accepted Acceptor::accept_waiting() {
  for (int i = 0; i < accepts_at_once; ++i) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    Fd socket(
        ::accept4(socket_.native_handle(), reinterpret_cast<sockaddr*>(&address), &size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      const bool exhausted = errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM;
      return exhausted ? Accepted::no_descriptors : Accepted::none;
    }
    take(std::move(socket), describe_address(address));
  }
  return Accepted::some;
}

void Acceptor::take(Fd socket, std::string peer_address) {
  if (core_.open_connections >= core_.options.max_connections) {
    core_.metrics.refused.add();
    if (!tls_) {
      // as a courtesy: nothing depends on it
      static_cast<void>(::send(socket.get(), full_answer.data(), full_answer.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    }
    return;
  }
  if (family_ != AF_UNIX) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    keep_alive(socket.get());
  }
  ++core_.open_connections;
  Loop& loop = *loops_[next_loop_++ % loops_.size()];
  loop.adopt(std::move(socket), family_, std::move(peer_address), tls_.get(), handler_);
}

}  // namespace causeway::http
