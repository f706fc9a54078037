#include "causeway/adapters/system/ed25519.hpp"

#include <memory>

#include <openssl/evp.h>

namespace causeway::adapters {
namespace {

constexpr std::size_t key_size = 32;
constexpr std::size_t signature_size = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Digest = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

}  // namespace

Result<boundary::KeyPair> Ed25519Signer::generate() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  boundary::KeyPair pair{std::string(key_size, 0), std::string(key_size, 0)};
  std::size_t public_size = key_size;
  std::size_t secret_size = key_size;
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), bytes(pair.public_key), &public_size) != 1 ||
      EVP_PKEY_get_raw_private_key(key.get(), bytes(pair.secret_key), &secret_size) != 1) {
    return failed(Code::internal, "signer.generate", "A signing key could not be made.");
  }
  return pair;
}

Result<std::string> Ed25519Signer::sign(std::string_view secret_key, std::string_view message) {
  const Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(secret_key), secret_key.size()));
  if (!key) return failed(Code::internal, "signer.bad_key", "The signing key cannot be read.");
  const Digest context(EVP_MD_CTX_new());
  std::string signature(signature_size, 0);
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), bytes(signature), &size, bytes(message), message.size()) != 1) {
    return failed(Code::internal, "signer.sign", "Signing failed.");
  }
  return signature;
}

bool Ed25519Signer::verify(std::string_view public_key, std::string_view message, std::string_view signature) {
  if (signature.size() != signature_size) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes(public_key), public_key.size()));
  const Digest context(EVP_MD_CTX_new());
  return key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message), message.size()) == 1;
}

}  // namespace causeway::adapters
