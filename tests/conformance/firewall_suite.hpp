#pragma once

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "causeway/boundary/kernel/firewall.hpp"
#include "firewall_host.hpp"

/// The contract of boundary::Firewall, for every implementation. A Rig owns one host and offers:
///   boundary::Firewall& firewall()
///   void flush()  what `nft flush ruleset` does
namespace causeway::conformance {

using domain::firewall::compile;
using domain::firewall::difference;
using domain::firewall::holds;
using domain::firewall::ObservedRuleset;
using domain::firewall::Ruleset;
using testing::egress;
using testing::FirewallHost;
using testing::ingress;

template <class T>
void expect_ok(const Result<T>& result) {
  EXPECT_TRUE(result) << result.error().describe();
}

/// One of everything that the compiler can say.
inline FirewallHost a_rich_host() {
  FirewallHost out;
  out.group("g1", {egress(), egress("IPv6"), ingress().group("g1"), ingress("IPv6").group("g1")});
  out.group("g2", {ingress().protocol("tcp").ports(80, 443).from("10.0.0.0/8"), ingress().protocol("icmp").type(8),
                   ingress("IPv6").protocol("icmpv6").ports(128, 0), ingress().protocol("51"), ingress().protocol("0"),
                   ingress().protocol("udp").ports(53, 53).group("g1"), ingress("IPv6").protocol("sctp").ports(1, 65535).from("fd00::/8"),
                   ingress("IPv6").protocol("ipv6-frag"), ingress().from("0.0.0.0/0").protocol("any")});
  out.group("g3", {ingress().protocol("udp")}).stateful = false;
  out.members("g1", {"10.0.0.1/32", "10.0.0.2/32", "10.9.0.0/16", "10.9.1.0/24", "fd00::1/128", "fd01::/64"});
  out.port(1, {"g1", "g2"});
  auto& pairs = out.port(2, {"g1"});
  pairs.allowed_address_pairs = {{*domain::Cidr::parse("10.9.0.0/16"), domain::Mac::from_number(0x020000000001)},
                                 {*domain::Cidr::parse("0.0.0.0/0"), std::nullopt},
                                 {*domain::Cidr::parse("fd01::/64"), std::nullopt},
                                 {*domain::Cidr::parse("::/0"), domain::Mac::from_number(0x020000000002)}};
  out.port(3, {"g3"});
  out.port(4, {}).port_security_enabled = false;
  out.port(5, {}).admin_state_up = false;
  out.port(6, {});
  return out;
}

template <class Rig>
class FirewallSuite : public ::testing::Test {
 protected:
  Rig rig;
  boundary::Firewall& firewall = rig.firewall();

  void expect_holds(const Ruleset& wanted) {
    const auto seen = firewall.observe();
    ASSERT_TRUE(seen) << seen.error().describe();
    EXPECT_TRUE(holds(*seen, wanted));
  }
};
TYPED_TEST_SUITE_P(FirewallSuite);

TYPED_TEST_P(FirewallSuite, holds_nothing_at_first) {
  const auto seen = this->firewall.observe();
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, ObservedRuleset());
}

TYPED_TEST_P(FirewallSuite, takes_everything_that_the_compiler_says_whatever_was_there) {
  const auto rich = a_rich_host().compiled();
  EXPECT_TRUE(rich.closed.empty());
  expect_ok(this->firewall.replace(rich.ruleset));
  this->expect_holds(rich.ruleset);
  const auto bare = compile({}).ruleset;
  expect_ok(this->firewall.replace(bare));
  this->expect_holds(bare);
  expect_ok(this->firewall.replace(rich.ruleset));
  this->expect_holds(rich.ruleset);
}

