#include <algorithm>
#include <charconv>
#include <limits>

#include "causeway/domain/network/address.hpp"

namespace causeway::domain {
namespace {

/// The byte at `index` of a netmask.
std::uint8_t mask_byte(int prefix_length, std::size_t index) {
  const int ones = std::clamp(prefix_length - int(index) * 8, 0, 8);
  return std::uint8_t(0xff00U >> ones);
}

bool same_prefix(const IpAddress& a, const IpAddress& b, int prefix_length) {
  if (a.version() != b.version()) return false;
  const auto left = a.bytes();
  const auto right = b.bytes();
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (((left[i] ^ right[i]) & mask_byte(prefix_length, i)) != 0) return false;
  }
  return true;
}

std::optional<int> read_length(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return int(value);
}

struct Written {
  IpAddress address;
  int prefix_length = 0;
};

Result<Written> read_cidr(std::string_view text) {
  const auto bad = [&] {
    return failed(Code::invalid, "address.bad_cidr", "'{}' is not an address block such as 10.0.0.0/24 or fd00::/64.",
                  text);
  };
  const auto slash = text.find('/');
  if (slash == text.npos) return bad();
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return bad();
  const auto length = read_length(text.substr(slash + 1));
  if (!length || *length > address->bits()) return bad();
  return Written{*address, *length};
}

}  // namespace

Cidr::Cidr(const IpAddress& address, int prefix_length) : prefix_length_(std::clamp(prefix_length, 0, address.bits())) {
  IpAddress::V6Bytes bytes{};
  const auto from = address.bytes();
  for (std::size_t i = 0; i < from.size(); ++i) bytes[i] = from[i] & mask_byte(prefix_length_, i);
  network_ = *IpAddress::from_bytes(std::span(bytes).first(from.size()));
}

Result<Cidr> Cidr::parse(std::string_view text) {
  TRY(const auto written, read_cidr(text));
  const Cidr block(written.address, written.prefix_length);
  if (block.network() != written.address) {
    return failed(Code::invalid, "address.host_bits", "{} has host bits set, did you mean {}?", text, block);
  }
  return block;
}

Result<Cidr> Cidr::parse_loose(std::string_view text) {
  TRY(const auto written, read_cidr(text));
  return Cidr(written.address, written.prefix_length);
}

IpAddress Cidr::broadcast() const {
  IpAddress::V6Bytes bytes{};
  const auto from = network_.bytes();
  for (std::size_t i = 0; i < from.size(); ++i)
    bytes[i] = std::uint8_t(from[i] | (mask_byte(prefix_length_, i) ^ 0xffU));
  return *IpAddress::from_bytes(std::span(bytes).first(from.size()));
}

IpAddress Cidr::netmask() const {
  IpAddress::V6Bytes bytes{};
  const auto length = network_.bytes().size();
  for (std::size_t i = 0; i < length; ++i) bytes[i] = mask_byte(prefix_length_, i);
  return *IpAddress::from_bytes(std::span(bytes).first(length));
}

std::uint64_t Cidr::size() const {
  const int host_bits = network_.bits() - prefix_length_;
  return host_bits >= 64 ? std::numeric_limits<std::uint64_t>::max() : std::uint64_t{1} << host_bits;
}

bool Cidr::contains(const IpAddress& address) const { return same_prefix(network_, address, prefix_length_); }

bool Cidr::contains(const Cidr& other) const {
  return other.prefix_length_ >= prefix_length_ && contains(other.network_);
}

std::optional<IpAddress> Cidr::nth(std::uint64_t offset) const {
  const int host_bits = network_.bits() - prefix_length_;
  if (host_bits < 64 && offset >> host_bits != 0) return std::nullopt;
  IpAddress::V6Bytes bytes{};
  const auto from = network_.bytes();
  std::ranges::copy(from, bytes.begin());
  // the host bits of the network address are zero, so the sum has no carry
  for (std::size_t i = from.size(); i-- > 0; offset >>= 8) bytes[i] |= std::uint8_t(offset);
  return IpAddress::from_bytes(std::span(bytes).first(from.size()));
}

std::optional<std::uint64_t> Cidr::offset_of(const IpAddress& address) const {
  if (!contains(address)) return std::nullopt;
  std::uint64_t offset = 0;
  const auto bytes = address.bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (offset >> 56 != 0) return std::nullopt;
    offset = offset << 8 | std::uint8_t(bytes[i] & ~mask_byte(prefix_length_, i));
  }
  return offset;
}

std::string Cidr::to_string() const { return fmt::format("{}/{}", network_, prefix_length_); }

}  // namespace causeway::domain
