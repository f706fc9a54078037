#include "causeway/adapters/netlink/vlans/netlink_vlan_splitter.hpp"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../conformance/links_suite.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/shaping/netlink_shaper.hpp"
#include "net_namespace.hpp"

/// VLANs in a real kernel, with frames whose tags the test writes and reads itself: no VLAN device is needed on either side.
namespace causeway::adapters {
namespace {

using conformance::expect_done;
using testing::NetNamespace;
using Clock = std::chrono::steady_clock;

constexpr std::uint16_t no_tag = 0;
const domain::Mac asker = domain::Mac::from_number(0x02000000aa01);

/// A packet socket on one interface, which asks who has an address.
class Asker {
 public:
  Asker(const NetNamespace& where, const char* link) {
    where.run([&] {
      fd_ = ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL));
      sockaddr_ll here{};
      here.sll_family = AF_PACKET;
      here.sll_protocol = htons(ETH_P_ALL);
      here.sll_ifindex = int(::if_nametoindex(link));
      EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&here), sizeof here), 0);
      const int on = 1;
      EXPECT_EQ(::setsockopt(fd_, SOL_PACKET, PACKET_AUXDATA, &on, sizeof on), 0);
    });
  }
  ~Asker() { ::close(fd_); }
  Asker(const Asker&) = delete;
  Asker& operator=(const Asker&) = delete;

  /// Under which tag the answer comes. Asked again: a link that was just made carries frames when the kernel has looked at its carrier,
  /// which on a busy machine may take a second.
  std::optional<std::uint16_t> ask(std::uint16_t vlan, const char* address, std::uint16_t inner_vlan = no_tag) {
    for (int round = 0; round < 30; ++round) {
      if (const auto tag = ask_once(vlan, address, inner_vlan)) return tag;
    }
    return std::nullopt;
  }
  /// None: no answer comes to one question.
  std::optional<std::uint16_t> ask_once(std::uint16_t vlan, const char* address, std::uint16_t inner_vlan = no_tag) {
    const auto request = frame(vlan, inner_vlan, address);
    EXPECT_EQ(::send(fd_, request.data(), request.size(), 0), ssize_t(request.size()));
    const auto end = Clock::now() + std::chrono::milliseconds(300);
    while (Clock::now() < end) {
      pollfd waiting{fd_, POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      if (const auto tag = read_answer(address)) return tag;
    }
    return std::nullopt;
  }

 private:
  static std::vector<std::uint8_t> frame(std::uint16_t vlan, std::uint16_t inner_vlan, const char* address) {
    std::vector<std::uint8_t> out(6, 0xff);
    const auto number = [&](std::uint16_t value) { out.insert(out.end(), {std::uint8_t(value >> 8U), std::uint8_t(value)}); };
    const auto bytes = [&](const auto& some) { out.insert(out.end(), some.begin(), some.end()); };
    bytes(asker.bytes());
    for (const auto tag : {vlan, inner_vlan}) {
      if (tag == no_tag) continue;
      number(ETH_P_8021Q);
      number(tag);
    }
    number(ETH_P_ARP);
    for (const std::uint16_t value : {std::uint16_t(1), std::uint16_t(ETH_P_IP), std::uint16_t(0x0604), std::uint16_t(1)}) number(value);
    bytes(asker.bytes());
    out.insert(out.end(), 10, 0);  // from 0.0.0.0, to whom is asked for
    std::array<std::uint8_t, 4> wanted{};
    ::inet_pton(AF_INET, address, wanted.data());
    bytes(wanted);
    return out;
  }

  std::optional<std::uint16_t> read_answer(const char* address) {
    std::array<std::uint8_t, 200> data{};
    alignas(cmsghdr) std::array<char, 200> control{};
    iovec part{data.data(), data.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = ::recvmsg(fd_, &message, MSG_DONTWAIT);
    std::array<std::uint8_t, 4> wanted{};
    ::inet_pton(AF_INET, address, wanted.data());
    const bool reply = size >= 42 && data[12] == 0x08 && data[13] == 0x06 && data[21] == 2 && std::memcmp(&data[28], wanted.data(), 4) == 0;
    if (!reply) return std::nullopt;
    for (auto* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
      if (header->cmsg_level != SOL_PACKET || header->cmsg_type != PACKET_AUXDATA) continue;
      tpacket_auxdata facts{};
      std::memcpy(&facts, CMSG_DATA(header), sizeof facts);
      if ((facts.tp_status & TP_STATUS_VLAN_VALID) != 0) return std::uint16_t(facts.tp_vlan_tci & 0xfffU);
    }
    return no_tag;
  }
  int fd_ = -1;
};

struct Host {
  NetNamespace host;
  std::unique_ptr<NetlinkVlanSplitter> splitter = host.run([] { return NetlinkVlanSplitter::open().value(); });
  std::unique_ptr<NetlinkLinks> links = host.run([] { return NetlinkLinks::open().value(); });
  std::unique_ptr<NetlinkShaper> shaper = host.run([] { return NetlinkShaper::open().value(); });

  void bridge(const char* name, std::uint64_t mac) {
    host.run([&] { expect_done(links->ensure_bridge({name, domain::Mac::from_number(mac), 1500, false})); });
  }
  /// A pair of links that both stay here, one of them a port of the bridge.
  void pair(const char* in_bridge, const char* other, const char* bridge_name) {
    host.run([&] { expect_done(links->ensure_veth({in_bridge, other, domain::Mac::from_number(0x020000000009), 1500, bridge_name})); });
  }
  void neighbour(NetNamespace& where, const char* in_bridge, const char* bridge_name, const char* address) {
    pair(in_bridge, "cwctemp", bridge_name);
    host.move_link_to("cwctemp", where);
    where.rename_link("cwctemp", "eth0");
    where.add_address("eth0", conformance::ip(address), 24);
    where.set_up("eth0");
  }
  Result<void> split(const std::vector<boundary::VlanBranch>& branches) {
    return host.run([&] { return splitter->ensure_branches("cwp1", branches); });
  }
  Result<void> tag(std::uint16_t vlan) {
    return host.run([&] { return splitter->ensure_tag("cwr1", vlan); });
  }
};

/// container eth0 ==== cwp1 (bridge cwb1, where 10.0.0.2 is); VLAN 101: cwc2 ==== cwp2 (bridge cwb2, where 10.1.0.2 is); 102: cwb3
struct TrunkRig : Host {
  NetNamespace container, first, second, third;
  TrunkRig() {
    for (const char* name : {"cwb1", "cwb2", "cwb3"}) bridge(name, 0x0200000000b0 + std::uint64_t(name[3] - '0'));
    pair("cwp1", "cwc1", "cwb1");
    host.move_link_to("cwc1", container);
    container.rename_link("cwc1", "eth0");
    container.set_up("eth0");
    neighbour(first, "cwp7", "cwb1", "10.0.0.2");
    neighbour(second, "cwp8", "cwb2", "10.1.0.2");
    neighbour(third, "cwp9", "cwb3", "10.2.0.2");
    pair("cwp2", "cwc2", "cwb2");
    pair("cwp3", "cwc3", "cwb3");
  }
};

TEST(NetlinkVlanSplitter, splits_vlans_off_to_their_networks_and_lets_no_other_pass) {
  TrunkRig rig;
  expect_done(rig.split({{101, "cwc2"}, {102, "cwc3"}}));
  Asker inside(rig.container, "eth0");
  EXPECT_EQ(inside.ask(101, "10.1.0.2"), 101);
  EXPECT_EQ(inside.ask(102, "10.2.0.2"), 102);
  EXPECT_EQ(inside.ask(no_tag, "10.0.0.2"), no_tag) << "the trunk's own";
  EXPECT_EQ(inside.ask_once(101, "10.2.0.2"), std::nullopt) << "another network's address";
  EXPECT_EQ(inside.ask_once(101, "10.0.0.2"), std::nullopt);
  EXPECT_EQ(inside.ask_once(103, "10.1.0.2"), std::nullopt) << "a foreign VLAN";
  EXPECT_EQ(inside.ask_once(103, "10.0.0.2"), std::nullopt) << "nor does it reach the trunk's own network";
}

TEST(NetlinkVlanSplitter, branches_come_go_and_change_without_a_word_to_the_others) {
  TrunkRig rig;
  Asker inside(rig.container, "eth0");
  expect_done(rig.split({{101, "cwc2"}}));
  EXPECT_EQ(inside.ask(101, "10.1.0.2"), 101);
  expect_done(rig.split({{101, "cwc2"}, {102, "cwc3"}}));
  EXPECT_EQ(inside.ask(102, "10.2.0.2"), 102);
  expect_done(rig.split({{201, "cwc2"}}));
  EXPECT_EQ(inside.ask(201, "10.1.0.2"), 201);
  EXPECT_EQ(inside.ask_once(101, "10.1.0.2"), std::nullopt);
  EXPECT_EQ(inside.ask_once(102, "10.2.0.2"), std::nullopt);
  rig.host.run([&] { expect_done(rig.links->remove_link("cwp2")); });
  rig.pair("cwp2", "cwc2", "cwb2");
  expect_done(rig.split({{201, "cwc2"}}));
  EXPECT_EQ(inside.ask(201, "10.1.0.2"), 201) << "a link that was made anew";
  expect_done(rig.split({}));
  EXPECT_EQ(inside.ask_once(201, "10.1.0.2"), std::nullopt);
  EXPECT_EQ(inside.ask(no_tag, "10.0.0.2"), no_tag);
}

TEST(NetlinkVlanSplitter, lives_with_a_limit_of_bandwidth_on_the_same_link) {
  TrunkRig rig;
  Asker inside(rig.container, "eth0");
  const auto limit = [&](const boundary::LinkLimits& limits) {
    rig.host.run([&] { expect_done(rig.shaper->ensure_limits("cwp1", "cwi1", limits)); });
  };
  limit({std::nullopt, boundary::Rate{8'000, 0}});
  expect_done(rig.split({{101, "cwc2"}}));
  EXPECT_EQ(inside.ask(101, "10.1.0.2"), 101);
  EXPECT_EQ(inside.ask(no_tag, "10.0.0.2"), no_tag);
  EXPECT_TRUE(rig.host.run([&] { return rig.shaper->observe_limits("cwp1", "cwi1")->upload.has_value(); }));
  limit({});  // takes all filters along
  expect_done(rig.split({{101, "cwc2"}}));
  EXPECT_EQ(inside.ask(101, "10.1.0.2"), 101);
  limit({boundary::Rate{8'000, 0}, boundary::Rate{8'000, 0}});
  expect_done(rig.split({{101, "cwc2"}}));
  EXPECT_EQ(inside.ask(101, "10.1.0.2"), 101);
}

TEST(NetlinkVlanSplitter, says_what_is_wrong) {
  TrunkRig rig;
  const auto reason = [&](const std::vector<boundary::VlanBranch>& branches) { return rig.split(branches).error().reason; };
  EXPECT_EQ(reason({{101, "nothing"}}), "vlans.no_link");
  EXPECT_EQ(reason({{0, "cwc2"}}), "vlans.bad_spec");
  EXPECT_EQ(reason({{4095, "cwc2"}}), "vlans.bad_spec");
  EXPECT_EQ(reason({{5, "cwc2"}, {5, "cwc3"}}), "vlans.bad_spec");
  EXPECT_EQ(rig.host.run([&] { return rig.splitter->ensure_tag("nothing", 5); }).error().reason, "vlans.no_link");
  expect_done(rig.splitter->supported());
}

/// outside eth0 ==== cwp1 (bridge cwb1) cwr1 ==== eth0 10.3.0.1: router
TEST(NetlinkVlanSplitter, a_tagged_link_knows_its_vlan_and_nobody_behind_it_does) {
  Host rig;
  NetNamespace outside, router;
  rig.bridge("cwb1", 0x0200000000b1);
  rig.pair("cwp1", "cwc1", "cwb1");
  rig.host.move_link_to("cwc1", outside);
  outside.rename_link("cwc1", "eth0");
  outside.set_up("eth0");
  rig.neighbour(router, "cwr1", "cwb1", "10.3.0.1");
  Asker asking(outside, "eth0");
  EXPECT_EQ(asking.ask(no_tag, "10.3.0.1"), no_tag);
  expect_done(rig.tag(200));
  EXPECT_EQ(asking.ask(200, "10.3.0.1"), 200);
  EXPECT_EQ(asking.ask_once(no_tag, "10.3.0.1"), std::nullopt);
  EXPECT_EQ(asking.ask_once(201, "10.3.0.1"), std::nullopt);
  expect_done(rig.tag(201));
  EXPECT_EQ(asking.ask(201, "10.3.0.1"), 201);
  EXPECT_EQ(asking.ask_once(200, "10.3.0.1"), std::nullopt);
  expect_done(rig.tag(0));
  expect_done(rig.tag(0));
  EXPECT_EQ(asking.ask(no_tag, "10.3.0.1"), no_tag);
}

}  // namespace
}  // namespace causeway::adapters
