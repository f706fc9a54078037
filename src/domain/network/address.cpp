#include "causeway/domain/network/address.hpp"

#include <algorithm>
#include <charconv>

namespace causeway::domain {
namespace {

/// All of `text` as a number without sign, blank or more than `max_digits` digits.
std::optional<std::uint32_t> read_number(std::string_view text, int base, std::size_t max_digits) {
  if (text.empty() || text.size() > max_digits) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint32_t> read_decimal(std::string_view text, std::uint32_t max) {
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  const auto value = read_number(text, 10, 3);
  return value && *value <= max ? value : std::nullopt;
}

/// Cuts off and returns what is before the next separator; all of it, and leaves nothing, when there is none.
std::string_view next_part(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::optional<std::uint32_t> read_v4(std::string_view text) {
  if (std::ranges::count(text, '.') != 3) return std::nullopt;
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) {
    const auto part = read_decimal(next_part(text, '.'), 255);
    if (!part) return std::nullopt;
    number = number << 8 | *part;
  }
  return number;
}

/// Groups of 16 bits on one side of "::"; the last may be an IPv4 address where `tail`.
struct Groups {
  std::array<std::uint16_t, 8> value{};
  std::size_t count = 0;
  bool add(std::uint32_t group) {
    if (count == value.size()) return false;
    value[count++] = std::uint16_t(group);
    return true;
  }
};

bool read_groups(std::string_view text, bool tail, Groups& out) {
  if (text.empty()) return true;
  if (text.back() == ':') return false;
  while (!text.empty()) {
    const auto part = next_part(text, ':');
    if (tail && text.empty() && part.find('.') != part.npos) {
      const auto v4 = read_v4(part);
      return v4 && out.add(*v4 >> 16) && out.add(*v4 & 0xffffU);
    }
    const auto group = read_number(part, 16, 4);
    if (!group || !out.add(*group)) return false;
  }
  return true;
}

std::optional<IpAddress::V6Bytes> read_v6(std::string_view text) {
  const auto gap = text.find("::");
  Groups head;
  Groups tail;
  if (gap == text.npos) {
    if (!read_groups(text, true, head) || head.count != 8) return std::nullopt;
  } else {
    // "::" stands for at least one group (RFC 4291 section 2.2)
    if (!read_groups(text.substr(0, gap), false, head) || !read_groups(text.substr(gap + 2), true, tail))
      return std::nullopt;
    if (head.count + tail.count > 7) return std::nullopt;
    for (std::size_t i = 0; i < tail.count; ++i) head.value[8 - tail.count + i] = tail.value[i];
  }
  IpAddress::V6Bytes bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[2 * i] = std::uint8_t(head.value[i] >> 8);
    bytes[2 * i + 1] = std::uint8_t(head.value[i] & 0xffU);
  }
  return bytes;
}

std::uint16_t group_at(std::span<const std::uint8_t> bytes, std::size_t index) {
  return std::uint16_t(bytes[2 * index] << 8 | bytes[2 * index + 1]);
}

/// The first longest run of two or more zero groups: what RFC 5952 writes as "::".
std::pair<std::size_t, std::size_t> longest_zero_run(std::span<const std::uint8_t> bytes) {
  std::size_t best = 8;
  std::size_t best_length = 1;
  for (std::size_t start = 0; start < 8; ++start) {
    std::size_t end = start;
    while (end < 8 && group_at(bytes, end) == 0) ++end;
    if (end - start > best_length) {
      best = start;
      best_length = end - start;
    }
  }
  return {best, best_length};
}

std::string write_v6(std::span<const std::uint8_t> bytes) {
  static constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  if (std::ranges::equal(bytes.first(12), mapped)) {
    return fmt::format("::ffff:{}.{}.{}.{}", bytes[12], bytes[13], bytes[14], bytes[15]);
  }
  const auto [gap, gap_length] = longest_zero_run(bytes);
  std::string out;
  for (std::size_t i = 0; i < 8;) {
    if (i == gap) {
      out += "::";
      i += gap_length;
      continue;
    }
    if (!out.empty() && out.back() != ':') out += ':';
    fmt::format_to(std::back_inserter(out), "{:x}", group_at(bytes, i));
    ++i;
  }
  return out;
}

}  // namespace

Result<Mac> Mac::parse(std::string_view text) {
  Bytes bytes{};
  bool good = text.size() == 17;
  for (std::size_t i = 0; good && i < bytes.size(); ++i) {
    const auto value = read_number(text.substr(3 * i, 2), 16, 2);
    good = value && (i == 5 || text[3 * i + 2] == ':');
    if (good) bytes[i] = std::uint8_t(*value);
  }
  if (!good)
    return failed(Code::invalid, "address.bad_mac", "'{}' is not a MAC address such as fa:16:3e:00:00:01.", text);
  return Mac(bytes);
}

Mac Mac::from_number(std::uint64_t number) {
  Bytes bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::uint8_t(number >> (40 - 8 * i));
  return Mac(bytes);
}

std::uint64_t Mac::number() const {
  std::uint64_t number = 0;
  for (const auto byte : bytes_) number = number << 8 | byte;
  return number;
}

std::string Mac::to_string() const { return fmt::format("{:02x}", fmt::join(bytes_, ":")); }

IpAddress IpAddress::v4(std::uint32_t number) {
  IpAddress out;
  for (std::size_t i = 0; i < 4; ++i) out.bytes_[i] = std::uint8_t(number >> (24 - 8 * i));
  return out;
}

IpAddress IpAddress::v6(const V6Bytes& bytes) {
  IpAddress out;
  out.length_ = 16;
  out.bytes_ = bytes;
  return out;
}

std::optional<IpAddress> IpAddress::from_bytes(std::span<const std::uint8_t> bytes) {
  if (bytes.size() != 4 && bytes.size() != 16) return std::nullopt;
  IpAddress out;
  out.length_ = std::uint8_t(bytes.size());
  std::ranges::copy(bytes, out.bytes_.begin());
  return out;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
  if (const auto number = read_v4(text)) return v4(*number);
  if (const auto bytes = read_v6(text)) return v6(*bytes);
  return failed(Code::invalid, "address.bad_ip", "'{}' is not an IP address.", text);
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[0] == 127;
  V6Bytes loopback{};
  loopback.back() = 1;
  return bytes_ == loopback;
}

bool IpAddress::is_multicast() const { return is_v4() ? (bytes_[0] & 0xf0U) == 0xe0U : bytes_[0] == 0xff; }

bool IpAddress::is_link_local() const {
  return is_v4() ? bytes_[0] == 169 && bytes_[1] == 254 : bytes_[0] == 0xfe && (bytes_[1] & 0xc0U) == 0x80U;
}

std::string IpAddress::to_string() const {
  return is_v4() ? fmt::format("{}.{}.{}.{}", bytes_[0], bytes_[1], bytes_[2], bytes_[3]) : write_v6(bytes_);
}

}  // namespace causeway::domain

std::size_t std::hash<causeway::domain::IpAddress>::operator()(const causeway::domain::IpAddress& ip) const noexcept {
  std::size_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const auto byte : ip.bytes()) hash = (hash ^ byte) * 1099511628211ULL;
  return hash;
}
