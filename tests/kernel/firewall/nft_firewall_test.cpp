#include "causeway/adapters/nftables/nft_firewall.hpp"

#include <chrono>
#include <cstdio>

#include "../../conformance/firewall_suite.hpp"
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
  for (const auto* meddling : {"flush chain ip causeway to_cwp1", "delete element bridge causeway from_ports { \"cwp1\" }",
                               "add rule ip causeway to_cwp6 accept", "add chain ip causeway extra", "delete table ip6 causeway"}) {
    expect_ok(rig.nft->replace(wanted));
    rig.command(meddling);
    EXPECT_FALSE(holds(rig.nft->observe().value(), wanted)) << meddling;
  }
}

TEST(NftFirewall, adds_a_member_to_a_large_group_without_a_reload) {
  NftRig rig;
  FirewallHost host;
  host.group("g1", {ingress().group("big")});
  host.port(1, {"g1"});
  auto& members = host.host.members[testing::group_id("big")];
  for (std::uint32_t i = 0; i < 10'000; ++i) members.emplace_back(domain::IpAddress::v4(0x0b000000U + i), 32);
  auto held = host.compiled().ruleset;
  auto start = Clock::now();
  expect_ok(rig.nft->replace(held));
  const double load = millis_since(start);
  constexpr int rounds = 20;
  double compile = 0;
  double change = 0;
  for (std::uint32_t i = 0; i < rounds; ++i) {
    members.emplace_back(domain::IpAddress::v4(0x0c000000U + i), 32);
    start = Clock::now();
    auto next = host.compiled().ruleset;
    compile += millis_since(start);
    start = Clock::now();
    expect_ok(rig.nft->change(held, next));
    change += millis_since(start);
    held = std::move(next);
  }
  std::printf("  10,000 members: loaded in %.0f ms; one more: %.2f ms to compile, %.2f ms in the kernel\n", load, compile / rounds, change / rounds);
  EXPECT_TRUE(holds(rig.nft->observe().value(), held));
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Kernel, FirewallSuite, NftRig);

}  // namespace causeway::conformance
