#include "causeway/http/upgrade/session.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "causeway/http/upgrade/websocket_session.hpp"

namespace causeway::http {
namespace {

using namespace std::chrono_literals;

/// How long a target may still speak after its client has left.
constexpr std::chrono::milliseconds last_words_time = 2s;
/// How often the end looks whether the other coroutines have noticed: a cancel can fall between two parts of a TLS
/// read.
constexpr std::chrono::milliseconds end_poll = 10ms;
/// How long a client may take to answer a goodbye before it is cut off.
constexpr std::chrono::milliseconds goodbye_time = 1s;

class TunnelSession final : public Session {
 public:
  TunnelSession(ByteStream& client, std::string received, const asio::any_io_executor& executor, Upgrade upgrade)
      : Session(client, std::move(received), executor, std::move(upgrade.target)) {}

 private:
  asio::awaitable<void> carry_in() override {
    std::string buffer = std::exchange(received_, {});
    for (;;) {
      const bool written = co_await write_target(buffer);
      if (!written) co_return;
      const bool more = co_await read_client(buffer);
      if (!more) break;
    }
    client_ended();
  }

  asio::awaitable<void> carry_out() override {
    std::string buffer(small_buffer, '\0');
    while (!stopping_) {
      const auto [failure, count] = co_await target_.read_some(buffer);
      if (failure) break;
      const bool written = co_await write_client(std::string_view(buffer).substr(0, count));
      if (!written) client_ended();  // the rest is read and dropped: the target must not hang on it
      fit(buffer, next_buffer_size(buffer.size(), count));
    }
  }
};

}  // namespace

void fit(std::string& buffer, std::size_t size) {
  buffer.resize(size);
  if (buffer.capacity() > 2 * size) buffer.shrink_to_fit();
}

std::size_t next_buffer_size(std::size_t now, std::size_t filled) {
  if (filled >= now) return std::min(now * 4, large_buffer);
  return filled < small_buffer ? small_buffer : now;
}

Session::Session(ByteStream& client, std::string received, const asio::any_io_executor& executor,
                 std::unique_ptr<async::Duplex> target)
    : client_(client),
      executor_(executor),
      target_(executor, std::move(target)),
      received_(std::move(received)),
      last_words_(executor) {}

asio::awaitable<void> Session::inward(std::shared_ptr<Session> self) {
  const Running running(*self);
  co_await self->carry_in();
}

asio::awaitable<void> Session::run(std::shared_ptr<Session> self) {
  asio::co_spawn(self->executor_, inward(self), asio::detached);
  self->start_helpers();
  co_await self->carry_out();
  self->over_ = true;
  self->last_words_.cancel();
  self->target_.close();
  asio::steady_timer pause(self->executor_);
  const auto until = std::chrono::steady_clock::now() + goodbye_time;
  while (self->running_ > 0) {
    const bool patient = self->awaits_client_ && !self->client_lost_ && std::chrono::steady_clock::now() < until;
    if (!patient) self->client_.cancel();
    pause.expires_after(end_poll);
    const auto ignored = co_await pause.async_wait(as_result);
    static_cast<void>(ignored);
  }
}

void Session::stop() {
  stopping_ = true;
  target_.interrupt_read();
}

void Session::abort() {
  client_lost_ = true;
  stop();
  target_.close();
  client_.cancel();
}

asio::awaitable<bool> Session::read_client(std::string& buffer) {
  fit(buffer, read_size_);
  const auto [failure, count] = co_await client_.read_some(buffer);
  read_size_ = next_buffer_size(read_size_, count);
  buffer.resize(failure ? 0 : count);
  co_return !failure;
}

asio::awaitable<bool> Session::write_client(std::string_view bytes) {
  while (!bytes.empty()) {
    if (client_lost_) co_return false;
    const auto [failure, count] = co_await client_.write_some(bytes);
    if (failure) {
      client_lost_ = true;
      co_return false;
    }
    bytes.remove_prefix(count);
  }
  co_return true;
}

asio::awaitable<bool> Session::write_target(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto [failure, count] = co_await target_.write_some(bytes);
    if (failure) co_return false;
    bytes.remove_prefix(count);
  }
  co_return true;
}

void Session::client_ended() {
  if (std::exchange(client_ended_, true) || over_) return;
  target_.end_writing();
  last_words_.expires_after(last_words_time);
  last_words_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled) self->target_.close();
  });
}

std::shared_ptr<Session> make_session(ByteStream& client, std::string received, const asio::any_io_executor& executor,
                                      Upgrade upgrade) {
  if (upgrade.protocol == Upgrade::Protocol::websocket) {
    return std::make_shared<WebSocketSession>(client, std::move(received), executor, std::move(upgrade));
  }
  return std::make_shared<TunnelSession>(client, std::move(received), executor, std::move(upgrade));
}

}  // namespace causeway::http
