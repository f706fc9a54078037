#include "causeway/http/tls/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/x509.h>

namespace causeway::http {
namespace {

Result<TlsContext> make_context(const SSL_METHOD* method) {
  TlsContext context(SSL_CTX_new(method));
  if (!context) return failed(Code::internal, "tls.broken", "TLS cannot be set up: {}", last_tls_error());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);  // an idle session holds no buffers
  return context;
}

std::unexpected<Error> bad_file(const std::string& file) {
  return failed(Code::invalid, "tls.bad_files", "{} cannot be used for TLS: {}", file, last_tls_error());
}

Result<void> load_identity(SSL_CTX* context, const std::string& certificate_file, const std::string& key_file) {
  if (SSL_CTX_use_certificate_chain_file(context, certificate_file.c_str()) != 1) return bad_file(certificate_file);
  if (SSL_CTX_use_PrivateKey_file(context, key_file.c_str(), SSL_FILETYPE_PEM) != 1) return bad_file(key_file);
  if (SSL_CTX_check_private_key(context) != 1) return bad_file(key_file);
  return {};
}

}  // namespace

std::string last_tls_error() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  if (code == 0) return "unknown reason";
  char text[256];
  ERR_error_string_n(code, text, sizeof text);
  return text;
}

Result<TlsContext> make_server_context(const ServerTls& files) {
  TRY(TlsContext context, make_context(TLS_server_method()));
  TRY_VOID(load_identity(context.get(), files.certificate_file, files.key_file));
  if (!files.client_ca_file.empty()) {
    if (SSL_CTX_load_verify_locations(context.get(), files.client_ca_file.c_str(), nullptr) != 1) {
      return bad_file(files.client_ca_file);
    }
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  return context;
}

Result<TlsContext> make_client_context(const ClientTls& files) {
  TRY(TlsContext context, make_context(TLS_client_method()));
  if (!files.certificate_file.empty()) TRY_VOID(load_identity(context.get(), files.certificate_file, files.key_file));
  const bool trusted = files.ca_file.empty()
                           ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                           : SSL_CTX_load_verify_locations(context.get(), files.ca_file.c_str(), nullptr) == 1;
  if (!trusted) return bad_file(files.ca_file);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  return context;
}

std::string peer_common_name(const SSL* session) {
  X509* certificate = SSL_get0_peer_certificate(session);
  if (certificate == nullptr || SSL_get_verify_result(session) != X509_V_OK) return "";
  X509_NAME* subject = X509_get_subject_name(certificate);
  const int index = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (index < 0) return "";
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, index)));
  if (length < 0) return "";
  std::string name(reinterpret_cast<char*>(text), static_cast<std::size_t>(length));
  OPENSSL_free(text);
  // an embedded NUL could make two readers see two names
  return name.find('\0') == std::string::npos ? name : std::string();
}

}  // namespace causeway::http
