#include "causeway/adapters/netlink/netlink_links.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>

#include "../conformance/links_suite.hpp"
#include "net_namespace.hpp"

namespace causeway::adapters {
namespace {

using testing::NetNamespace;

struct KernelRig {
  NetNamespace host;
  NetNamespace container;
  std::unique_ptr<NetlinkLinks> links = host.run([] { return NetlinkLinks::open().value(); });

  template <class Function>
  void run(Function function) {
    host.run([&] { function(*links); });
  }
  void move_peer_away(std::string_view name) { host.move_link_to(name, container); }
  void return_peer(std::string_view name) { container.move_link_to(name, host); }
  /// Of the links that a fresh namespace can have, lo alone is of no kind.
  void add_foreign_link(std::string_view name) { host.rename_link("lo", name); }
};

std::string setting(const std::string& path) {
  std::string text;
  std::getline(std::ifstream("/proc/sys/net/" + path), text);
  return text;
}

TEST(NetlinkLinks, keeps_the_host_out_of_the_tenants_network) {
  KernelRig rig;
  rig.run([](boundary::Links& links) {
    conformance::build_port(links);
    conformance::build_tunnel(links);
    for (const auto* link : {"cwb1", "cwh1"}) {
      EXPECT_EQ(setting(std::string("ipv6/conf/") + link + "/disable_ipv6"), "1") << link;
    }
    std::ifstream addresses("/proc/thread-self/net/if_inet6");
    for (std::string line; std::getline(addresses, line);) EXPECT_EQ(line.find("cw"), std::string::npos) << line;
  });
}

TEST(NetlinkLinks, takes_bridged_packets_out_of_the_hosts_firewall) {
  KernelRig rig;
  rig.run([](boundary::Links& links) {
    conformance::expect_done(links.ensure_host_settings());
    for (const auto* name : {"iptables", "ip6tables", "arptables"}) {
      EXPECT_EQ(setting(std::string("bridge/bridge-nf-call-") + name), "0");
    }
  });
}

TEST(NetlinkLinks, prepares_ports_and_entries_fast) {
  KernelRig rig;
  rig.run([](boundary::Links& links) {
    using Clock = std::chrono::steady_clock;
    conformance::build_tunnel(links);
    const auto start = Clock::now();
    constexpr int ports = 50;
    for (int i = 0; i < ports; ++i) {
      auto veth = conformance::a_veth();
      veth.host_name = "cwh" + std::to_string(i);
      veth.peer_name = "cwp" + std::to_string(i);
      conformance::expect_done(links.ensure_veth(veth));
    }
    const auto ports_done = Clock::now();
    std::vector<boundary::RemoteEntry> entries;
    for (std::uint32_t i = 1; i <= 5000; ++i) {
      entries.push_back({domain::Mac::from_number(0xfa163e000000ULL + i),
                         domain::IpAddress::v4(0x0ac80201),
                         {domain::IpAddress::v4(0x0a000000U + i)}});
    }
    const auto entries_start = Clock::now();
    conformance::expect_done(links.set_remote_entries("cwx1", entries));
    const auto entries_done = Clock::now();
    const auto micros = [](auto duration) {
      return double(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count()) / 1000;
    };
    const double port = micros(ports_done - start) / ports;
    const double entry = micros(entries_done - entries_start) / double(entries.size());
    std::printf("  %.0f us a port, %.1f us a remote entry\n", port, entry);
    // bounds that a loaded machine keeps; typical is 0.7 ms and 10 us
    EXPECT_LT(port, 20000);
    EXPECT_LT(entry, 500);
  });
}

}  // namespace
}  // namespace causeway::adapters

namespace causeway::conformance {
INSTANTIATE_TYPED_TEST_SUITE_P(Kernel, LinksSuite, adapters::KernelRig);
}
