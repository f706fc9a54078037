#include "causeway/services/agent/image_stream.hpp"

#include <algorithm>
#include <cstring>

namespace causeway::services {
namespace {

constexpr std::size_t capacity = 1 << 20;
/// More than the padding at the end of a tar archive, so that what is held back is needed to read it.
constexpr std::size_t held_back = 64 << 10;

}  // namespace

ImageStream::ImageStream(std::unique_ptr<boundary::Digest> digest, std::string expected)
    : digest_(std::move(digest)), expected_(std::move(expected)) {}

std::size_t ImageStream::readable() const {
  const std::size_t there = buffer_.size() - taken_;
  if (finished_) return there;
  return there > held_back ? there - held_back : 0;
}

Result<void> ImageStream::write(std::string_view bytes) {
  if (digest_) digest_->update(bytes);
  std::unique_lock lock(mutex_);
  while (!bytes.empty()) {
    changed_.wait(lock, [&] { return abandoned_ || buffer_.size() - taken_ < capacity; });
    if (abandoned_) return failed(Code::cancelled, "image.abandoned", "Nobody wants the image any more.");
    buffer_.erase(0, taken_);
    taken_ = 0;
    const auto size = std::min(bytes.size(), capacity - buffer_.size());
    buffer_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    changed_.notify_all();
  }
  return {};
}

void ImageStream::finish(Result<void> outcome) {
  if (outcome && digest_) {
    if (const auto found = digest_->finish(); found != expected_) {
      outcome = failed(Code::invalid, "image.bad_checksum", "The image's data has the checksum {}, not {}.", found,
                       expected_);
    }
  }
  {
    std::lock_guard lock(mutex_);
    finished_ = outcome.has_value();
    if (!outcome) trouble_ = std::move(outcome).error();
  }
  changed_.notify_all();
}

Result<std::size_t> ImageStream::read(std::span<char> into) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return trouble_ || finished_ || readable() > 0; });
  if (trouble_) return failed(*trouble_);
  const auto size = std::min(into.size(), readable());
  if (size > 0) std::memcpy(into.data(), buffer_.data() + taken_, size);
  taken_ += size;
  changed_.notify_all();
  return size;
}

void ImageStream::abandon() {
  {
    std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  changed_.notify_all();
}

}  // namespace causeway::services
