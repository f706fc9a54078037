#include "causeway/adapters/system/pki.hpp"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "causeway/adapters/system/unique_fd.hpp"
#include "causeway/adapters/system/x509_handles.hpp"

namespace causeway::adapters {
namespace {

constexpr int authority_days = 3650;
/// Clocks of two machines differ: a fresh certificate must be good on a machine that is a little behind.
constexpr long clock_tolerance = 3600;

std::unexpected<Error> openssl_failed(std::string_view step) {
  char text[256] = "unknown reason";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return failed(Code::internal, "pki.openssl", "{} failed: {}.", step, text);
}

std::unexpected<Error> file_failed(const std::string& file) {
  return failed(Code::unavailable, "pki.file", "{}: {}.", file, std::strerror(errno));
}

Result<Key> make_key() {
  Key key(EVP_EC_gen("P-256"));
  if (!key) return openssl_failed("making a key");
  return key;
}

Result<void> set_random_serial(X509* certificate) {
  unsigned char bytes[16];
  if (RAND_bytes(bytes, sizeof bytes) != 1) return openssl_failed("random bytes");
  bytes[0] &= 0x7f;  // serial numbers are positive
  BIGNUM* number = BN_bin2bn(bytes, sizeof bytes, nullptr);
  const bool set = number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  if (!set) return openssl_failed("the serial number");
  return {};
}

/// A certificate for `key` that wants its issuer, its extensions and its signature.
Result<Certificate> draft(EVP_PKEY* key, const std::string& common_name, int days) {
  Certificate made(X509_new());
  if (!made || X509_set_version(made.get(), X509_VERSION_3) != 1) return openssl_failed("a new certificate");
  TRY_VOID(set_random_serial(made.get()));
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -clock_tolerance);
  X509_time_adj_ex(X509_getm_notAfter(made.get()), days, 0, nullptr);
  X509_NAME* subject = X509_get_subject_name(made.get());
  const auto* text = reinterpret_cast<const unsigned char*>(common_name.data());
  if (X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, static_cast<int>(common_name.size()), -1, 0) !=
          1 ||
      X509_set_pubkey(made.get(), key) != 1) {
    return openssl_failed("the subject");
  }
  return made;
}

Result<void> extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  if (!extension || X509_add_ext(certificate, extension.get(), -1) != 1) {
    return openssl_failed(fmt::format("the extension {}", OBJ_nid2sn(nid)));
  }
  return {};
}

Result<void> sign(X509* certificate, X509* issuer, EVP_PKEY* key) {
  if (X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) != 1 ||
      X509_sign(certificate, key, EVP_sha256()) == 0) {
    return openssl_failed("signing");
  }
  return {};
}

Result<void> write_private(const std::string& file, std::string_view text) {
  const std::string fresh = file + ".new";
  {
    const UniqueFd fd(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd || ::fchmod(fd.get(), 0600) != 0) return file_failed(fresh);
    if (::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()) || ::fsync(fd.get()) != 0) {
      return file_failed(fresh);
    }
  }
  if (std::rename(fresh.c_str(), file.c_str()) != 0) return file_failed(file);
  return {};
}

Result<void> write_pair(X509* certificate, const std::string& certificate_file, EVP_PKEY* key,
                        const std::string& key_file) {
  const Bio certificate_text(BIO_new(BIO_s_mem()));
  const Bio key_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_X509(certificate_text.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
    return openssl_failed("writing PEM");
  }
  const auto text_of = [](BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return std::string_view(data, static_cast<std::size_t>(size));
  };
  TRY_VOID(write_private(key_file, text_of(key_text.get())));
  return write_private(certificate_file, text_of(certificate_text.get()));
}

Result<Certificate> read_certificate(const std::string& file) {
  const Bio bio(BIO_new_file(file.c_str(), "r"));
  Certificate read(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!read) return openssl_failed("reading " + file);
  return read;
}

Result<Key> read_key(const std::string& file) {
  const Bio bio(BIO_new_file(file.c_str(), "r"));
  Key read(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  if (!read) return openssl_failed("reading " + file);
  return read;
}

/// "DNS:a,IP:10.0.0.1"; the extension's syntax must not be open to what a name contains.
Result<std::string> alternative_names(const CertificateRequest& request) {
  std::string list;
  const auto add = [&list](std::string_view kind, const std::string& name) -> Result<void> {
    if (name.empty() || name.find_first_of(",\n\r;= ") != std::string::npos) {
      return failed(Code::invalid, "pki.bad_name", "'{}' cannot stand in a certificate.", name);
    }
    list += fmt::format("{}{}:{}", list.empty() ? "" : ",", kind, name);
    return {};
  };
  for (const auto& name : request.dns_names) TRY_VOID(add("DNS", name));
  for (const auto& address : request.ip_addresses) TRY_VOID(add("IP", address));
  return list;
}

}  // namespace

Result<void> make_authority(const std::string& certificate_file, const std::string& key_file,
                            const std::string& common_name) {
  TRY(const Key key, make_key());
  TRY(const Certificate certificate, draft(key.get(), common_name, authority_days));
  TRY_VOID(extend(certificate.get(), certificate.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0"));
  TRY_VOID(extend(certificate.get(), certificate.get(), NID_key_usage, "critical,keyCertSign,cRLSign"));
  TRY_VOID(extend(certificate.get(), certificate.get(), NID_subject_key_identifier, "hash"));
  TRY_VOID(sign(certificate.get(), certificate.get(), key.get()));
  return write_pair(certificate.get(), certificate_file, key.get(), key_file);
}

Result<void> issue_certificate(const std::string& authority_certificate_file, const std::string& authority_key_file,
                               const CertificateRequest& request, const std::string& certificate_file,
                               const std::string& key_file) {
  TRY(const Certificate authority, read_certificate(authority_certificate_file));
  TRY(const Key authority_key, read_key(authority_key_file));
  TRY(const std::string names, alternative_names(request));
  TRY(const Key key, make_key());
  TRY(const Certificate certificate, draft(key.get(), request.common_name, request.days));
  TRY_VOID(extend(certificate.get(), authority.get(), NID_basic_constraints, "critical,CA:FALSE"));
  TRY_VOID(extend(certificate.get(), authority.get(), NID_key_usage, "critical,digitalSignature"));
  TRY_VOID(extend(certificate.get(), authority.get(), NID_ext_key_usage, "serverAuth,clientAuth"));
  TRY_VOID(extend(certificate.get(), authority.get(), NID_subject_key_identifier, "hash"));
  TRY_VOID(extend(certificate.get(), authority.get(), NID_authority_key_identifier, "keyid"));
  if (!names.empty()) TRY_VOID(extend(certificate.get(), authority.get(), NID_subject_alt_name, names));
  TRY_VOID(sign(certificate.get(), authority.get(), authority_key.get()));
  return write_pair(certificate.get(), certificate_file, key.get(), key_file);
}

}  // namespace causeway::adapters
