#include "causeway/adapters/system/digest.hpp"

#include <array>

#include <openssl/evp.h>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

class SystemDigest final : public boundary::Digest {
 public:
  explicit SystemDigest(Context context) : context_(std::move(context)) {}
  // neither call can fail once the context is initialised
  void update(std::string_view piece) override { EVP_DigestUpdate(context_.get(), piece.data(), piece.size()); }
  std::string finish() override {
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned size = 0;
    EVP_DigestFinal_ex(context_.get(), sum.data(), &size);
    return to_hex(std::string_view(reinterpret_cast<const char*>(sum.data()), size));
  }

 private:
  Context context_;
};

const EVP_MD* method_of(boundary::DigestKind kind) {
  switch (kind) {
    case boundary::DigestKind::md5: return EVP_md5();
    case boundary::DigestKind::sha256: return EVP_sha256();
    case boundary::DigestKind::sha512: return EVP_sha512();
  }
  return EVP_sha512();
}

}  // namespace

Result<std::unique_ptr<boundary::Digest>> SystemDigests::begin(boundary::DigestKind kind) {
  Context context(EVP_MD_CTX_new());
  const EVP_MD* method = method_of(kind);
  if (!context || EVP_DigestInit_ex(context.get(), method, nullptr) != 1) {
    return failed(Code::unavailable, "digest.unsupported", "This machine's cryptography refuses {}.", EVP_MD_get0_name(method));
  }
  return std::make_unique<SystemDigest>(std::move(context));
}

}  // namespace causeway::adapters
