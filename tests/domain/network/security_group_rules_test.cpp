#include "causeway/domain/network/security_group_rules.hpp"

#include <gtest/gtest.h>

#include "firewall_host.hpp"

namespace causeway::domain {
namespace {

using testing::egress;
using testing::ingress;

TEST(SecurityGroupRules, know_protocols_by_name_and_number) {
  EXPECT_EQ(protocol_number("tcp", false), 6);
  EXPECT_EQ(protocol_number("17", true), 17);
  EXPECT_EQ(protocol_number("icmp", false), 1);
  EXPECT_EQ(protocol_number("icmp", true), 58);
  EXPECT_EQ(protocol_number("1", true), 58);
  EXPECT_EQ(protocol_number("ipv6-icmp", true), 58);
  EXPECT_EQ(protocol_number("any", false), std::nullopt);
  EXPECT_EQ(protocol_number("256", false), std::nullopt);
  EXPECT_EQ(protocol_number("TCP", false), std::nullopt);
}

TEST(SecurityGroupRules, are_refused_with_the_field_at_fault) {
  const std::pair<SecurityGroupRule, std::string> cases[] = {
      {ingress().protocol("tcp").ports(80, 80), ""},
      {ingress().protocol("sctp").ports(1, 65535), ""},
      {ingress("IPv6").protocol("icmp").ports(128, 0), ""},
      {ingress().protocol("icmp").type(255), ""},
      {ingress().protocol("esp"), ""},
      {ingress().protocol("esp").ports(1, 2), "protocol"},
      {ingress().ports(1, 2), "protocol"},
      {ingress().protocol("icmp").type(256), "port_range_min"},
      {ingress().protocol("icmp").ports(8, 256), "port_range_max"},
      {ingress().protocol("udp").ports(0, 5), "port_range_min"},
      {ingress().protocol("udp").type(5), "port_range_min"},
      {ingress().protocol("ipv6-icmp"), "ethertype"},
      {ingress("ARP"), "ethertype"},
      {ingress().from("10.0.0.0/33"), "remote_ip_prefix"},
      {ingress().from("10.0.0.0/8").group("g"), "remote_ip_prefix"},
  };
  for (const auto& [rule, field] : cases) {
    const auto checked = check_rule(rule);
    EXPECT_EQ(checked ? "" : checked.error().field, field) << rule.protocol.value_or("any");
  }
}

TEST(SecurityGroupRules, are_the_same_when_they_let_the_same_pass) {
  EXPECT_TRUE(same_traffic(ingress().protocol("tcp"), ingress().protocol("6")));
  EXPECT_TRUE(same_traffic(ingress("IPv6").protocol("icmp"), ingress("IPv6").protocol("icmpv6")));
  EXPECT_TRUE(same_traffic(ingress(), ingress().from("0.0.0.0/0").protocol("any")));
  EXPECT_TRUE(same_traffic(ingress().from("10.0.0.1"), ingress().from("10.0.0.1/32")));
  EXPECT_FALSE(same_traffic(ingress(), egress()));
  EXPECT_FALSE(same_traffic(ingress(), ingress("IPv6")));
  EXPECT_FALSE(same_traffic(ingress(), ingress().group("g")));
  EXPECT_FALSE(same_traffic(ingress().from("10.0.0.0/8"), ingress().from("10.0.0.0/9")));
}

}  // namespace
}  // namespace causeway::domain
