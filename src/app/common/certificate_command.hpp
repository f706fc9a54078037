#pragma once

#include <string>
#include <vector>

namespace causeway::app {

struct CertificateOptions {
  std::string directory;             ///< of the authority: ca.pem, ca.key; certificates are written beside them
  std::string subject;               ///< "central", "region:<name>", "host:<region>/<host>"
  std::vector<std::string> addresses;  ///< IP addresses at which it is dialled
  std::vector<std::string> names;      ///< DNS names at which it is dialled
  int days = 365;
};

/// `causeway certificate`: makes the authority when the directory has none, then a certificate and key for one process.
int certificate_command(const CertificateOptions& options);

}  // namespace causeway::app
