#include "causeway/adapters/system/password_hash.hpp"

#include <chrono>
#include <memory>

#include <crypt.h>
#include <openssl/crypto.h>

namespace causeway::adapters {
namespace {

constexpr std::chrono::seconds patience{10};

/// Gives the turn back, whatever happens.
class Turn {
 public:
  explicit Turn(std::counting_semaphore<2>& turns) : turns_(turns) {}
  ~Turn() { turns_.release(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::counting_semaphore<2>& turns_;
};

/// crypt(3) takes C strings: a zero byte would cut the password short.
bool usable(std::string_view password) {
  return password.size() < CRYPT_MAX_PASSPHRASE_SIZE && password.find('\0') == std::string_view::npos;
}

}  // namespace

Result<std::string> CryptPasswordHasher::crypt(std::string_view password, const char* setting) {
  if (!turns_.try_acquire_for(patience)) {
    return failed(Code::unavailable, "password.busy", "Too many logins at once; try again.");
  }
  const Turn turn(turns_);
  const auto data = std::make_unique<crypt_data>();
  std::string copy(password);
  const char* out = crypt_r(copy.c_str(), setting, data.get());
  std::string hash = out != nullptr ? out : "*";
  OPENSSL_cleanse(copy.data(), copy.size());
  OPENSSL_cleanse(data.get(), sizeof(crypt_data));
  return hash;
}

Result<std::string> CryptPasswordHasher::hash(std::string_view password) {
  if (!usable(password)) {
    return failed(
        fail(Code::invalid, "password.unusable", "The password is too long or has a zero byte.").at("password"));
  }
  char setting[CRYPT_GENSALT_OUTPUT_SIZE];
  // no bytes given: libcrypt takes the salt from the kernel
  if (crypt_gensalt_rn("$y$", cost_, nullptr, 0, setting, sizeof(setting)) == nullptr) {
    return failed(Code::internal, "password.salt", "A password salt could not be made.");
  }
  TRY(auto hash, crypt(password, setting));
  if (hash.starts_with('*')) return failed(Code::internal, "password.hash", "The password could not be hashed.");
  return hash;
}

Result<bool> CryptPasswordHasher::verify(std::string_view password, const std::string& hash) {
  const bool readable = usable(password);
  TRY(const auto again, crypt(readable ? password : "", hash.c_str()));
  return readable && !again.starts_with('*') && again.size() == hash.size() &&
         CRYPTO_memcmp(again.data(), hash.data(), hash.size()) == 0;
}

}  // namespace causeway::adapters
