#include "causeway/adapters/nftables/nft_socket.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <poll.h>
#include <sys/time.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>

namespace causeway::adapters {
namespace {

constexpr std::uint16_t get_generation = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETGEN;
constexpr std::uint16_t new_generation = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWGEN;
using Buffer = std::array<char, 32 * 1024>;

std::unexpected<Error> broken(const char* operation) {
  return failed(errno == EPERM ? Code::forbidden : Code::unavailable, "firewall.netlink", "Cannot {} the packet filter: {}.", operation,
                std::strerror(errno));
}

std::optional<std::uint32_t> read_generation(const nlmsghdr& message) {
  if (message.nlmsg_type != new_generation) return std::nullopt;
  std::optional<std::uint32_t> found;
  for (const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(&message, sizeof(nfgenmsg)));
       mnl_attr_ok(attribute, int(static_cast<const char*>(mnl_nlmsg_get_payload_tail(&message)) - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    if (mnl_attr_get_type(attribute) == NFTA_GEN_ID) found = ntohl(mnl_attr_get_u32(attribute));
  }
  return found;
}

/// Of the last message of the datagram that has one.
std::optional<std::uint32_t> generation_in(const Buffer& buffer, ssize_t size) {
  std::optional<std::uint32_t> found;
  int left = int(size);
  const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
  while (mnl_nlmsg_ok(message, left)) {
    if (const auto generation = read_generation(*message)) found = generation;
    message = mnl_nlmsg_next(message, &left);
  }
  return found;
}

}  // namespace

void NftSocket::Close::operator()(mnl_socket* socket) const { mnl_socket_close(socket); }

Result<std::unique_ptr<NftSocket>> NftSocket::open(Use use) {
  auto* raw = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
  if (raw == nullptr) return broken("open a socket to");
  std::unique_ptr<NftSocket> socket(new NftSocket(raw));
  if (mnl_socket_bind(raw, 0, MNL_SOCKET_AUTOPID) != 0) return broken("bind a socket to");
  if (use == Use::events) {
    int group = NFNLGRP_NFTABLES;
    if (mnl_socket_setsockopt(raw, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) != 0) return broken("follow");
  }
  // the kernel answers at once; should an answer ever be missing, the caller is not to hang
  timeval limit{.tv_sec = 10, .tv_usec = 0};
  if (::setsockopt(mnl_socket_get_fd(raw), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0) return broken("configure a socket to");
  return socket;
}

Result<std::uint32_t> NftSocket::generation() {
  Buffer buffer{};
  auto* request = mnl_nlmsg_put_header(buffer.data());
  request->nlmsg_type = get_generation;
  request->nlmsg_flags = NLM_F_REQUEST;
  auto* family = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(request, sizeof(nfgenmsg)));
  family->nfgen_family = AF_UNSPEC;
  family->version = NFNETLINK_V0;
  if (mnl_socket_sendto(socket_.get(), request, request->nlmsg_len) < 0) return broken("ask");
  while (true) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return broken("hear from");
    if (const auto generation = generation_in(buffer, size)) return *generation;
  }
}

Result<void> NftSocket::transact(const std::vector<char>& batch, std::uint32_t first, std::uint32_t last) {
  if (mnl_socket_sendto(socket_.get(), batch.data(), batch.size()) < 0) return broken("change");
  Buffer buffer{};
  while (true) {
    const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return broken("hear from");
    int left = int(size);
    const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
    for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
      if (message->nlmsg_type != NLMSG_ERROR || message->nlmsg_seq < first || message->nlmsg_seq > last) continue;
      const auto& answer = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
      if (answer.error == 0 && message->nlmsg_seq == last) return {};
      if (answer.error == 0) continue;
      // one command that fails fails them all; what is still said of the others is of numbers that are past
      return failed(Code::invalid, "firewall.refused", "The kernel refused a change of the packet filter: {}.", std::strerror(-answer.error));
    }
  }
}

Result<bool> NftSocket::wait_for_transaction(std::chrono::milliseconds limit) {
  pollfd wait{mnl_socket_get_fd(socket_.get()), POLLIN, 0};
  const int ready = ::poll(&wait, 1, int(limit.count()));
  if (ready < 0 && errno != EINTR) return broken("follow");
  if (ready <= 0) return false;
  Buffer buffer{};
  const auto size = mnl_socket_recvfrom(socket_.get(), buffer.data(), buffer.size());
  if (size >= 0) return generation_in(buffer, size).has_value();
  // a transaction was larger than the socket's memory: there was one
  if (errno == ENOBUFS || errno == ENOSPC) return true;
  if (errno == EINTR || errno == EAGAIN) return false;
  return broken("hear from");
}

}  // namespace causeway::adapters
