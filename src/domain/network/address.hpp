#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "causeway/base/result.hpp"

/// Link and network layer addresses as values: pure, small, totally ordered, written and read in one canonical form.
namespace causeway::domain {

/// An Ethernet address, EUI-48. Written "fa:16:3e:00:00:01"; upper case is read, other separators are not.
class Mac {
 public:
  using Bytes = std::array<std::uint8_t, 6>;
  constexpr Mac() = default;
  constexpr explicit Mac(Bytes bytes) : bytes_(bytes) {}
  /// invalid "address.bad_mac".
  static Result<Mac> parse(std::string_view text);
  /// The low 48 bits, most significant byte first: 0xfa163e000001 is fa:16:3e:00:00:01.
  static Mac from_number(std::uint64_t number);

  std::uint64_t number() const;
  const Bytes& bytes() const { return bytes_; }
  bool is_zero() const { return bytes_ == Bytes{}; }
  /// Broadcast is multicast. No interface may own such an address.
  bool is_multicast() const { return (bytes_[0] & 1U) != 0; }
  std::string to_string() const;
  auto operator<=>(const Mac&) const = default;

 private:
  Bytes bytes_{};
};

/// An IPv4 or IPv6 address, without scope. The default is 0.0.0.0. Every IPv4 address sorts before every IPv6 address.
/// Written as dotted decimals or by RFC 5952; IPv4 numbers with leading zeros (octal to some) are refused.
class IpAddress {
 public:
  using V6Bytes = std::array<std::uint8_t, 16>;
  constexpr IpAddress() = default;
  /// 0x0a000001 is 10.0.0.1.
  static IpAddress v4(std::uint32_t number);
  static IpAddress v6(const V6Bytes& bytes);
  /// 4 or 16 bytes, network order; none for another length.
  static std::optional<IpAddress> from_bytes(std::span<const std::uint8_t> bytes);
  /// invalid "address.bad_ip".
  static Result<IpAddress> parse(std::string_view text);

  int version() const { return length_ == 4 ? 4 : 6; }
  bool is_v4() const { return length_ == 4; }
  bool is_v6() const { return length_ == 16; }
  /// 32 or 128.
  int bits() const { return length_ * 8; }
  /// 4 or 16 bytes, network order.
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), length_}; }
  bool is_unspecified() const { return bytes_ == V6Bytes{}; }
  bool is_loopback() const;
  bool is_multicast() const;
  /// 169.254.0.0/16, fe80::/10.
  bool is_link_local() const;
  std::string to_string() const;
  auto operator<=>(const IpAddress&) const = default;

 private:
  std::uint8_t length_ = 4;
  V6Bytes bytes_{};  ///< IPv4 in the first four, zeros behind
};

/// A block of addresses with a common prefix. The default is 0.0.0.0/0. Host bits are always zero.
class Cidr {
 public:
  Cidr() = default;
  /// Clears the host bits. `prefix_length` within 0..address.bits().
  Cidr(const IpAddress& address, int prefix_length);
  /// Refuses host bits. invalid "address.bad_cidr", or "address.host_bits" whose message offers the block.
  static Result<Cidr> parse(std::string_view text);
  /// Clears host bits: "10.0.0.1/24" is 10.0.0.0/24. invalid "address.bad_cidr".
  static Result<Cidr> parse_loose(std::string_view text);

  int version() const { return network_.version(); }
  bool is_v4() const { return network_.is_v4(); }
  bool is_v6() const { return network_.is_v6(); }
  int prefix_length() const { return prefix_length_; }
  /// The first address.
  const IpAddress& network() const { return network_; }
  /// The last address: IPv4's broadcast address (there is none in blocks of /31 and /32, nor in IPv6).
  IpAddress broadcast() const;
  IpAddress netmask() const;
  /// How many addresses; 2^64 - 1 where there are more.
  std::uint64_t size() const;
  bool contains(const IpAddress& address) const;
  bool contains(const Cidr& other) const;
  bool overlaps(const Cidr& other) const { return contains(other) || other.contains(*this); }
  /// The address `offset` behind the network address; none outside of the block.
  std::optional<IpAddress> nth(std::uint64_t offset) const;
  /// The inverse of `nth`; none for an address outside of the block or beyond 64 bits of it.
  std::optional<std::uint64_t> offset_of(const IpAddress& address) const;
  std::string to_string() const;
  auto operator<=>(const Cidr&) const = default;

 private:
  IpAddress network_;
  int prefix_length_ = 0;
};

}  // namespace causeway::domain

template <>
struct std::hash<causeway::domain::Mac> {
  std::size_t operator()(const causeway::domain::Mac& mac) const noexcept {
    return std::hash<std::uint64_t>{}(mac.number());
  }
};
template <>
struct std::hash<causeway::domain::IpAddress> {
  std::size_t operator()(const causeway::domain::IpAddress& ip) const noexcept;
};

namespace causeway::domain::detail {
/// Writes an address by its to_string(), with the format options of strings.
template <class T>
struct AddressFormatter : fmt::formatter<std::string> {
  template <class Context>
  auto format(const T& value, Context& context) const {
    return fmt::formatter<std::string>::format(value.to_string(), context);
  }
};
}  // namespace causeway::domain::detail
template <>
struct fmt::formatter<causeway::domain::Mac> : causeway::domain::detail::AddressFormatter<causeway::domain::Mac> {};
template <>
struct fmt::formatter<causeway::domain::IpAddress>
    : causeway::domain::detail::AddressFormatter<causeway::domain::IpAddress> {};
template <>
struct fmt::formatter<causeway::domain::Cidr> : causeway::domain::detail::AddressFormatter<causeway::domain::Cidr> {};
