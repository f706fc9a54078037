#include "causeway/adapters/netlink/message.hpp"

#include <libmnl/libmnl.h>

#include <cstdlib>
#include <cstring>

namespace causeway::adapters {

Message::Message(std::uint16_t type, std::uint16_t flags) {
  auto* header = mnl_nlmsg_put_header(buffer_.data());
  header->nlmsg_type = type;
  header->nlmsg_flags = std::uint16_t(NLM_F_REQUEST | flags);
}

nlmsghdr& Message::header() { return *reinterpret_cast<nlmsghdr*>(buffer_.data()); }

std::span<const std::byte> Message::bytes() const {
  return std::span(buffer_).first(reinterpret_cast<const nlmsghdr*>(buffer_.data())->nlmsg_len);
}

void Message::put_family(const void* data, std::size_t size) {
  if (header().nlmsg_len + MNL_ALIGN(size) > buffer_.size()) std::abort();
  std::memcpy(mnl_nlmsg_put_extra_header(&header(), size), data, size);
}

void Message::put(std::uint16_t attribute, std::string_view text) {
  std::array<char, 64> terminated{};
  if (text.size() >= terminated.size()) std::abort();
  std::memcpy(terminated.data(), text.data(), text.size());
  put_bytes(attribute, terminated.data(), text.size() + 1);
}

void Message::put_bytes(std::uint16_t attribute, const void* data, std::size_t size) {
  if (!mnl_attr_put_check(&header(), buffer_.size(), attribute, size, data)) std::abort();
}

std::size_t Message::begin_nest(std::uint16_t attribute) {
  auto* start = mnl_attr_nest_start_check(&header(), buffer_.size(), attribute);
  if (start == nullptr) std::abort();
  return std::size_t(reinterpret_cast<std::byte*>(start) - buffer_.data());
}

void Message::end_nest(std::size_t start) {
  mnl_attr_nest_end(&header(), reinterpret_cast<nlattr*>(buffer_.data() + start));
}

void Batch::add(Message message, const char* operation, int tolerated) {
  message.header().nlmsg_flags |= NLM_F_ACK;
  const auto bytes = message.bytes();
  steps_.push_back({buffer_.size(), operation, tolerated});
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
  buffer_.resize(MNL_ALIGN(buffer_.size()));
}

}  // namespace causeway::adapters
