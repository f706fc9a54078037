#pragma once

#include <string>

#include "causeway/http/upgrade/frame_reader.hpp"
#include "causeway/http/upgrade/session.hpp"

namespace causeway::http {

/// A mutual exclusion of coroutines in one thread.
class Turn {
 public:
  explicit Turn(const asio::any_io_executor& executor) : free_(executor, asio::steady_timer::time_point::max()) {}
  asio::awaitable<void> take();
  void give();

 private:
  asio::steady_timer free_;  ///< never expires: cancelled whenever it is free again
  bool taken_ = false;
};

/// A session whose client speaks WebSocket frames (RFC 6455): see Upgrade. Frames of both coroutines, and of the one
/// that asks a silent client for a sign of life, go out whole, one after the other.
class WebSocketSession final : public Session {
 public:
  WebSocketSession(ByteStream& client, std::string received, const asio::any_io_executor& executor, Upgrade upgrade);

 private:
  using Clock = std::chrono::steady_clock;

  asio::awaitable<void> carry_in() override;
  asio::awaitable<void> carry_out() override;
  void start_helpers() override;
  static asio::awaitable<void> ask_for_life(std::shared_ptr<WebSocketSession> self);

  asio::awaitable<bool> take_events(std::span<char> bytes);  ///< false: the client said its last
  asio::awaitable<bool> take_event(const FrameReader::Event& event);
  asio::awaitable<void> send(std::string frame);
  asio::awaitable<void> say_close(std::uint16_t code, std::string_view reason);
  asio::awaitable<IoResult> read_target(std::span<char> into, bool tail_waits);

  FrameReader frames_;
  Turn turn_;
  const std::chrono::milliseconds ping_after_;
  asio::steady_timer ping_timer_;
  Clock::time_point heard_ = Clock::now();  ///< when the client last said anything
  bool listens_ = false;                    ///< carry_in() waits for the client, not for the target
  bool close_sent_ = false;
  bool target_deaf_ = false;
};

}  // namespace causeway::http
