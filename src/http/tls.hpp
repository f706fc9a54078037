#pragma once

#include <string>

namespace causeway::http {

/// PEM files. TLS 1.3 only. A server with `client_ca_file` demands a client certificate signed by it (mutual TLS) and
/// refuses the handshake otherwise; the subject's common name becomes Peer::common_name.
struct ServerTls {
  std::string certificate_file;
  std::string key_file;
  std::string client_ca_file;
};

/// The server's certificate must be signed by `ca_file` and name `server_name` (or the address dialled when empty).
struct ClientTls {
  std::string ca_file;
  std::string certificate_file;
  std::string key_file;
  std::string server_name;
};

}  // namespace causeway::http
