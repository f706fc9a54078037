#include "causeway/base/base64_stream.hpp"

#include <array>

namespace causeway {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t no_letter = 0xff;
constexpr std::uint8_t blank = 0xfe;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(no_letter);
  for (std::size_t i = 0; i < letters.size(); ++i) values[static_cast<unsigned char>(letters[i])] = std::uint8_t(i);
  for (const char c : {' ', '\t', '\r', '\n'}) values[static_cast<unsigned char>(c)] = blank;
  return values;
}
constexpr auto values = make_values();

void write_group(std::string& out, std::uint32_t bits) {
  const char group[4] = {letters[bits >> 18], letters[(bits >> 12) & 63], letters[(bits >> 6) & 63], letters[bits & 63]};
  out.append(group, 4);
}

}  // namespace

void Base64Encoder::append(std::string& out, std::string_view bytes) {
  out.reserve(out.size() + (bytes.size() / 3 + 1) * 4);
  for (const char c : bytes) {
    held_ = (held_ << 8) | static_cast<unsigned char>(c);
    if (++count_ < 3) continue;
    write_group(out, held_);
    held_ = 0;
    count_ = 0;
  }
}

void Base64Encoder::finish(std::string& out) {
  if (count_ == 0) return;
  const auto padding = std::size_t(3 - count_);
  write_group(out, held_ << (8 * padding));
  out.replace(out.size() - padding, padding, padding, '=');
  held_ = 0;
  count_ = 0;
}

bool Base64Decoder::append(std::string& out, std::string_view text) {
  out.reserve(out.size() + text.size() / 4 * 3 + 3);
  for (const char c : text) {
    const std::uint8_t value = values[static_cast<unsigned char>(c)];
    if (value == blank) continue;
    if (ended_) return false;
    if (c == '=') {
      if (count_ < 2) return false;
      ++padding_;
    } else if (value == no_letter || padding_ > 0) {
      return false;
    }
    held_ = (held_ << 6) | (c == '=' ? 0 : value);
    if (++count_ < 4) continue;
    const char bytes[3] = {char(held_ >> 16), char(held_ >> 8), char(held_)};
    out.append(bytes, std::size_t(3 - padding_));
    ended_ = padding_ > 0;
    held_ = 0;
    count_ = 0;
  }
  return true;
}

}  // namespace causeway
