#include "causeway/adapters/nftables/nft_firewall.hpp"

#include <chrono>
#include <cstdio>

#include "../../conformance/firewall_suite.hpp"
#include "causeway/adapters/nftables/marking_probe.hpp"
#include "nft_rig.hpp"

namespace causeway::conformance {
namespace {

using testing::NftRig;
using Clock = std::chrono::steady_clock;

double millis_since(Clock::time_point start) {
  return double(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start).count()) / 1000;
}

TEST(NftFirewall, leaves_the_tables_of_others_alone) {
  NftRig rig;
  rig.command("add table ip theirs; add chain ip theirs own");
  expect_ok(rig.nft->replace(a_rich_host().compiled().ruleset));
  expect_ok(rig.nft->replace(compile({}).ruleset));
  rig.command("flush chain ip theirs own");  // fails when it is gone
}

TEST(NftFirewall, notices_a_rule_or_an_element_that_somebody_took_away) {
  NftRig rig;
  const auto wanted = a_rich_host().compiled().ruleset;
  for (const auto* meddling : {"flush chain bridge causeway from_cwp1", "delete element bridge causeway from_ports { \"cwp1\" }",
                               "add rule bridge causeway from_cwp6 accept", "add chain ip causeway extra", "delete table ip6 causeway"}) {
    expect_ok(rig.nft->replace(wanted));
    rig.command(meddling);
    EXPECT_FALSE(holds(rig.nft->observe().value(), wanted)) << meddling;
  }
}

TEST(NftFirewall, tries_whether_packets_can_be_marked_and_leaves_nothing) {
  NftRig rig;
  for (int time = 0; time < 2; ++time) rig.host.run([] { expect_ok(adapters::probe_marking()); });
  rig.command("create table bridge causeway-probe");  // fails when there is one
}

TEST(NftFirewall, adds_a_member_to_a_large_group_without_a_reload) {
  NftRig rig;
  FirewallHost host;
  host.group("g1", {ingress().group("big")});
  host.port(1, {"g1"});
  domain::firewall::Members members;
  for (std::uint32_t i = 0; i < 10'000; ++i) members.emplace_back(domain::IpAddress::v4(0x0b000000U + i), 32);
  const auto note = [&] { host.host.members[testing::group_id("big")] = std::make_shared<const domain::firewall::Members>(members); };
  note();
  host.epochs.assign(host.host);
  domain::firewall::HostCompiler compiler;
  compiler.update(host.host);
  auto start = Clock::now();
  expect_ok(rig.nft->replace(compiler.ruleset()));
  const double load = millis_since(start);
  constexpr int rounds = 20;
  double compiling = 0;
  double loading = 0;
  for (std::uint32_t i = 0; i < rounds; ++i) {
    members.emplace_back(domain::IpAddress::v4(0x0c000000U + i), 32);
    note();
    start = Clock::now();
    host.epochs.assign(host.host);
    const auto change = compiler.update(host.host);
    compiling += millis_since(start);
    start = Clock::now();
    expect_ok(rig.nft->change(change));
    loading += millis_since(start);
  }
  std::printf("  10,000 members: loaded in %.0f ms; one more: %.2f ms to compile, %.2f ms in the kernel\n", load, compiling / rounds, loading / rounds);
  EXPECT_TRUE(holds(rig.nft->observe().value(), compiler.ruleset()));
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Kernel, FirewallSuite, NftRig);

}  // namespace causeway::conformance
