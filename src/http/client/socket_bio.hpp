#pragma once

#include <openssl/bio.h>

namespace causeway::http {

/// An OpenSSL BIO over a socket that does not block. Unlike OpenSSL's own it writes with MSG_NOSIGNAL: a peer that left
/// is an error and never a signal. The socket stays the caller's.
BIO* make_socket_bio(int fd);

}  // namespace causeway::http
