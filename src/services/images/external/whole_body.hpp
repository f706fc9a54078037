#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "causeway/boundary/blobs.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// The rest of an image's data as another service sends it: all of it, or an error.
///
/// Not every server says a length, and one that dies looks like one that is done: the image's size tells. The first piece is
/// read before there is a WholeBody, so that a service that has nothing to give is an error that can still be answered
/// with. Used by one thread at a time; holds one piece. Failure: unavailable "image.cut_off".
class WholeBody final : public boundary::ByteSource {
 public:
  static Result<std::unique_ptr<boundary::ByteSource>> begin(const domain::ImageId& image, std::unique_ptr<boundary::ByteSource> from,
                                                             std::uint64_t first, std::uint64_t size);
  Result<std::size_t> read(std::span<char> into) override;
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  WholeBody(const domain::ImageId& image, std::unique_ptr<boundary::ByteSource> from, std::uint64_t first, std::uint64_t size)
      : image_(image), from_(std::move(from)), at_(first), size_(size), length_(size - first) {}
  Result<std::size_t> pull(std::span<char> into);

  const domain::ImageId image_;
  const std::unique_ptr<boundary::ByteSource> from_;
  std::uint64_t at_;  ///< of what was taken from `from_`
  const std::uint64_t size_;
  const std::uint64_t length_;
  std::string waiting_;  ///< taken, not yet read
};

}  // namespace causeway::services
