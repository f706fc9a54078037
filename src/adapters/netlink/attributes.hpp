#pragma once

#include <libmnl/libmnl.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "causeway/domain/network/address.hpp"

/// Reading attributes: libmnl's loops are macros for C.
namespace causeway::adapters {

inline std::span<const std::uint8_t> payload(const nlattr& attribute) {
  return {static_cast<const std::uint8_t*>(mnl_attr_get_payload(&attribute)), mnl_attr_get_payload_len(&attribute)};
}

template <class Each>
void for_each_attribute(std::span<const std::uint8_t> bytes, Each each) {
  const auto* attribute = reinterpret_cast<const nlattr*>(bytes.data());
  const auto* end = bytes.data() + bytes.size();
  while (mnl_attr_ok(attribute, int(end - reinterpret_cast<const std::uint8_t*>(attribute)))) {
    each(*attribute);
    attribute = mnl_attr_next(attribute);
  }
}

/// The attributes behind the family header of `header_size` bytes.
template <class Each>
void for_each_attribute(const nlmsghdr& message, std::size_t header_size, Each each) {
  const auto* begin = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload_offset(&message, header_size));
  const auto* end = static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload_tail(&message));
  if (begin < end) for_each_attribute(std::span(begin, end), each);
}

template <class Each>
void for_each_nested(const nlattr& nest, Each each) {
  for_each_attribute(payload(nest), each);
}

inline std::optional<domain::Mac> read_mac(const nlattr& attribute) {
  domain::Mac::Bytes bytes{};
  if (payload(attribute).size() != bytes.size()) return std::nullopt;
  std::ranges::copy(payload(attribute), bytes.begin());
  return domain::Mac(bytes);
}

}  // namespace causeway::adapters
