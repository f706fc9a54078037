#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/async/duplex.hpp"
#include "causeway/base/result.hpp"
#include "causeway/http/message.hpp"

/// Connections that stop being HTTP (RFC 9110 7.8): the server pumps bytes between the client and a target, in its I/O
/// thread, with bounded buffers and flow control both ways. A session costs no thread.
namespace causeway::http {

/// What becomes of the connection behind a 101 answer.
///
/// `tunnel`: bytes as they are. `websocket`: what the client's messages hold goes to the target, and what the target
/// says becomes binary messages that never cut a UTF-8 character in two (a tail that stays incomplete, or is no UTF-8,
/// goes out as it is); the target's end is close 1000. In both the end of one side ends the other: a client that leaves
/// is told to the target, whose last words are waited for only briefly.
struct Upgrade {
  enum class Protocol { tunnel, websocket };
  Protocol protocol = Protocol::tunnel;
  std::unique_ptr<async::Duplex> target;
  /// WebSocket: a client that was silent for so long is asked for a sign of life, and given up after twice the time.
  /// 0 = never; a dead peer is then found by TCP keep-alive alone.
  std::chrono::milliseconds ping_after{0};
  std::uint64_t max_message = 1 << 20;  ///< WebSocket: of the client's messages; a longer one is close 1009
};

/// Whether the client asks for `protocol` by Upgrade.
bool asks_for(const Request& request, std::string_view protocol);

/// The answer that switches to a tunnel of that name.
Response tunnel_response(std::string_view protocol, std::unique_ptr<async::Duplex> target);

/// The answer to a request that is no WebSocket handshake, or one that cannot be served: status 400 or 426. None when
/// all is well. `subprotocol` is the only one spoken; a client that offers others alone is refused.
std::optional<Response> refuse_handshake(const Request& request, std::string_view subprotocol);
/// The answer to a good handshake.
Response websocket_response(const Request& request, std::string_view subprotocol, Upgrade upgrade);

}  // namespace causeway::http