TYPED_TEST_P(FirewallSuite, changes_from_any_host_to_any_other) {
  auto other = a_rich_host();
  other.host.ports.erase(other.host.ports.begin());
  other.port(7, {"g2"});
  other.group("g1", {ingress().protocol("tcp").group("g2")});
  other.members("g2", {"10.0.0.7/32"});
  other.epochs = domain::firewall::Epochs(9);
  auto blocks = a_rich_host();
  blocks.members("g1", {"10.0.0.1/32", "10.8.0.0/15", "fd00::/16"});
  const std::vector<Ruleset> hosts{compile({}).ruleset, a_rich_host().compiled().ruleset, other.compiled().ruleset, blocks.compiled().ruleset};
  Ruleset held = hosts.front();
  expect_ok(this->firewall.replace(held));
  for (const std::size_t next : {1, 2, 3, 1, 0, 3, 2, 1, 3, 0, 2, 0}) {
    expect_ok(this->firewall.change(difference(held, hosts[next])));
    held = hosts[next];
    this->expect_holds(held);
  }
}

TYPED_TEST_P(FirewallSuite, changes_nothing_when_a_part_is_refused) {
  const auto before = a_rich_host().compiled().ruleset;
  expect_ok(this->firewall.replace(before));
  auto after = before;
  after.chains[{domain::firewall::Family::ip, "refused"}] = {"", {"meta l4proto 6 accept", "no such words"}};
  after.collections.begin()->second.elements.clear();
  this->rig.refuse("refused");
  for (const auto& done : {this->firewall.change(difference(before, after)), this->firewall.replace(after)}) {
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().reason, "firewall.refused");
  }
  this->expect_holds(before);
}

TYPED_TEST_P(FirewallSuite, notices_when_somebody_else_changes_something) {
  const auto wanted = a_rich_host().compiled().ruleset;
  expect_ok(this->firewall.replace(wanted));
  const auto before = this->firewall.generation();
  ASSERT_TRUE(before);
  EXPECT_EQ(this->firewall.generation().value(), *before);
  this->rig.flush();
  EXPECT_EQ(this->firewall.generation().value(), *before + 1);
  const auto seen = this->firewall.observe();
  ASSERT_TRUE(seen);
  EXPECT_FALSE(holds(*seen, wanted));
}

TYPED_TEST_P(FirewallSuite, counts_each_change_once) {
  const auto bare = compile({}).ruleset;
  const auto rich = a_rich_host().compiled().ruleset;
  const auto before = this->firewall.generation().value();
  expect_ok(this->firewall.replace(bare));
  EXPECT_EQ(this->firewall.generation().value(), before + 1);
  expect_ok(this->firewall.change(difference(bare, rich)));
  EXPECT_EQ(this->firewall.generation().value(), before + 2);
  expect_ok(this->firewall.change(difference(rich, rich)));
  EXPECT_EQ(this->firewall.generation().value(), before + 2);
}

TYPED_TEST_P(FirewallSuite, tells_of_changes_until_it_is_stopped) {
  std::promise<void> told;
  std::once_flag once;
  std::jthread follower([&](const std::stop_token& stop) {
    expect_ok(this->firewall.watch([&] { std::call_once(once, [&] { told.set_value(); }); }, stop));
  });
  auto word = told.get_future();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  do {  // the follower may not have begun
    expect_ok(this->firewall.replace(compile({}).ruleset));
    this->rig.flush();
  } while (word.wait_for(std::chrono::milliseconds(10)) != std::future_status::ready && std::chrono::steady_clock::now() < until);
  EXPECT_EQ(word.wait_for(std::chrono::seconds(0)), std::future_status::ready);
  follower.request_stop();
  follower.join();
}

REGISTER_TYPED_TEST_SUITE_P(FirewallSuite, holds_nothing_at_first, takes_everything_that_the_compiler_says_whatever_was_there,
                            changes_from_any_host_to_any_other, changes_nothing_when_a_part_is_refused,
                            notices_when_somebody_else_changes_something, counts_each_change_once, tells_of_changes_until_it_is_stopped);

}  // namespace causeway::conformance
