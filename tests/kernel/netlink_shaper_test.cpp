#include "causeway/adapters/netlink/shaping/netlink_shaper.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "../conformance/links_suite.hpp"
#include "../conformance/shaper_suite.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"
#include "net_namespace.hpp"

/// Limits in a real kernel, and what passes under them.
///
///   host: cwp1 10.0.0.1 (limits, cwi1) ==== eth0 10.0.0.2: container
namespace causeway::adapters {
namespace {

using conformance::expect_done;
using testing::NetNamespace;
using Clock = std::chrono::steady_clock;

struct KernelRig {
  NetNamespace host;
  NetNamespace container;
  std::unique_ptr<NetlinkShaper> shaper = host.run([] { return NetlinkShaper::open().value(); });
  std::unique_ptr<NetlinkLinks> links = host.run([] { return NetlinkLinks::open().value(); });

  KernelRig() {
    host.add_veth_to(container, "cwp1", "eth0");
    host.add_address("cwp1", conformance::ip("10.0.0.1"), 24);
    container.add_address("eth0", conformance::ip("10.0.0.2"), 24);
    host.set_up("cwp1");
    container.set_up("eth0");
  }
  template <class Function>
  void run(Function function) {
    host.run([&] { function(*shaper); });
  }
  void lose_link() {
    host.run([&] { expect_done(links->remove_link("cwp1")); });
  }
  bool has_meter() {
    return host.run([&] { return !links->observe("cwi1")->empty(); });
  }
};

/// A datagram socket of one namespace, bound to one address of it.
class Udp {
 public:
  Udp(const NetNamespace& where, const char* address) {
    where.run([&] { fd_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0); });
    const timeval limit{.tv_sec = 0, .tv_usec = 1'000};
    const int room = 8 << 20;
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    const auto here = address_of(address);
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
  }
  ~Udp() { ::close(fd_); }
  Udp(const Udp&) = delete;
  Udp& operator=(const Udp&) = delete;
  static sockaddr_in address_of(const char* text) {
    sockaddr_in out{};
    out.sin_family = AF_INET;
    out.sin_port = htons(7008);
    ::inet_pton(AF_INET, text, &out.sin_addr);
    return out;
  }
  int fd() const { return fd_; }

 private:
  int fd_ = -1;
};

/// Bytes that arrive within `window` while more is sent than any limit here lets pass: 20 times 1,400 bytes a millisecond,
/// 224 Mbit/s.
std::size_t passed(const Udp& from, const Udp& to, const char* target, std::chrono::milliseconds window) {
  const auto there = Udp::address_of(target);
  const std::vector<char> data(1'400, 'x');
  std::vector<char> got(2'000);
  std::size_t sum = 0;
  const auto end = Clock::now() + window;
  for (auto next = Clock::now(); Clock::now() < end; next += std::chrono::milliseconds(1)) {
    if (Clock::now() >= next) {
      for (int i = 0; i < 20; ++i) ::sendto(from.fd(), data.data(), data.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&there), sizeof there);
    }
    for (ssize_t size = 0; size >= 0 && Clock::now() < next + std::chrono::milliseconds(1);) {
      size = ::recv(to.fd(), got.data(), got.size(), 0);
      if (size > 0) sum += std::size_t(size);
    }
  }
  return sum;
}

class NetlinkShaperPackets : public ::testing::Test {
 protected:
  /// Mbit/s.
  double download() { return double(passed(host_end, inside, "10.0.0.2", window)) * 8 / 1e6 / seconds(); }
  double upload() { return double(passed(inside, host_end, "10.0.0.1", window)) * 8 / 1e6 / seconds(); }
  double seconds() const { return std::chrono::duration<double>(window).count(); }
  void set(const boundary::LinkLimits& limits) {
    rig.run([&](boundary::Shaper& shaper) { expect_done(shaper.ensure_limits("cwp1", "cwi1", limits)); });
  }
  KernelRig rig;
  Udp host_end{rig.host, "10.0.0.1"};
  Udp inside{rig.container, "10.0.0.2"};
  const std::chrono::milliseconds window{1'000};
};

TEST_F(NetlinkShaperPackets, download_is_held_to_its_limit_and_upload_is_not) {
  set({boundary::Rate{8'000, 0}, std::nullopt});
  const double held = download(), free = upload();
  EXPECT_GT(held, 4) << "Mbit/s";
  EXPECT_LT(held, 16) << "Mbit/s";
  EXPECT_GT(free, 32) << "Mbit/s";
  EXPECT_FALSE(rig.has_meter());
}

TEST_F(NetlinkShaperPackets, upload_is_held_to_its_limit_and_download_is_not) {
  set({std::nullopt, boundary::Rate{8'000, 0}});
  const double held = upload(), free = download();
  EXPECT_GT(held, 4) << "Mbit/s";
  EXPECT_LT(held, 16) << "Mbit/s";
  EXPECT_GT(free, 32) << "Mbit/s";
  EXPECT_TRUE(rig.has_meter());
  set({});
  EXPECT_GT(upload(), 32) << "lifted";
  EXPECT_FALSE(rig.has_meter()) << "the device is gone with the limit";
}

TEST_F(NetlinkShaperPackets, a_meter_that_somebody_took_away_is_made_anew) {
  set({std::nullopt, boundary::Rate{8'000, 0}});
  rig.host.run([&] { expect_done(rig.links->remove_link("cwi1")); });
  set({std::nullopt, boundary::Rate{8'000, 0}});
  const double held = upload();
  EXPECT_GT(held, 4) << "Mbit/s";
  EXPECT_LT(held, 16) << "Mbit/s";
}

TEST(NetlinkShaper, tries_what_this_kernel_can_and_leaves_nothing) {
  KernelRig rig;
  const auto links = [&] { return rig.host.run([&] { return rig.links->observe("cw").value().size(); }); };
  const auto before = links();
  for (int time = 0; time < 2; ++time) {
    const auto tried = rig.host.run([&] { return rig.shaper->supported(); });
    EXPECT_TRUE(tried) << tried.error().describe();
  }
  EXPECT_EQ(links(), before);
}

}  // namespace
}  // namespace causeway::adapters

namespace causeway::conformance {
INSTANTIATE_TYPED_TEST_SUITE_P(Kernel, ShaperSuite, adapters::KernelRig);
}  // namespace causeway::conformance
