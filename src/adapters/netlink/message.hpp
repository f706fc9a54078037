#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

struct nlmsghdr;

namespace causeway::adapters {

/// One netlink request under construction: a header of its family (ifinfomsg, ndmsg, ...) and attributes, nested by
/// scope:
///
///   Message message(RTM_NEWLINK, NLM_F_CREATE, ifinfomsg{...});
///   message.put(IFLA_IFNAME, name);
///   message.nest(IFLA_LINKINFO, [&] { message.put(IFLA_INFO_KIND, "veth"); });
///
/// A value on the stack. Our requests are bounded far below the buffer; outgrowing it is a bug and ends the process.
class Message {
 public:
  template <class Family>
  Message(std::uint16_t type, std::uint16_t flags, const Family& family) : Message(type, flags) {
    put_family(&family, sizeof family);
  }
  /// Numbers in host order, as most attributes are.
  template <std::unsigned_integral T>
  void put(std::uint16_t attribute, T value) {
    put_bytes(attribute, &value, sizeof value);
  }
  /// With the terminating NUL.
  void put(std::uint16_t attribute, std::string_view text);
  void put(std::uint16_t attribute, std::span<const std::uint8_t> bytes) {
    put_bytes(attribute, bytes.data(), bytes.size());
  }
  template <std::invocable Fill>
  void nest(std::uint16_t attribute, Fill fill) {
    const auto start = begin_nest(attribute);
    fill();
    end_nest(start);
  }
  /// A second family header inside a nest (VETH_INFO_PEER has one).
  template <class Family>
  void put_raw(const Family& family) {
    put_family(&family, sizeof family);
  }

  nlmsghdr& header();
  std::span<const std::byte> bytes() const;

 private:
  Message(std::uint16_t type, std::uint16_t flags);
  void put_family(const void* data, std::size_t size);
  void put_bytes(std::uint16_t attribute, const void* data, std::size_t size);
  std::size_t begin_nest(std::uint16_t attribute);
  void end_nest(std::size_t start);

  alignas(8) std::array<std::byte, 512> buffer_;
};

/// Requests that travel together. Each is acknowledged by itself; one that fails does not stop those after it.
class Batch {
 public:
  /// `operation` completes "Cannot ...", a literal; an acknowledgement with the errno `tolerated` counts as success.
  void add(Message message, const char* operation, int tolerated = 0);
  bool empty() const { return steps_.empty(); }
  std::size_t size() const { return steps_.size(); }

  struct Step {
    std::size_t offset = 0;  ///< of the message in the buffer
    const char* operation = "";
    int tolerated = 0;
  };
  std::span<const Step> steps() const { return steps_; }
  std::span<std::byte> bytes() { return buffer_; }

 private:
  std::vector<std::byte> buffer_;
  std::vector<Step> steps_;
};

}  // namespace causeway::adapters
