#pragma once

#include <cstdint>
#include <string>

#include "causeway/base/result.hpp"

namespace causeway::adapters {

struct CertificateFacts {
  std::string common_name;
  std::int64_t not_after = 0;  ///< Unix time
};

/// Whether a process can speak with these PEM files: the certificate is signed by the authority, is of this key, and is good now.
/// Errors are invalid: "pki.unreadable" names the file, "pki.key_mismatch", "pki.not_trusted" with OpenSSL's reason.
Result<CertificateFacts> check_certificate(const std::string& authority_file, const std::string& certificate_file, const std::string& key_file);

}  // namespace causeway::adapters
