#pragma once

#include <chrono>

#include "causeway/http/client.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/fd.hpp"

namespace causeway::http {

/// The longest that one step of dialling may take, however patient the call is otherwise.
inline constexpr std::chrono::milliseconds connect_time{10'000};

/// A connected socket, not blocking, closed on exec; every address of the host is tried in turn. Errors: unavailable
/// "http.connect".
Result<Fd> dial_tcp(const Endpoint& endpoint, const Patience& patience);
Result<Fd> dial_unix(const Endpoint& endpoint, const Patience& patience);

}  // namespace causeway::http
