#include "causeway/api/glance/byte_streams.hpp"

#include <array>
#include <charconv>

namespace causeway::api {
namespace {

constexpr std::uint64_t max_drained = 256 << 20;

class DownloadedBytes final : public http::BodySource {
 public:
  explicit DownloadedBytes(std::unique_ptr<boundary::ByteSource> data)
      : data_(std::move(data)), length_(data_->length()) {}
  Result<std::size_t> read(std::span<char> into) override { return data_->read(into); }
  std::optional<std::uint64_t> length() const override { return length_; }

 private:
  std::unique_ptr<boundary::ByteSource> data_;
  std::optional<std::uint64_t> length_;
};

std::optional<std::uint64_t> parse_position(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

Result<std::size_t> UploadedBytes::read(std::span<char> into) {
  if (stream_ != nullptr) return stream_->read(into);
  const auto count = rest_.copy(into.data(), into.size());
  rest_.remove_prefix(count);
  return count;
}

std::optional<std::uint64_t> UploadedBytes::length() const {
  if (stream_ != nullptr) return stream_->length();
  return rest_.size();
}

void UploadedBytes::drain() {
  std::array<char, 64 * 1024> dropped;
  std::uint64_t total = 0;
  while (total < max_drained) {
    const auto count = read(dropped);
    if (!count || *count == 0) return;
    total += *count;
  }
}

std::unique_ptr<http::BodySource> body_of(std::unique_ptr<boundary::ByteSource> data) {
  return std::make_unique<DownloadedBytes>(std::move(data));
}

RangeWish parse_range(std::string_view header, std::uint64_t size) {
  using enum RangeWish::Kind;
  constexpr std::string_view unit = "bytes=";
  if (!header.starts_with(unit)) return {};
  header.remove_prefix(unit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = parse_position(header.substr(0, dash));
  const auto last = parse_position(header.substr(dash + 1));
  if (dash == 0) {  // the last so many bytes
    if (!last) return {};
    if (*last == 0 || size == 0) return {unsatisfiable, {}};
    const auto length = std::min(*last, size);
    return {satisfiable, {size - length, length}};
  }
  const bool open_ended = dash + 1 == header.size();
  if (!first || (!last && !open_ended) || (last && *last < *first)) return {};
  if (*first >= size) return {unsatisfiable, {}};
  const auto end = last ? std::min(*last, size - 1) : size - 1;
  return {satisfiable, {*first, end - *first + 1}};
}

}  // namespace causeway::api
