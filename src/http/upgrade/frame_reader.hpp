#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace causeway::http {

enum class WsOpcode : unsigned char { more = 0x0, text = 0x1, binary = 0x2, close = 0x8, ping = 0x9, pong = 0xA };

/// The close codes (RFC 6455 7.4.1) that are used here.
inline constexpr std::uint16_t ws_normal = 1000;
inline constexpr std::uint16_t ws_going_away = 1001;
inline constexpr std::uint16_t ws_protocol_error = 1002;
inline constexpr std::uint16_t ws_no_code = 1005;
inline constexpr std::uint16_t ws_too_big = 1009;
inline constexpr std::uint16_t ws_internal = 1011;

/// The frames of a WebSocket client (RFC 6455 5), read out of bytes that come in any pieces. Text and binary are the
/// same here: bytes. Holds no more than one control frame. Pure; one thread.
///
///   | FIN RSV RSV RSV opcode | MASK length | length, 0, 2 or 8 bytes | key, 4 bytes | payload, masked |
class FrameReader {
 public:
  explicit FrameReader(std::uint64_t max_message) : max_message_(max_message) {}

  enum class Kind { need_more, data, ping, pong, close, violation };
  struct Event {
    Kind kind = Kind::need_more;
    std::string_view bytes;  ///< data: a part of a message, unmasked where it lay; ping, pong: all of it
    std::uint16_t code = 0;  ///< close: the peer's, ws_no_code without one; violation: what to close with
    const char* why = "";    ///< violation
  };
  /// The next event out of the front of `bytes`; `used` says how many are dealt with. Not after a close or a violation.
  Event next(std::span<char> bytes, std::size_t& used);

 private:
  bool fill_header(std::span<char> bytes, std::size_t& used);
  Event open_frame();
  Event check_close() const;

  const std::uint64_t max_message_;
  std::string header_;
  bool in_frame_ = false;
  WsOpcode opcode_ = WsOpcode::more;
  bool final_ = false;
  std::uint64_t left_ = 0;
  std::size_t key_at_ = 0;
  unsigned char key_[4] = {};
  bool in_message_ = false;
  std::uint64_t message_ = 0;  ///< bytes of the message so far
  std::string control_;
};

/// One unmasked frame that is a whole message.
std::string format_frame(WsOpcode opcode, std::string_view payload);
std::string format_close(std::uint16_t code, std::string_view reason);

/// How many bytes at the end of `bytes` begin a UTF-8 character that is not whole yet: 0 to 3. What can never become a
/// character is not held back.
std::size_t incomplete_tail(std::string_view bytes);

}  // namespace causeway::http
