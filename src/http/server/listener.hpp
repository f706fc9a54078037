#pragma once

#include <sys/socket.h>

#include <string>

#include "causeway/base/result.hpp"
#include "causeway/http/fd.hpp"
#include "causeway/http/server.hpp"

namespace causeway::http {

/// A bound listening socket, not blocking, closed on exec.
struct ListeningSocket {
  Fd fd;
  int family = 0;
  std::uint16_t port = 0;  ///< of a TCP socket

  /// Errors: unavailable "http.listen", naming the address.
  static Result<ListeningSocket> open(const Listen& where);
};

/// "127.0.0.1:4711", "[::1]:4711" or "unix".
std::string describe_address(const sockaddr_storage& address);

}  // namespace causeway::http
