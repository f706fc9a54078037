#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/http/message.hpp"

namespace causeway::http {

/// How a response's end is marked.
enum class Framing { none, length, chunked, until_close };

/// What the server adds to a response. The handler's own Connection, Transfer-Encoding and Content-Length are not used,
/// except a Content-Length where no body follows (HEAD, 304).
struct HeadOptions {
  Framing framing = Framing::length;
  std::uint64_t length = 0;
  bool keep_alive = true;
  bool http_1_0 = false;
  bool keep_own_length = false;
  bool upgrade = false;  ///< 101: the connection stops being HTTP
};

/// Status line and header fields with the empty line. Control characters in values become spaces: a value can not
/// forge a field.
std::string format_head(const Response& response, const HeadOptions& options);

/// One chunk of the chunked coding; `bytes` must not be empty.
std::string format_chunk(std::string_view bytes);
inline constexpr std::string_view last_chunk = "0\r\n\r\n";
inline constexpr std::string_view continue_head = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace causeway::http
