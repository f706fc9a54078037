#include "causeway/http/client/transport.hpp"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "causeway/http/client/dial.hpp"
#include "causeway/http/client/socket_bio.hpp"
#include "causeway/http/tls/tls_context.hpp"

namespace causeway::http {
namespace {

int clamp_to_int(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

std::unexpected<Error> no_session(const Endpoint& endpoint, std::string_view why) {
  return failed(Code::unavailable, "http.connect", "Cannot connect to {}: {}.", endpoint.describe(), why);
}

}  // namespace

Transport::~Transport() {
  if (session_) SSL_shutdown(session_.get());
  ERR_clear_error();
}

Result<std::unique_ptr<Transport>> Transport::dial(const Endpoint& endpoint, SSL_CTX* tls, const Patience& patience) {
  TRY(Fd fd, endpoint.unix_path.empty() ? dial_tcp(endpoint, patience) : dial_unix(endpoint, patience));
  std::unique_ptr<Transport> made(new Transport(std::move(fd)));
  if (endpoint.tls) TRY_VOID(made->start_tls(endpoint, tls, patience));
  return made;
}

Result<void> Transport::start_tls(const Endpoint& endpoint, SSL_CTX* context, const Patience& patience) {
  session_.reset(SSL_new(context));
  const std::string& name = endpoint.tls->server_name.empty() ? endpoint.host : endpoint.tls->server_name;
  X509_VERIFY_PARAM* rules = SSL_get0_param(session_.get());
  const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(rules, name.c_str()) == 1;
  ERR_clear_error();
  const bool ruled = is_address || (SSL_set1_host(session_.get(), name.c_str()) == 1 &&
                                    SSL_set_tlsext_host_name(session_.get(), name.c_str()) == 1);
  BIO* bio = make_socket_bio(fd_.get());
  if (!ruled || bio == nullptr) return no_session(endpoint, last_tls_error());
  SSL_set_bio(session_.get(), bio, bio);
  for (;;) {
    ERR_clear_error();
    const int result = SSL_connect(session_.get());
    if (result == 1) return {};
    const Moved outcome = tls_outcome(result);
    if (outcome.state != State::wants_read && outcome.state != State::wants_write) {
      const long verified = SSL_get_verify_result(session_.get());
      if (verified == X509_V_OK) return no_session(endpoint, trouble_);
      return failed(Code::unavailable, "http.untrusted", "The certificate of {} is not accepted: {}.", endpoint.describe(), X509_verify_cert_error_string(verified));
    }
    TRY_VOID(patience.wait(fd_.get(), outcome.state == State::wants_read ? POLLIN : POLLOUT, connect_time));
  }
}

Transport::Moved Transport::tls_outcome(int result) {
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {State::wants_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {State::wants_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {State::ended, 0};
    case SSL_ERROR_SYSCALL:
      trouble_ = errno == 0 ? "the peer closed the connection" : std::strerror(errno);
      break;
    default:
      trouble_ = last_tls_error();
      break;
  }
  return {State::broken, 0};
}

Transport::Moved Transport::plain_outcome(ssize_t result) {
  if (result > 0) return {State::moved, static_cast<std::size_t>(result)};
  trouble_ = std::strerror(errno);
  return {State::broken, 0};
}

Transport::Moved Transport::try_read(std::span<char> into) {
  if (!unread_.empty()) {
    const std::size_t count = unread_.copy(into.data(), into.size());
    unread_.erase(0, count);
    return {State::moved, count};
  }
  if (session_) {
    ERR_clear_error();
    const int count = SSL_read(session_.get(), into.data(), clamp_to_int(into.size()));
    return count > 0 ? Moved{State::moved, static_cast<std::size_t>(count)} : tls_outcome(count);
  }
  const ssize_t count = ::recv(fd_.get(), into.data(), into.size(), MSG_DONTWAIT);
  if (count == 0) return {State::ended, 0};
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {State::wants_read, 0};
  return plain_outcome(count);
}

Transport::Moved Transport::try_write(std::string_view bytes) {
  if (session_) {
    ERR_clear_error();
    const int count = SSL_write(session_.get(), bytes.data(), clamp_to_int(bytes.size()));
    return count > 0 ? Moved{State::moved, static_cast<std::size_t>(count)} : tls_outcome(count);
  }
  const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return {State::wants_write, 0};
  return plain_outcome(count);
}

void Transport::end_writing() {
  if (session_)
    SSL_shutdown(session_.get());  // once: a peer whose window is shut sees the end of the connection instead
  ERR_clear_error();
  ::shutdown(fd_.get(), SHUT_WR);
}

bool Transport::is_fresh() {
  char byte = 0;
  if (session_) {
    ERR_clear_error();
    return tls_outcome(SSL_peek(session_.get(), &byte, 1)).state == State::wants_read;
  }
  const ssize_t count = ::recv(fd_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return count < 0 && errno == EAGAIN;
}

}  // namespace causeway::http
