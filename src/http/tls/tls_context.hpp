#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "causeway/base/result.hpp"
#include "causeway/http/tls.hpp"

namespace causeway::http {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// TLS 1.3 only, without session resumption: connections are kept alive instead, and a revoked client gains nothing.
/// Errors: invalid "tls.bad_files", naming the file.
Result<TlsContext> make_server_context(const ServerTls& files);
Result<TlsContext> make_client_context(const ClientTls& files);

/// Why the last OpenSSL call of this thread failed; empties the thread's error queue.
std::string last_tls_error();

/// Subject CN of the peer's verified certificate; "" without one, or when it is no clean text.
std::string peer_common_name(const SSL* session);

}  // namespace causeway::http
