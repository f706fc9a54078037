#include "causeway/http/server/stream.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "causeway/http/tls/tls_context.hpp"

namespace causeway::http {
namespace {

using Socket = asio::generic::stream_protocol::socket;

void shutdown_send_of(Socket& socket) {
  error_code ignored;
  socket.shutdown(Socket::shutdown_send, ignored);
}
void cancel_all_of(Socket& socket) {
  error_code ignored;
  socket.cancel(ignored);
}
void close_of(Socket& socket) {
  error_code ignored;
  socket.close(ignored);
}

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(Socket socket) : socket_(std::move(socket)) {}

  asio::awaitable<error_code> handshake() override { co_return error_code(); }
  asio::awaitable<IoResult> read_some(std::span<char> into) override {
    const auto buffer = asio::buffer(into.data(), into.size());
    IoResult result = co_await socket_.async_read_some(buffer, as_result);
    co_return result;
  }
  asio::awaitable<IoResult> write_some(std::string_view bytes) override {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    IoResult result = co_await socket_.async_write_some(buffer, as_result);
    co_return result;
  }
  asio::awaitable<void> say_goodbye() override {
    shutdown_send_of(socket_);
    co_return;
  }
  void shutdown_send() override { shutdown_send_of(socket_); }
  void cancel() override { cancel_all_of(socket_); }
  void close() override { close_of(socket_); }
  std::string common_name() const override { return ""; }

 private:
  Socket socket_;
};

/// Shares the listener's SSL_CTX: asio::ssl::context wants to own one, so it is given a reference of its own.
asio::ssl::context share(SSL_CTX* tls) {
  SSL_CTX_up_ref(tls);
  return asio::ssl::context(tls);
}

class TlsStream final : public ByteStream {
 public:
  TlsStream(Socket socket, SSL_CTX* tls) : context_(share(tls)), stream_(std::move(socket), context_) {}

  asio::awaitable<error_code> handshake() override {
    const auto result = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    co_return std::get<0>(result);
  }
  asio::awaitable<IoResult> read_some(std::span<char> into) override {
    const auto buffer = asio::buffer(into.data(), into.size());
    IoResult result = co_await stream_.async_read_some(buffer, as_result);
    co_return result;
  }
  asio::awaitable<IoResult> write_some(std::string_view bytes) override {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    IoResult result = co_await stream_.async_write_some(buffer, as_result);
    co_return result;
  }
  asio::awaitable<void> say_goodbye() override {
    const auto ignored = co_await stream_.async_shutdown(as_result);
    static_cast<void>(ignored);
  }
  void shutdown_send() override { shutdown_send_of(stream_.next_layer()); }
  void cancel() override { cancel_all_of(stream_.next_layer()); }
  void close() override { close_of(stream_.next_layer()); }
  std::string common_name() const override {
    return peer_common_name(const_cast<asio::ssl::stream<Socket>&>(stream_).native_handle());
  }

 private:
  asio::ssl::context context_;
  asio::ssl::stream<Socket> stream_;
};

}  // namespace

std::unique_ptr<ByteStream> make_stream(asio::io_context& io, Fd socket, int family, SSL_CTX* tls) {
  Socket adopted(io);
  error_code failure;
  adopted.assign(asio::generic::stream_protocol(family, 0), socket.get(), failure);
  if (failure) return nullptr;
  socket.release();
  if (tls != nullptr) return std::make_unique<TlsStream>(std::move(adopted), tls);
  return std::make_unique<PlainStream>(std::move(adopted));
}

}  // namespace causeway::http
