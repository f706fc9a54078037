#include "causeway/http/upgrade/websocket_session.hpp"

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

namespace causeway::http {
namespace {

using namespace std::chrono_literals;

/// How long the first bytes of a character wait for the rest of it.
constexpr std::chrono::milliseconds tail_time = 200ms;

}  // namespace

asio::awaitable<void> Turn::take() {
  while (taken_) {
    const auto ignored = co_await free_.async_wait(as_result);
    static_cast<void>(ignored);
  }
  taken_ = true;
}

void Turn::give() {
  taken_ = false;
  free_.cancel();
}

WebSocketSession::WebSocketSession(ByteStream& client, std::string received, const asio::any_io_executor& executor,
                                   Upgrade upgrade)
    : Session(client, std::move(received), executor, std::move(upgrade.target)),
      frames_(upgrade.max_message),
      turn_(executor),
      ping_after_(upgrade.ping_after),
      ping_timer_(executor) {}

asio::awaitable<void> WebSocketSession::carry_in() {
  std::string buffer = std::exchange(received_, {});
  for (;;) {
    const bool goes_on = co_await take_events(buffer);
    if (!goes_on) break;
    listens_ = true;
    const bool more = co_await read_client(buffer);
    listens_ = false;
    if (!more) {
      client_lost_ = true;
      break;
    }
    heard_ = Clock::now();
  }
  awaits_client_ = false;
  // the target's last words are none of the client's business any more
  if (!client_lost_) client_.shutdown_send();
  client_ended();
}

asio::awaitable<bool> WebSocketSession::take_events(std::span<char> bytes) {
  bool goes_on = true;
  while (goes_on && !bytes.empty()) {
    std::size_t used = 0;
    const FrameReader::Event event = frames_.next(bytes, used);
    bytes = bytes.subspan(used);
    const bool more = co_await take_event(event);
    goes_on = more;
  }
  co_return goes_on;
}

asio::awaitable<bool> WebSocketSession::take_event(const FrameReader::Event& event) {
  switch (event.kind) {
    case FrameReader::Kind::need_more:
    case FrameReader::Kind::pong:
      co_return true;
    case FrameReader::Kind::data: {
      if (target_deaf_ || over_) co_return true;
      const bool written = co_await write_target(event.bytes);
      target_deaf_ = !written;  // why, its end will tell
      co_return true;
    }
    case FrameReader::Kind::ping: {
      if (close_sent_) co_return true;
      std::string answer = format_frame(WsOpcode::pong, event.bytes);
      co_await send(std::move(answer));
      co_return !client_lost_;
    }
    case FrameReader::Kind::close:
      co_await say_close(event.code == ws_no_code ? ws_normal : event.code, "");
      co_return false;
    case FrameReader::Kind::violation:
      co_await say_close(event.code, event.why);
      co_return false;
  }
  co_return false;
}

asio::awaitable<void> WebSocketSession::send(std::string frame) {
  co_await turn_.take();
  const bool written = co_await write_client(frame);
  turn_.give();
  static_cast<void>(written);  // a client that is lost is noticed by whoever reads it
}

asio::awaitable<void> WebSocketSession::say_close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(close_sent_, true)) co_return;
  std::string frame = format_close(code, reason);
  co_await send(std::move(frame));
}

asio::awaitable<IoResult> WebSocketSession::read_target(std::span<char> into, bool tail_waits) {
  asio::steady_timer late(executor_);
  if (tail_waits) {
    late.expires_after(tail_time);
    late.async_wait([self = shared_from_this(), this](error_code cancelled) {
      if (!cancelled) target_.interrupt_read();
    });
  }
  IoResult result = co_await target_.read_some(into);
  co_return result;
}

asio::awaitable<void> WebSocketSession::carry_out() {
  std::string buffer(small_buffer, '\0');
  std::string tail;  // the beginning of a character
  error_code ended;
  while (!stopping_ && !ended) {
    const auto [failure, count] = co_await read_target(buffer, !tail.empty());
    const bool interrupted = failure == asio::error::operation_aborted && !stopping_ && !client_ended_;
    if (failure && !interrupted) ended = failure;
    std::string text = std::exchange(tail, {});
    text.append(buffer, 0, count);
    if (!failure) {
      const std::size_t kept = incomplete_tail(text);
      tail = text.substr(text.size() - kept);
      text.resize(text.size() - kept);
    }
    if (!text.empty() && !close_sent_) {
      std::string frame = format_frame(WsOpcode::binary, text);
      co_await send(std::move(frame));
    }
    if (client_lost_) client_ended();
    if (!failure) fit(buffer, next_buffer_size(buffer.size(), count));
  }
  over_ = true;
  ping_timer_.cancel();
  const bool proper = ended == asio::error::eof || client_ended_;
  awaits_client_ = !client_ended_;
  if (stopping_) {
    co_await say_close(ws_going_away, "The service stops.");
  } else {
    co_await say_close(proper ? ws_normal : ws_internal, proper ? "" : "The connection to the container broke.");
  }
}

void WebSocketSession::start_helpers() {
  if (ping_after_.count() == 0) return;
  auto self = std::static_pointer_cast<WebSocketSession>(shared_from_this());
  asio::co_spawn(executor_, ask_for_life(std::move(self)), asio::detached);
}

asio::awaitable<void> WebSocketSession::ask_for_life(std::shared_ptr<WebSocketSession> self) {
  const Running running(*self);
  const auto late = [&self](Clock::time_point since) { return Clock::now() - since >= self->ping_after_; };
  std::optional<Clock::time_point> asked;  // when, if it has said nothing since
  while (!self->over_ && !self->close_sent_ && !self->client_ended_) {
    if (!self->listens_) self->heard_ = Clock::now();  // what it says waits in the kernel while the target is slow
    if (asked && self->heard_ >= *asked) asked.reset();
    const Clock::time_point since = asked.value_or(self->heard_);
    if (!late(since)) {
      self->ping_timer_.expires_at(since + self->ping_after_);
      const auto ignored = co_await self->ping_timer_.async_wait(as_result);
      static_cast<void>(ignored);
    } else if (asked) {
      self->client_lost_ = true;
      self->client_.cancel();
      break;
    } else {
      asked = Clock::now();
      std::string frame = format_frame(WsOpcode::ping, "");
      co_await self->send(std::move(frame));
    }
  }
}

}  // namespace causeway::http
