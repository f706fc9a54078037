#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>
#include <string>
#include <vector>

#include "net_namespace.hpp"

/// Sockets of a namespace for tests with real packets. What does not come within `patience` does not come.
namespace causeway::testing {

inline constexpr int patience_ms = 300;

inline std::pair<sockaddr_storage, socklen_t> socket_address(const domain::IpAddress& address, std::uint16_t port) {
  sockaddr_storage out{};
  if (address.is_v4()) {
    auto& in = reinterpret_cast<sockaddr_in&>(out);
    in.sin_family = AF_INET;
    in.sin_port = htons(port);
    std::ranges::copy(address.bytes(), reinterpret_cast<std::uint8_t*>(&in.sin_addr));
    return {out, sizeof in};
  }
  auto& in6 = reinterpret_cast<sockaddr_in6&>(out);
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(port);
  std::ranges::copy(address.bytes(), reinterpret_cast<std::uint8_t*>(&in6.sin6_addr));
  return {out, sizeof in6};
}

class Socket {
 public:
  Socket(const NetNamespace& where, int family, int type, int protocol = 0) {
    where.run([&] { fd_ = ::socket(family, type | SOCK_CLOEXEC, protocol); });
    if (fd_ < 0) throw std::runtime_error("no socket");
    const int on = 1;
    ::setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6) ::setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  }
  explicit Socket(int fd) : fd_(fd) {}
  Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Socket& operator=(Socket&&) = delete;
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }
  bool bind(const domain::IpAddress& address, std::uint16_t port) const {
    const auto [to, size] = socket_address(address, port);
    return ::bind(fd_, reinterpret_cast<const sockaddr*>(&to), size) == 0;
  }
  bool send_to(const domain::IpAddress& address, std::uint16_t port, std::string_view data) const {
    const auto [to, size] = socket_address(address, port);
    return ::sendto(fd_, data.data(), data.size(), 0, reinterpret_cast<const sockaddr*>(&to), size) == ssize_t(data.size());
  }
  bool send(std::string_view data) const { return ::send(fd_, data.data(), data.size(), MSG_NOSIGNAL) == ssize_t(data.size()); }
  bool readable(short events = POLLIN) const {
    pollfd wait{fd_, events, 0};
    return ::poll(&wait, 1, patience_ms) == 1;
  }
  /// What came; "" when nothing did.
  std::string receive() const {
    if (!readable()) return "";
    std::string data(4096, '\0');
    const auto size = ::recv(fd_, data.data(), data.size(), 0);
    data.resize(size < 0 ? 0 : std::size_t(size));
    return data;
  }

 private:
  int fd_ = -1;
};

/// A connection, or a closed socket (fd -1) when none came about.
inline Socket tcp_connect(const NetNamespace& where, const domain::IpAddress& to, std::uint16_t port) {
  Socket socket(where, to.is_v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK);
  const auto [address, size] = socket_address(to, port);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), size) == 0) return socket;
  int error = 0;
  socklen_t length = sizeof error;
  if (errno != EINPROGRESS || !socket.readable(POLLOUT) || ::getsockopt(socket.fd(), SOL_SOCKET, SO_ERROR, &error, &length) != 0 || error != 0)
    return Socket(-1);
  return socket;
}

/// Sends a frame as it is, from an interface.
inline void send_frame(const NetNamespace& where, const char* link, std::span<const std::uint8_t> frame) {
  where.run([&] {
    const int fd = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
    sockaddr_ll to{};
    to.sll_family = AF_PACKET;
    to.sll_ifindex = int(::if_nametoindex(link));
    to.sll_halen = 6;
    ::sendto(fd, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    ::close(fd);
  });
}

}  // namespace causeway::testing
