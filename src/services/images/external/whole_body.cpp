#include "causeway/services/images/external/whole_body.hpp"

#include <algorithm>
#include <cstring>

namespace causeway::services {
namespace {

constexpr std::size_t first_piece = 64 * 1024;

}  // namespace

Result<std::unique_ptr<boundary::ByteSource>> WholeBody::begin(const domain::ImageId& image, std::unique_ptr<boundary::ByteSource> from,
                                                               std::uint64_t first, std::uint64_t size) {
  std::unique_ptr<WholeBody> body(new WholeBody(image, std::move(from), first, size));
  body->waiting_.resize(std::min<std::uint64_t>(first_piece, size - first));
  if (!body->waiting_.empty()) {
    TRY(const auto count, body->pull(body->waiting_));
    body->waiting_.resize(count);
  }
  return body;
}

Result<std::size_t> WholeBody::read(std::span<char> into) {
  if (waiting_.empty()) return at_ == size_ ? 0 : pull(into);
  const auto count = std::min(into.size(), waiting_.size());
  std::memcpy(into.data(), waiting_.data(), count);
  waiting_.erase(0, count);
  return count;
}

/// What comes behind the end that was announced is not read; the checksum judges the rest.
Result<std::size_t> WholeBody::pull(std::span<char> into) {
  const auto wanted = std::min<std::uint64_t>(into.size(), size_ - at_);
  auto count = from_->read(into.first(wanted));
  if (count && *count > 0) {
    at_ += *count;
    return count;
  }
  if (!count && count.error().code == Code::cancelled) return count;
  auto error = fail(Code::unavailable, "image.cut_off", "The image service broke off the data of image {} after {} of {} bytes.", image_, at_, size_);
  if (!count) error.context.push_back(count.error().describe());
  return failed(std::move(error));
}

}  // namespace causeway::services
