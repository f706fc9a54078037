#include "causeway/adapters/docker/streams.hpp"

#include <algorithm>

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

constexpr std::size_t header_size = 8;
constexpr std::size_t max_line = 1 << 20;

}  // namespace

Result<void> Demultiplexer::take(std::string_view bytes) {
  while (!bytes.empty()) {
    if (left_ == 0) {
      const auto wanted = std::min(header_size - header_.size(), bytes.size());
      header_.append(bytes.substr(0, wanted));
      bytes.remove_prefix(wanted);
      if (header_.size() < header_size) return {};
      if (static_cast<unsigned char>(header_[0]) > 2 || header_.substr(1, 3) != std::string(3, '\0')) {
        return failed(Code::internal, "engine.bad_stream", "The engine sent a stream that is not multiplexed.");
      }
      for (std::size_t i = 4; i < header_size; ++i) left_ = (left_ << 8) | static_cast<unsigned char>(header_[i]);
      header_.clear();
      continue;
    }
    const auto size = std::min<std::size_t>(left_, bytes.size());
    payload_(bytes.substr(0, size));
    bytes.remove_prefix(size);
    left_ -= std::uint32_t(size);
  }
  return {};
}

Result<void> JsonLines::take(std::string_view bytes) {
  rest_.append(bytes);
  std::size_t start = 0;
  for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', start)) {
    const auto text = trim(std::string_view(rest_).substr(start, end - start));
    start = end + 1;
    if (text.empty()) continue;
    TRY(const Json value, parse_json(text));
    TRY_VOID(line_(value));
  }
  rest_.erase(0, start);
  if (rest_.size() > max_line)
    return failed(Code::internal, "engine.bad_stream", "The engine sent a line of over {} bytes.", max_line);
  return {};
}

}  // namespace causeway::adapters
