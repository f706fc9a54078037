#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "causeway/api/kit/route.hpp"
#include "causeway/boundary/blobs.hpp"

namespace causeway::api {

/// The body of a request as the image service reads it. Refers to the call, which must outlive it.
class UploadedBytes final : public boundary::ByteSource {
 public:
  explicit UploadedBytes(Call& call) : stream_(call.stream.get()), rest_(call.request.body) {}
  Result<std::size_t> read(std::span<char> into) override;
  std::optional<std::uint64_t> length() const override;
  /// Takes what is left, up to a bound, so that a client that sends its whole body before it reads sees our answer
  /// instead of a broken connection.
  void drain();

 private:
  http::BodySource* stream_;
  std::string_view rest_;  ///< when the body came whole
};

std::unique_ptr<http::BodySource> body_of(std::unique_ptr<boundary::ByteSource> data);

/// One range of bytes (RFC 9110, "bytes=0-99", "bytes=100-", "bytes=-5") of something `size` bytes long.
struct RangeWish {
  enum class Kind { none, satisfiable, unsatisfiable } kind = Kind::none;
  boundary::ByteRange range;
};
/// What cannot be read, and lists of ranges, count as none: the answer is the whole, as the RFC has it.
RangeWish parse_range(std::string_view header, std::uint64_t size);

}  // namespace causeway::api
