#include "causeway/adapters/system/key_file_vault.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "causeway/adapters/system/unique_fd.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

constexpr std::string_view version = "v1.";
constexpr int nonce_size = 12;
constexpr int tag_size = 16;
constexpr std::size_t max_secret = 64 << 10;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

std::unexpected<Error> io_failed(std::string_view doing, const std::filesystem::path& file) {
  const int number = errno;
  return failed(fail(Code::unavailable, "vault.io", "The key of stored secrets could not be read or made.")
                    .while_("{} {}: {}", doing, file.string(), std::generic_category().message(number)));
}
std::unexpected<Error> cipher_failed() {
  return failed(Code::unavailable, "vault.failed", "This machine's cryptography refuses AES-256-GCM.");
}
std::unexpected<Error> unreadable() {
  return failed(Code::unavailable, "vault.unreadable", "A stored secret cannot be read: it was sealed with another key. Set it again.");
}

/// Written aside and linked into place, so that a key that was used once is never replaced and never half there.
Result<void> make_key_file(const std::filesystem::path& file) {
  std::string key(32, '\0');
  if (RAND_bytes(bytes_of(key), int(key.size())) != 1) return cipher_failed();
  const std::string text = to_hex(key) + "\n";
  OPENSSL_cleanse(key.data(), key.size());
  const std::filesystem::path temporary = file.string() + ".new";
  ::unlink(temporary.c_str());
  const UniqueFd made(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made || ::write(made.get(), text.data(), text.size()) != ssize_t(text.size()) || ::fsync(made.get()) != 0) {
    return io_failed("making", temporary);
  }
  const bool linked = ::link(temporary.c_str(), file.c_str()) == 0 || errno == EEXIST;
  if (!linked) return io_failed("naming", file);
  ::unlink(temporary.c_str());
  const UniqueFd directory(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory || ::fsync(directory.get()) != 0) return io_failed("syncing the directory of", file);
  return {};
}

}  // namespace

Result<std::unique_ptr<KeyFileVault>> KeyFileVault::open_file(const std::filesystem::path& path) {
  const auto file = std::filesystem::absolute(path);
  if (::access(file.c_str(), F_OK) != 0) TRY_VOID(make_key_file(file));
  const UniqueFd opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found{};
  if (!opened || ::fstat(opened.get(), &found) != 0) return io_failed("opening", file);
  if ((found.st_mode & 077) != 0) {
    return failed(Code::invalid, "vault.bad_key_file", "{} may be read by others; its mode must be 0600.", file.string());
  }
  std::array<char, 128> text{};
  const ssize_t size = ::read(opened.get(), text.data(), text.size());
  if (size < 0) return io_failed("reading", file);
  auto bytes = from_hex(trim(std::string_view(text.data(), std::size_t(size))));
  Key key{};
  if (!bytes || bytes->size() != key.size()) {
    return failed(Code::invalid, "vault.bad_key_file", "{} does not hold a key: 64 hex digits.", file.string());
  }
  std::memcpy(key.data(), bytes->data(), key.size());
  OPENSSL_cleanse(bytes->data(), bytes->size());
  OPENSSL_cleanse(text.data(), text.size());
  return std::unique_ptr<KeyFileVault>(new KeyFileVault(key));
}

KeyFileVault::~KeyFileVault() { OPENSSL_cleanse(key_.data(), key_.size()); }

Result<std::string> KeyFileVault::seal(std::string_view secret, std::string_view place) {
  if (secret.size() > max_secret) return failed(Code::too_large, "vault.too_large", "The secret is too long.");
  std::string nonce(nonce_size, '\0');
  std::string body(secret.size(), '\0');
  std::string tag(tag_size, '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool done = context && RAND_bytes(bytes_of(nonce), nonce_size) == 1 &&
                    EVP_EncryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), bytes_of(nonce)) == 1 &&
                    EVP_EncryptUpdate(context.get(), nullptr, &size, bytes_of(place), int(place.size())) == 1 &&
                    EVP_EncryptUpdate(context.get(), bytes_of(body), &size, bytes_of(secret), int(secret.size())) == 1 &&
                    EVP_EncryptFinal_ex(context.get(), nullptr, &size) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, tag_size, tag.data()) == 1;
  if (!done) return cipher_failed();
  return std::string(version) + to_base64url(nonce + body + tag);
}

Result<std::string> KeyFileVault::open(std::string_view sealed, std::string_view place) {
  if (!sealed.starts_with(version)) return unreadable();
  auto bytes = from_base64url(sealed.substr(version.size()));
  if (!bytes || bytes->size() < nonce_size + tag_size) return unreadable();
  const std::string_view all = *bytes;
  const auto body = all.substr(nonce_size, all.size() - nonce_size - tag_size);
  std::string tag(all.substr(all.size() - tag_size));
  std::string secret(body.size(), '\0');
  const Context context(EVP_CIPHER_CTX_new());
  int size = 0;
  const bool begun = context && EVP_DecryptInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key_.data(), bytes_of(all)) == 1 &&
                     EVP_DecryptUpdate(context.get(), nullptr, &size, bytes_of(place), int(place.size())) == 1 &&
                     EVP_DecryptUpdate(context.get(), bytes_of(secret), &size, bytes_of(body), int(body.size())) == 1 &&
                     EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1;
  if (!begun) return cipher_failed();
  if (EVP_DecryptFinal_ex(context.get(), nullptr, &size) != 1) return unreadable();
  return secret;
}

}  // namespace causeway::adapters
