#pragma once

#include <string>
#include <vector>

#include "causeway/base/result.hpp"

/// A small certificate authority in PEM files, for mutual TLS between our own processes: EC P-256, SHA-256, X.509v3.
/// Files are written 0600 by rename, so that a reader sees the old one or the new one. Errors: unavailable "pki.file"
/// and internal "pki.openssl".
namespace causeway::adapters {

struct CertificateRequest {
  std::string common_name;
  std::vector<std::string> dns_names;
  std::vector<std::string> ip_addresses;
  int days = 365;
};

/// A self-signed authority, good for ten years. Existing files are replaced.
Result<void> make_authority(const std::string& certificate_file, const std::string& key_file,
                            const std::string& common_name);

/// A key and a certificate signed by the authority, for servers and clients alike (both extended key usages).
Result<void> issue_certificate(const std::string& authority_certificate_file, const std::string& authority_key_file,
                               const CertificateRequest& request, const std::string& certificate_file,
                               const std::string& key_file);

}  // namespace causeway::adapters
