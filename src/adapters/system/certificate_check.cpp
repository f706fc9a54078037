#include "causeway/adapters/system/certificate_check.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "causeway/adapters/system/x509_handles.hpp"

namespace causeway::adapters {
namespace {

using Store = std::unique_ptr<X509_STORE, Release<X509_STORE_free>>;
using Context = std::unique_ptr<X509_STORE_CTX, Release<X509_STORE_CTX_free>>;

Result<Bio> open_file(const std::string& file) {
  errno = 0;
  Bio bio(BIO_new_file(file.c_str(), "r"));
  const int error = errno;
  ERR_clear_error();
  if (!bio) return failed(Code::invalid, "pki.unreadable", "{}: {}.", file, std::strerror(error));
  return bio;
}

template <class Handle>
Result<Handle> parsed(Handle handle, const std::string& file, std::string_view what) {
  ERR_clear_error();
  if (!handle) return failed(Code::invalid, "pki.unreadable", "{} holds no {} in PEM.", file, what);
  return handle;
}

Result<Certificate> read_certificate(const std::string& file) {
  TRY(const Bio bio, open_file(file));
  return parsed(Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)), file, "certificate");
}

Result<Key> read_key(const std::string& file) {
  TRY(const Bio bio, open_file(file));
  return parsed(Key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr)), file, "private key");
}

CertificateFacts facts_of(X509* certificate) {
  CertificateFacts out;
  char name[256] = "";
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name, sizeof name);
  out.common_name = name;
  std::tm until{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &until) == 1) out.not_after = timegm(&until);
  return out;
}

}  // namespace

Result<CertificateFacts> check_certificate(const std::string& authority_file, const std::string& certificate_file, const std::string& key_file) {
  TRY(const Certificate authority, read_certificate(authority_file));
  TRY(const Certificate certificate, read_certificate(certificate_file));
  TRY(const Key key, read_key(key_file));
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return failed(Code::invalid, "pki.key_mismatch", "{} is not the key of {}.", key_file, certificate_file);
  }
  const Store store(X509_STORE_new());
  const Context context(X509_STORE_CTX_new());
  X509_STORE_add_cert(store.get(), authority.get());
  X509_STORE_CTX_init(context.get(), store.get(), certificate.get(), nullptr);
  if (X509_verify_cert(context.get()) != 1) {
    return failed(Code::invalid, "pki.not_trusted", "{} is not good under {}: {}.", certificate_file, authority_file,
                  X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  }
  return facts_of(certificate.get());
}

}  // namespace causeway::adapters
