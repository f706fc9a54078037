#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "../conformance/links_suite.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"
#include "net_namespace.hpp"

/// Real packets between containers on different hosts, over a tunnel that NetlinkLinks made.
///
///   container 1 -- veth -- cwb1 -- cwx1 -- [u0 10.200.1.1 ==== u0 10.200.2.1] -- cwx1 -- cwb1 -- veth -- container 2
///   10.0.0.1 fd00::1          MTU 1450            MTU 1500                                         10.0.0.2 fd00::2
namespace causeway::adapters {
namespace {

using conformance::expect_done;
using conformance::ip;
using testing::NetNamespace;

constexpr std::uint16_t port = 7007;
constexpr std::size_t v4_headers = 28;  // IPv4 and UDP
constexpr std::size_t v6_headers = 48;

/// A UDP socket of one namespace, that never fragments and never waits for long.
class Udp {
 public:
  Udp(const NetNamespace& where, int version) : version_(version) {
    where.run([&] { fd_ = ::socket(version == 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    const timeval limit{.tv_sec = 0, .tv_usec = 500'000};
    const int never_fragment = IP_PMTUDISC_DO;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, version == 4 ? int(IPPROTO_IP) : int(IPPROTO_IPV6),
                 version == 4 ? IP_MTU_DISCOVER : IPV6_MTU_DISCOVER, &never_fragment, sizeof never_fragment);
    const int on = 1;
    if (version == 6) ::setsockopt(fd_, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    const auto [address, size] = address_of(version == 4 ? ip("0.0.0.0") : ip("::"));
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  ~Udp() { ::close(fd_); }
  Udp(const Udp&) = delete;
  Udp& operator=(const Udp&) = delete;

  /// 0 or an errno.
  int send(const domain::IpAddress& to, std::size_t size) const {
    const std::vector<char> data(size, 'x');
    const auto [address, length] = address_of(to);
    return ::sendto(fd_, data.data(), data.size(), 0, reinterpret_cast<const sockaddr*>(&address), length) < 0 ? errno
                                                                                                               : 0;
  }
  /// The size of the next datagram, -1 when none came.
  ssize_t receive() const {
    std::vector<char> data(65536);
    return ::recv(fd_, data.data(), data.size(), 0);
  }

 private:
  std::pair<sockaddr_storage, socklen_t> address_of(const domain::IpAddress& address) const {
    sockaddr_storage out{};
    if (version_ == 4) {
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

  int version_;
  int fd_ = -1;
};

/// A host with one container on the network.
struct Host {
  int number;
  NetNamespace net;
  NetNamespace container;
  std::unique_ptr<NetlinkLinks> links = net.run([] { return NetlinkLinks::open().value(); });

  domain::Mac mac() const { return domain::Mac::from_number(0xfa163e000000ULL + std::uint64_t(number)); }
  domain::IpAddress vtep() const { return domain::IpAddress::v4(0x0ac80001U + std::uint32_t(number) * 256); }
  domain::IpAddress address4() const { return domain::IpAddress::v4(0x0a000000U + std::uint32_t(number)); }
  domain::IpAddress address6() const { return ip("fd00::" + std::to_string(number)); }
  boundary::RemoteEntry entry() const { return {mac(), vtep(), {address4(), address6()}}; }

  void build() {
    net.run([&] {
      auto tunnel = conformance::a_tunnel();
      tunnel.local = vtep();
      auto veth = conformance::a_veth();
      veth.mac = mac();
      expect_done(links->ensure_host_settings());
      expect_done(links->ensure_bridge(conformance::a_bridge()));
      expect_done(links->ensure_vxlan(tunnel));
      expect_done(links->ensure_veth(veth));
    });
    net.move_link_to("cwp1", container);
    container.set_up("cwp1");
    container.add_address("cwp1", address4(), 24);
    container.add_address("cwp1", address6(), 64);
  }
  void set_entries(const std::vector<boundary::RemoteEntry>& entries) {
    net.run([&] { expect_done(links->set_remote_entries("cwx1", entries)); });
  }
  /// Packets that left through the underlay's link.
  long sent() const {
    return net.run([] {
      std::ifstream file("/proc/thread-self/net/dev");
      for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        std::string name;
        long value = 0;
        words >> name;
        if (name != "u0:") continue;
        for (int i = 0; i < 10; ++i) words >> value;
        return value;
      }
      return -1L;
    });
  }
};

class NetlinkPackets : public ::testing::Test {
 protected:
  void SetUp() override {
    one.net.add_veth_to(two.net, "u0", "u0");
    for (auto* host : {&one, &two}) {
      host->net.add_address("u0", host->vtep(), 16);
      host->net.run([] { expect_done(disable_ipv6("u0")); });  // only tunnel packets and ARP shall cross it
      host->net.set_up("u0");
      host->build();
    }
    one.set_entries({two.entry()});
    two.set_entries({one.entry()});
  }

  /// A datagram of `size` and an answer of the same size.
  static void expect_echo(const Udp& from, const Udp& to, const domain::IpAddress& from_ip,
                          const domain::IpAddress& to_ip, std::size_t size) {
    ASSERT_EQ(from.send(to_ip, size), 0);
    ASSERT_EQ(to.receive(), ssize_t(size)) << "the first packet to " << to_ip.to_string();
    ASSERT_EQ(to.send(from_ip, size), 0);
    ASSERT_EQ(from.receive(), ssize_t(size)) << "the answer of " << to_ip.to_string();
  }

  Host one{.number = 1};
  Host two{.number = 2};
};

TEST_F(NetlinkPackets, cross_the_tunnel_with_ipv4_up_to_the_mtu) {
  const Udp from(one.container, 4);
  const Udp to(two.container, 4);
  expect_echo(from, to, one.address4(), two.address4(), 10);
  expect_echo(from, to, one.address4(), two.address4(), 1450 - v4_headers);
  EXPECT_EQ(from.send(two.address4(), 1450 - v4_headers + 1), EMSGSIZE);
}

TEST_F(NetlinkPackets, cross_the_tunnel_with_ipv6_up_to_the_mtu) {
  const Udp from(one.container, 6);
  const Udp to(two.container, 6);
  expect_echo(from, to, one.address6(), two.address6(), 10);
  expect_echo(from, to, one.address6(), two.address6(), 1450 - v6_headers);
  EXPECT_EQ(from.send(two.address6(), 1450 - v6_headers + 1), EMSGSIZE);
}

TEST_F(NetlinkPackets, for_unknown_addresses_do_not_leave_the_host) {
  const Udp from(one.container, 4);
  const Udp from6(one.container, 6);
  const Udp to(two.container, 4);
  expect_echo(from, to, one.address4(), two.address4(), 10);  // the underlay's own ARP is over
  const auto before = one.sent();
  ASSERT_EQ(from.send(ip("10.0.0.99"), 10), 0);
  ASSERT_EQ(from6.send(ip("fd00::99"), 10), 0);
  EXPECT_EQ(from.receive(), -1);  // half a second, in which ARP and ND ask in vain
  EXPECT_EQ(one.sent(), before);
}

TEST_F(NetlinkPackets, follow_an_entry_that_changes) {
  const Udp from(one.container, 4);
  const Udp to(two.container, 4);
  auto elsewhere = two.entry();
  elsewhere.vtep = ip("10.200.9.1");
  one.set_entries({elsewhere});
  ASSERT_EQ(from.send(two.address4(), 10), 0);
  EXPECT_EQ(to.receive(), -1);
  one.set_entries({two.entry()});
  expect_echo(from, to, one.address4(), two.address4(), 10);
}

TEST_F(NetlinkPackets, stop_when_the_entry_is_gone) {
  const Udp from(one.container, 4);
  const Udp to(two.container, 4);
  expect_echo(from, to, one.address4(), two.address4(), 10);
  one.set_entries({});
  const auto before = one.sent();
  ASSERT_EQ(from.send(two.address4(), 10), 0);
  EXPECT_EQ(to.receive(), -1);
  EXPECT_EQ(one.sent(), before);
}

TEST_F(NetlinkPackets, of_a_spoofed_source_do_not_move_a_remote_entry) {
  const Udp from(one.container, 4);
  const Udp to(two.container, 4);
  // a second container on host one takes the address of container 2
  const NetNamespace intruder;
  auto veth = conformance::a_veth();
  veth.host_name = "cwh2";
  veth.peer_name = "cwp2";
  veth.mac = two.mac();
  one.net.run([&] { expect_done(one.links->ensure_veth(veth)); });
  one.net.move_link_to("cwp2", intruder);
  intruder.set_up("cwp2");
  intruder.add_address("cwp2", ip("10.0.0.66"), 24);
  const Udp spoofer(intruder, 4);
  ASSERT_EQ(spoofer.send(ip("10.0.0.77"), 10), 0);  // its ARP request alone would move a learned entry
  expect_echo(from, to, one.address4(), two.address4(), 20);
}

TEST_F(NetlinkPackets, leave_nothing_behind_after_removal) {
  one.net.run([&] {
    for (const auto* name : {"cwh1", "cwx1", "cwb1"}) expect_done(one.links->remove_link(name));
    EXPECT_TRUE(one.links->observe("cw").value().empty());
    EXPECT_EQ(one.links->observe("").value().size(), 2u);  // lo and the underlay
  });
}

}  // namespace
}  // namespace causeway::adapters
