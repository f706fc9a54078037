#include "causeway/domain/firewall/compile.hpp"

#include <gtest/gtest.h>

#include "firewall_host.hpp"

namespace causeway::domain::firewall {
namespace {

using testing::egress;
using testing::FirewallHost;
using testing::group_id;
using testing::ingress;
using testing::port_id;
using testing::rules_text;

std::string group_text(const SecurityGroupRule& rule) {
  FirewallHost host;
  host.group("g", {rule});
  host.port(1, {"g"});
  const auto compiled = host.compiled();
  if (!compiled.closed.empty()) return "closed";
  const auto family = rule.ethertype == "IPv4" ? Family::ip : Family::ip6;
  return rules_text(compiled.ruleset, family, (rule.direction == "ingress" ? "in_" : "out_") + group_id("g").str());
}

TEST(Firewall, says_each_kind_of_rule_in_the_kernels_words) {
  const std::pair<SecurityGroupRule, std::string> cases[] = {
      {ingress(), "accept"},
      {egress("IPv6"), "accept"},
      {ingress().from("0.0.0.0/0"), "accept"},
      {ingress().protocol("any").from("10.0.0.0/8"), "ip saddr 10.0.0.0/8 accept"},
      {egress().protocol("tcp").ports(22, 22).from("10.0.0.1"), "ip daddr 10.0.0.1/32 meta l4proto 6 th dport 22 accept"},
      {ingress().protocol("17").ports(1, 65535), "meta l4proto 17 th dport 1-65535 accept"},
      {ingress("IPv6").protocol("tcp").from("fd00::/8"), "ip6 saddr fd00::/8 meta l4proto 6 accept"},
      {ingress().protocol("icmp"), "meta l4proto 1 accept"},
      {ingress().protocol("icmp").type(8), "icmp type 8 accept"},
      {ingress().protocol("icmp").ports(3, 4), "icmp type 3 icmp code 4 accept"},
      {ingress("IPv6").protocol("icmp").type(128), "icmpv6 type 128 accept"},
      {ingress("IPv6").protocol("ipv6-icmp").ports(1, 4), "icmpv6 type 1 icmpv6 code 4 accept"},
      {ingress().protocol("vrrp"), "meta l4proto 112 accept"},
      {ingress().protocol("0"), "meta l4proto 0 accept"},
      {ingress().group("g").protocol("udp"), "ip saddr @members_" + group_id("g").str() + " meta l4proto 17 accept"},
  };
  for (const auto& [rule, text] : cases) EXPECT_EQ(group_text(rule), text);
}

TEST(Firewall, opens_what_a_container_exposes_to_everybody_and_to_nobody_else) {
  FirewallHost host;
  host.group("g", {});
  host.port(1, {"g"});
  host.host.ports.back().open = {{80, "tcp"}, {53, "udp"}};
  for (const auto family : {Family::ip, Family::ip6}) {
    const auto compiled = host.compiled().ruleset;
    const auto in = rules_text(compiled, family, host.chain_of(1, "to_")), out = rules_text(compiled, family, host.chain_of(1, "by_"));
    EXPECT_NE(in.find("tcp dport 80 accept"), std::string::npos) << in;
    EXPECT_NE(in.find("udp dport 53 accept"), std::string::npos) << in;
    EXPECT_EQ(out.find("dport"), std::string::npos) << out;
  }
}

TEST(Firewall, closes_the_ports_of_a_bad_group_and_no_other) {
  const SecurityGroupRule bad[] = {
      ingress().protocol("gre").ports(1, 2),        ingress().protocol("tcp\n; flush ruleset"), ingress().from("10.0.0.0/8 accept\nadd rule"),
      ingress().protocol("tcp").ports(90, 80),      ingress("IPv6").from("10.0.0.0/8"),         ingress().protocol("256"),
      ingress("IPv4\n").protocol("tcp"),            ingress().protocol("icmpv6"),
  };
  for (const auto& rule : bad) {
    FirewallHost host;
    host.group("good", {ingress()});
    host.group("bad", {ingress(), rule});
    host.port(1, {"good"});
    host.port(2, {"good", "bad"});
    const auto compiled = host.compiled();
    if (rule.ethertype == "IPv4\n") continue;  // of no address family: it lets nothing through
    ASSERT_EQ(compiled.closed.size(), 1u) << rule.protocol.value_or("");
    EXPECT_EQ(compiled.closed.begin()->first, port_id("p2"));
    EXPECT_NE(compiled.closed.begin()->second.find(group_id("bad").str()), std::string::npos);
    EXPECT_EQ(compiled.ruleset.collections.at({Family::bridge, "from_ports"}).elements.size(), 1u);
    EXPECT_EQ(compiled.ruleset.collections.at({Family::ip, "ingress"}).elements.size(), 1u);
  }
}

TEST(Firewall, writes_nothing_of_what_tenants_name_their_things) {
  FirewallHost host;
  auto& group = host.group("g", {ingress()});
  group.name = group.description = "x\"; flush ruleset\n";
  group.rules[0].description = "y\nadd table ip evil";
  auto& port = host.port(1, {"g"});
  port.name = port.description = port.device_owner = "z\nadd table ip evil";
  const auto text = whole_text(host.compiled().ruleset);
  EXPECT_EQ(text.find("evil"), std::string::npos);
  EXPECT_EQ(text.find("flush ruleset"), std::string::npos);
}

TEST(Firewall, closes_a_port_that_wants_too_much) {
  FirewallHost host;
  std::vector<SecurityGroupRule> many;
  for (int i = 1; i <= 10'000; ++i) many.push_back(ingress().protocol("tcp").ports(i, i));
  host.group("many", many);
  many.resize(1500);
  host.group("half", many);
  for (auto& rule : many) rule.protocol = "udp";
  host.group("other half", many);
  host.port(1, {"many"});
  host.port(2, {"half"});
  host.port(3, {"half", "other half"});
  auto& greedy = host.port(4, {});
  for (std::uint32_t i = 0; i < 200; ++i) greedy.allowed_address_pairs.push_back({Cidr(IpAddress::v4(i << 8U), 24), std::nullopt});
  const auto compiled = host.compiled();
  std::set<PortId> closed;
  for (const auto& [id, why] : compiled.closed) closed.insert(id);
  EXPECT_EQ(closed, (std::set<PortId>{port_id("p1"), port_id("p3"), port_id("p4")}));
}

TEST(Firewall, keeps_what_is_no_interface_out) {
  FirewallHost host;
  host.port(1, {});
  host.port(2, {}).mac_address = Mac();
  host.port(3, {});
  host.host.ports.back().link = "cwp1";  // taken
  host.port(4, {});
  host.host.ports.back().link = "x\"; flush";
  host.port(5, {});
  host.host.ports.back().bridge = "cwb2";  // no zone
  EXPECT_EQ(host.compiled().closed.size(), 4u);
}

TEST(Firewall, lets_nothing_in_by_a_group_that_is_not_known) {
  FirewallHost host;
  host.port(1, {"gone"});
  const auto compiled = host.compiled();
  EXPECT_TRUE(compiled.closed.empty());
  EXPECT_EQ(rules_text(compiled.ruleset, Family::ip, host.chain_of(1, "to_")).find("jump"), std::string::npos);
  EXPECT_EQ(compiled.ruleset.chains.at({Family::ip, host.chain_of(1, "to_")}).rules.back(), "counter drop");
}

TEST(Firewall, judges_every_packet_of_a_stateless_group) {
  FirewallHost host;
  host.group("g", {ingress()}).stateful = false;
  host.port(1, {"g"});
  const auto compiled = host.compiled().ruleset;
  EXPECT_EQ(rules_text(compiled, Family::ip, host.chain_of(1, "to_")), "jump in_" + group_id("g").str() + "\ncounter drop");
}

TEST(Firewall, drops_blocks_that_are_within_others) {
  FirewallHost host;
  host.group("g", {ingress().group("far")});
  host.members("far", {"10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/32", "11.0.0.0/8"});
  host.port(1, {"g"});
  const auto compiled = host.compiled().ruleset;
  const auto& blocks = compiled.collections.at({Family::ip, "blocks_" + group_id("far").str()});
  EXPECT_EQ(blocks.elements, (std::map<std::string, std::string>{{"10.0.0.0/8", ""}, {"11.0.0.0/8", ""}}));
  EXPECT_EQ(compiled.collections.at({Family::ip, "members_" + group_id("far").str()}).elements.size(), 1u);
}

TEST(Firewall, changes_by_elements_alone_when_a_member_joins) {
  FirewallHost host;
  host.group("g", {ingress().group("far")});
  host.members("far", {"10.0.0.1/32", "fd00::1/128"});
  host.port(1, {"g"});
  const auto before = host.compiled().ruleset;
  host.members("far", {"10.0.0.1/32", "10.0.0.2/32", "fd00::1/128"});
  const auto after = host.compiled().ruleset;
  EXPECT_EQ(text_of(difference(before, after)), "add element ip causeway members_" + group_id("far").str() + " { 10.0.0.2 }\n");
  EXPECT_EQ(text_of(difference(after, before)), "delete element ip causeway members_" + group_id("far").str() + " { 10.0.0.2 }\n");
  EXPECT_EQ(text_of(difference(after, after)), "");
}

TEST(Firewall, marks_what_a_port_sends_before_anything_is_let_through) {
  FirewallHost host;
  host.port(1, {});
  host.port(2, {}).port_security_enabled = false;
  host.port(3, {});
  for (auto& port : host.host.ports) port.dscp = 46;
  host.host.ports[2].dscp.reset();
  const auto compiled = host.compiled().ruleset;
  const std::string marks = "ether type ip ip dscp set 46\nether type ip6 ip6 dscp set 46\n";
  EXPECT_TRUE(rules_text(compiled, Family::bridge, "from_cwp1").starts_with(marks));
  EXPECT_EQ(rules_text(compiled, Family::bridge, "from_cwp2"), marks + "accept");
  EXPECT_EQ(rules_text(compiled, Family::bridge, "from_cwp3").find("dscp"), std::string::npos);
}

TEST(Firewall, compiles_to_the_same_text_every_time) {
  FirewallHost host;
  host.port(1, {});
  host.port(2, {}).port_security_enabled = false;
  EXPECT_EQ(whole_text(host.compiled().ruleset), whole_text(host.compiled().ruleset));
  EXPECT_EQ(rules_text(host.compiled().ruleset, Family::bridge, "from_cwp1"), R"(ether type ip ether saddr fa:16:3e:00:00:01 ip saddr 10.0.0.1/32 ip protocol != 17 meta mark set 0x2a000001 accept
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fd00::1/128 ip6 nexthdr 6 meta mark set 0x2a000001 accept
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fe80::f816:3eff:fe00:1/128 ip6 nexthdr 6 meta mark set 0x2a000001 accept
meta mark set 0x2a000001
ether type ip udp sport 67 udp dport 68 counter drop
ether type ip ether saddr fa:16:3e:00:00:01 ip saddr 10.0.0.1/32 accept
ether type ip6 icmpv6 type { nd-router-advert, nd-redirect } counter drop
ether type ip6 udp sport 547 udp dport 546 counter drop
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fd00::1/128 icmpv6 type nd-neighbor-advert @th,64,128 == 0xfd000000000000000000000000000001 accept
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fe80::f816:3eff:fe00:1/128 icmpv6 type nd-neighbor-advert @th,64,128 == 0xfe80000000000000f8163efffe000001 accept
ether type ip6 icmpv6 type nd-neighbor-advert counter drop
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fd00::1/128 accept
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr fe80::f816:3eff:fe00:1/128 accept
ether type ip6 ether saddr fa:16:3e:00:00:01 ip6 saddr :: icmpv6 type { nd-neighbor-solicit, nd-router-solicit, mld-listener-report, mld2-listener-report } accept
ether type arp ether saddr fa:16:3e:00:00:01 arp saddr ether fa:16:3e:00:00:01 arp saddr ip 10.0.0.1/32 accept
ether type arp ether saddr fa:16:3e:00:00:01 arp operation request arp saddr ether fa:16:3e:00:00:01 arp saddr ip 0.0.0.0 accept
ether type arp counter drop
counter drop)");
}

}  // namespace
}  // namespace causeway::domain::firewall
