#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "causeway/http/client.hpp"
#include "causeway/http/client/patience.hpp"
#include "causeway/http/fd.hpp"

namespace causeway::http {

/// One dialled connection: TCP or unix, plain or TLS, never blocking. Not thread-safe. Writing to a closed peer never
/// raises SIGPIPE.
class Transport {
 public:
  /// Dials and shakes hands. Errors: unavailable "http.connect", timeout, cancelled. `tls` is needed when the endpoint
  /// has TLS and must outlive the transport.
  static Result<std::unique_ptr<Transport>> dial(const Endpoint& endpoint, SSL_CTX* tls, const Patience& patience);
  ~Transport();
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  enum class State { moved, ended, wants_read, wants_write, broken };
  struct Moved {
    State state = State::broken;
    std::size_t count = 0;  ///< bytes, with State::moved
  };
  Moved try_read(std::span<char> into);
  Moved try_write(std::string_view bytes);

  int fd() const { return fd_.get(); }
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
};

}  // namespace causeway::http
