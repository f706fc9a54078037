#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>

#include "causeway/http/fd.hpp"
#include "causeway/http/server/asio.hpp"

namespace boost::asio {
class io_context;
}

namespace causeway::http {

using IoResult = std::tuple<error_code, std::size_t>;

/// The bytes of one accepted connection, plain (TCP or unix) or TLS, so that HTTP is written once. One I/O thread uses
/// it; at most one read and one write at a time. A read of an ended stream gives asio::error::eof.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual asio::awaitable<error_code> handshake() = 0;
  virtual asio::awaitable<IoResult> read_some(std::span<char> into) = 0;
  virtual asio::awaitable<IoResult> write_some(std::string_view bytes) = 0;
  /// Says goodbye in the protocol's own way; the caller bounds how long it may take.
  virtual asio::awaitable<void> say_goodbye() = 0;
  /// Tells the peer's kernel that nothing more will come; reading goes on.
  virtual void shutdown_send() = 0;
  /// Ends reads and writes under way with asio::error::operation_aborted; the stream stays usable.
  virtual void cancel() = 0;
  virtual void close() = 0;
  /// Subject CN of the verified client certificate, "" without one.
  virtual std::string common_name() const = 0;
};

/// Takes the accepted socket; TLS when `tls` is given, which must outlive the stream.
std::unique_ptr<ByteStream> make_stream(asio::io_context& io, Fd socket, int family, SSL_CTX* tls);

}  // namespace causeway::http
