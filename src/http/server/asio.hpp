#pragma once

/// The parts of Asio that the server's coroutines use. Never included by a public header.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace causeway::http {

namespace asio = boost::asio;
using boost::system::error_code;

/// Every wait gives (error_code, result): nothing in the coroutines throws.
inline constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

}  // namespace causeway::http
