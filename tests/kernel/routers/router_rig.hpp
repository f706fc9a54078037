#pragma once

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>

#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/routers/netlink_router_links.hpp"
#include "causeway/adapters/netlink/routers/router_messages.hpp"
#include "net_namespace.hpp"

/// A host with routers in namespaces of their own, containers on its bridges, and UDP between them.
namespace causeway::adapters {

using testing::NetNamespace;

inline domain::IpAddress ip(std::string_view text) { return *domain::IpAddress::parse(text); }
inline domain::Cidr cidr(std::string_view text) { return *domain::Cidr::parse(text); }

/// A host: a namespace with links and routers, whose names are in a folder of the test.
struct Host {
  NetNamespace net;
  std::string folder = [] {
    std::string path = std::filesystem::temp_directory_path() / "cw-routers-XXXXXX";
    return std::string(::mkdtemp(path.data()));
  }();
  std::unique_ptr<NetlinkLinks> links = net.run([] { return NetlinkLinks::open().value(); });
  std::unique_ptr<NetlinkRouterLinks> routers = net.run([this] { return NetlinkRouterLinks::open(folder).value(); });

  ~Host() {
    for (const auto& name : *routers->list_routers())
      net.run([&] { EXPECT_TRUE(routers->remove_router(name)); });
    std::filesystem::remove_all(folder);
  }
  template <class Function>
  void run(Function function) {
    net.run([&] { function(*routers, *links); });
  }
  void ensure(const domain::RouterNamespace& router) {
    net.run([&] {
      const auto done = routers->ensure_router(router);
      ASSERT_TRUE(done) << done.error().describe();
    });
  }
};

/// A container on a bridge of a host, with a default route for each family.
struct Box {
  NetNamespace net;
  domain::IpAddress v4, v6;

  Box(Host& host, int network, int number)
      : v4(ip("10." + std::to_string(network) + ".0." + std::to_string(number))),
        v6(ip("fd00:" + std::to_string(network) + "::" + std::to_string(number))) {
    const auto n = std::to_string(network) + std::to_string(number);
    const auto mac = domain::Mac::from_number(0xfa163e000000 + std::uint64_t(network * 100 + number));
    host.net.run([&] {
      const auto done = host.links->ensure_veth({"cwp" + n, "cwc" + n, mac, 1450, "cwb" + std::to_string(network)});
      ASSERT_TRUE(done) << done.error().describe();
    });
    host.net.move_link_to("cwc" + n, net);
    net.set_up("cwc" + n);
    net.add_address("cwc" + n, v4, 24);
    net.add_address("cwc" + n, v6, 64);
    add_route(cidr("0.0.0.0/0"), ip("10." + std::to_string(network) + ".0.1"), "cwc" + n);
    add_route(cidr("::/0"), ip("fd00:" + std::to_string(network) + "::1"), "cwc" + n);
  }
  void add_route(const domain::Cidr& to, const domain::IpAddress& via, const std::string& link) const {
    net.run([&] {
      auto socket = NetlinkSocket::open().value();
      Batch batch;
      batch.add(set_route({to, via, ::if_nametoindex(link.c_str())}), "add a route to");
      EXPECT_TRUE(socket.apply(batch, link));
    });
  }
};

struct Heard {
  domain::IpAddress from;
  int ttl = 0;
  std::uint16_t port = 0;
};

/// UDP between namespaces; what is heard says from where, and how many hops it may still make (64 at first).
class Udp {
 public:
  /// `own`: the address that it sends from; none = what the routes say.
  Udp(const NetNamespace& where, bool v4, const std::optional<domain::IpAddress>& own = {}) : v4_(v4) {
    where.run([&] { fd_ = ::socket(v4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    const timeval limit{.tv_sec = 0, .tv_usec = 700'000};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    const int on = 1;
    ::setsockopt(fd_, v4 ? int(IPPROTO_IP) : int(IPPROTO_IPV6), v4 ? IP_RECVTTL : IPV6_RECVHOPLIMIT, &on, sizeof on);
    const auto at = place(own.value_or(v4 ? ip("0.0.0.0") : ip("::")), 7007);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }
  ~Udp() { ::close(fd_); }
  Udp(const Udp&) = delete;
  Udp& operator=(const Udp&) = delete;

  void send(const domain::IpAddress& to, std::uint16_t port = 7007) const {
    const auto where = place(to, port);
    EXPECT_EQ(::sendto(fd_, "hello", 5, 0, reinterpret_cast<const sockaddr*>(&where), sizeof where), 5);
  }
  std::optional<Heard> hear() const {
    std::array<char, 64> data{};
    std::array<char, 256> control{};
    sockaddr_in6 from{};
    iovec part{data.data(), data.size()};
    msghdr message{};
    message.msg_name = &from;
    message.msg_namelen = sizeof from;
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(fd_, &message, 0) != 5) return std::nullopt;
    Heard out;
    if (v4_) {
      const auto* in = reinterpret_cast<const sockaddr_in*>(&from);
      out.from = domain::IpAddress::v4(ntohl(in->sin_addr.s_addr));
      out.port = ntohs(in->sin_port);
    } else {
      out.from = *domain::IpAddress::from_bytes({reinterpret_cast<const std::uint8_t*>(&from.sin6_addr), 16});
    }
    for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_type == IP_TTL || each->cmsg_type == IPV6_HOPLIMIT) out.ttl = *reinterpret_cast<int*>(CMSG_DATA(each));
    }
    return out;
  }

 private:
  sockaddr_in6 place(const domain::IpAddress& address, std::uint16_t port) const {
    sockaddr_in6 out{};
    if (v4_) {
      auto* in = reinterpret_cast<sockaddr_in*>(&out);
      in->sin_family = AF_INET;
      in->sin_port = htons(port);
      std::ranges::copy(address.bytes(), reinterpret_cast<std::uint8_t*>(&in->sin_addr));
    } else {
      out.sin6_family = AF_INET6;
      out.sin6_port = htons(port);
      std::ranges::copy(address.bytes(), reinterpret_cast<std::uint8_t*>(&out.sin6_addr));
    }
    return out;
  }
  bool v4_;
  int fd_ = -1;
};

/// As RouterPackets::hops says of links that are new.
inline std::optional<Heard> deliver(const Udp& from, const domain::IpAddress& to, const Udp& at, std::uint16_t port = 7007) {
  std::optional<Heard> heard;
  for (int i = 0; i < 8 && !heard; ++i) {
    from.send(to, port);
    heard = at.hear();
  }
  return heard;
}

}  // namespace causeway::adapters
