#pragma once

#include <gtest/gtest.h>
#include <nftables/libnftables.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "../firewall/sockets.hpp"
#include "causeway/adapters/fast_path/bpf_fast_path.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"
#include "causeway/adapters/netlink/routers/netlink_router_links.hpp"
#include "net_namespace.hpp"

namespace causeway::testing {

/// Containers on two bridges of one host, a router between those, and a switch that closes the slow path:
///
///   cwb1: 11, 12   -- router -- cwb2: 21, 22       container 12 is 10.1.0.12 and fd00:1::12, its link on the host cwp12, its own cwc12
class ShortCutRig : public ::testing::Test {
 protected:
  using NetNamespace = testing::NetNamespace;
  static constexpr std::uint16_t port = 7007;

  void SetUp() override {
    host.run([&] {
      ok(links->ensure_host_settings());
      for (const char* bridge : {"cwb1", "cwb2"}) ok(links->ensure_bridge({bridge, domain::Mac::from_number(0x020000000001), 1450, false}));
    });
    for (const int number : {11, 12, 21, 22}) add_container(number);
    host.run([&] { ok(routers->ensure_router(a_router())); });
    reopen(std::chrono::hours(1));
  }
  void TearDown() override {
    host.run([&] { ok(routers->remove_router("cwr-1")); });
    std::filesystem::remove_all(folder);
  }

  static void ok(const Result<void>& done) { ASSERT_TRUE(done) << done.error().describe(); }
  static domain::IpAddress ip(const std::string& text) { return *domain::IpAddress::parse(text); }
  static domain::IpAddress address(int number, bool six) {
    const auto network = std::to_string(number / 10), last = std::to_string(number);
    return six ? ip("fd00:" + network + "::" + last) : ip("10." + network + ".0." + last);
  }
  static domain::Mac mac(int number) { return domain::Mac::from_number(0xfa163e000000 + std::uint64_t(number)); }

  static domain::RouterNamespace a_router() {
    domain::RouterNamespace out;
    out.name = "cwr-1";
    for (const std::string n : {"1", "2"}) {
      out.legs.push_back({"cwr" + n, "qr-" + n, "cwb" + n, domain::Mac::from_number(0xfa163eff0000 + std::stoull(n)), 1450,
                          {{ip("10." + n + ".0.1"), 24}, {ip("fd00:" + n + "::1"), 64}, {ip("fe80::" + n), 64}}});
    }
    return out;
  }
  void add_container(int number) {
    const auto n = std::to_string(number), network = std::to_string(number / 10);
    auto& box = *(boxes[number] = std::make_unique<NetNamespace>());
    host.run([&] { ok(links->ensure_veth({"cwp" + n, "cwc" + n, mac(number), 1450, "cwb" + network})); });
    host.move_link_to("cwc" + n, box);
    box.set_up("cwc" + n);
    for (const bool six : {false, true}) {
      box.add_address("cwc" + n, address(number, six), six ? 64 : 24);
      box.add_route(six ? ip("::") : ip("0.0.0.0"), 0, six ? ip("fd00:" + network + "::1") : ip("10." + network + ".0.1"));
    }
  }
  /// A new life of the agent.
  void reopen(std::chrono::nanoseconds refresh) {
    fast = host.run([&] { return adapters::BpfFastPath::open({refresh}).value(); });
  }
  void attach_all() {
    host.run([&] {
      for (const auto& [number, box] : boxes) ok(fast->attach("cwp" + std::to_string(number), std::nullopt));
      for (const char* leg : {"cwr1", "cwr2"}) ok(fast->attach(leg, domain::RouterId("0b5c7b1e-3c5f-4a55-9d0e-2f7f6a1c9e10")));
    });
  }
  void invalidate() {
    host.run([&] { ok(fast->invalidate()); });
  }
  boundary::FastPathCounts counts() { return fast->counts().value(); }

  void command(const std::string& text) {
    host.run([&] {
      auto* context = nft_ctx_new(NFT_CTX_DEFAULT);
      const int outcome = nft_run_cmd_from_buffer(context, text.c_str());
      nft_ctx_free(context);
      ASSERT_EQ(outcome, 0) << text;
    });
  }
  /// Bridges forward no IP packet any more; the fast path is not told.
  void close_slow_path() {
    command("add table bridge closed\n"
            "add chain bridge closed forward { type filter hook forward priority 0; }\n"
            "add rule bridge closed forward icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n"
            "add rule bridge closed forward ether type { ip, ip6 } drop");
  }
  void open_slow_path() { command("delete table bridge closed"); }

  Socket udp(int number, bool six) {
    Socket out(*boxes.at(number), six ? AF_INET6 : AF_INET, SOCK_DGRAM);
    EXPECT_TRUE(out.bind(six ? ip("::") : ip("0.0.0.0"), port));
    return out;
  }
  /// Whether a datagram arrives within its time.
  static bool passes(const Socket& from, const Socket& to, const domain::IpAddress& where, const std::string& data = "hello") {
    return from.send_to(where, port, data) && to.receive() == data;
  }
  /// Sends until packets of the flow take the short cut: links that are new drop what comes before the kernel has noticed them.
  bool learn(const Socket& from, const Socket& to, const domain::IpAddress& where) {
    for (int i = 0; i < 20; ++i) {
      const auto before = counts().taken;
      if (passes(from, to, where) && counts().taken > before) return true;
    }
    return false;
  }

  NetNamespace host;
  std::string folder = [] {
    std::string path = std::filesystem::temp_directory_path() / "cw-short-cuts-XXXXXX";
    return std::string(::mkdtemp(path.data()));
  }();
  std::unique_ptr<adapters::NetlinkLinks> links = host.run([] { return adapters::NetlinkLinks::open().value(); });
  std::unique_ptr<adapters::NetlinkRouterLinks> routers = host.run([this] { return adapters::NetlinkRouterLinks::open(folder).value(); });
  std::unique_ptr<adapters::BpfFastPath> fast;
  std::map<int, std::unique_ptr<NetNamespace>> boxes;
};

}  // namespace causeway::testing
