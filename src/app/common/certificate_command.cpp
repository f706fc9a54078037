#include "causeway/app/common/certificate_command.hpp"

#include <filesystem>

#include "causeway/adapters/system/pki.hpp"

namespace causeway::app {
namespace {

/// A certificate speaks for what its common name says, so only these forms are given out.
bool is_subject(const std::string& text) {
  if (text == "central") return true;
  if (text.starts_with("region:")) return text.size() > 7 && text.find('/') == std::string::npos;
  const auto slash = text.find('/');
  return text.starts_with("host:") && slash != std::string::npos && slash > 5 && slash + 1 < text.size();
}

std::string file_name(std::string subject) {
  for (char& c : subject) {
    if (c == ':' || c == '/') c = '-';
  }
  return subject;
}

Result<std::string> issue(const CertificateOptions& options) {
  if (!is_subject(options.subject)) {
    return failed(Code::invalid, "certificate.subject", "--for wants central, region:NAME or host:REGION/HOST, not '{}'.", options.subject);
  }
  if (options.addresses.empty() && options.names.empty()) {
    return failed(Code::invalid, "certificate.address", "Give at least one --address or --dns at which {} is dialled.", options.subject);
  }
  std::error_code error;
  std::filesystem::create_directories(options.directory, error);
  const std::string authority = options.directory + "/ca.pem";
  const std::string authority_key = options.directory + "/ca.key";
  if (!std::filesystem::exists(authority)) TRY_VOID(adapters::make_authority(authority, authority_key, "causeway"));
  adapters::CertificateRequest request;
  request.common_name = options.subject;
  request.ip_addresses = options.addresses;
  request.dns_names = options.names;
  request.days = options.days;
  const std::string base = options.directory + "/" + file_name(options.subject);
  TRY_VOID(adapters::issue_certificate(authority, authority_key, request, base + ".pem", base + ".key"));
  return base;
}

}  // namespace

int certificate_command(const CertificateOptions& options) {
  const auto made = issue(options);
  if (!made) {
    fmt::print(stderr, "causeway certificate: {}\n", made.error().message);
    return 1;
  }
  fmt::print("[tls]\nca_file = \"{}/ca.pem\"\ncertificate_file = \"{}.pem\"\nkey_file = \"{}.key\"\n", options.directory, *made, *made);
  return 0;
}

}  // namespace causeway::app
