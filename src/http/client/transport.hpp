#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "causeway/async/duplex.hpp"
#include "causeway/http/client.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/fd.hpp"

namespace causeway::http {

/// One dialled connection: TCP or unix, plain or TLS, never blocking. Not thread-safe. Writing to a closed peer never
/// raises SIGPIPE.
class Transport final : public async::Duplex {
 public:
  /// Dials and shakes hands. Errors: unavailable "http.connect", "http.untrusted" (the peer's certificate), timeout, cancelled. `tls` is needed when the endpoint
  /// has TLS and must outlive the transport.
  static Result<std::unique_ptr<Transport>> dial(const Endpoint& endpoint, SSL_CTX* tls, const Patience& patience);
  ~Transport() override;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  Moved try_read(std::span<char> into) override;
  Moved try_write(std::string_view bytes) override;
  void end_writing() override;
  int fd() const override { return fd_.get(); }
  /// Bytes that were read too early: the next reads give them.
  void unread(std::string bytes) { unread_ = std::move(bytes); }
  /// Kept alive and silent: fit for another request.
  bool is_fresh();
  const std::string& trouble() const { return trouble_; }  ///< why it broke

 private:
  struct FreeSession {
    void operator()(SSL* session) const { SSL_free(session); }
  };
  explicit Transport(Fd fd) : fd_(std::move(fd)) {}
  Result<void> start_tls(const Endpoint& endpoint, SSL_CTX* context, const Patience& patience);
  Moved tls_outcome(int result);
  Moved plain_outcome(ssize_t result);

  Fd fd_;
  std::unique_ptr<SSL, FreeSession> session_;
  std::string trouble_;
  std::string unread_;
};

}  // namespace causeway::http
