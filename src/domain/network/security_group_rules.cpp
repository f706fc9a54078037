#include "causeway/domain/network/security_group_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "causeway/domain/network/address.hpp"

namespace causeway::domain {
namespace {

constexpr std::array known_protocols = {"any",  "tcp",        "udp",       "icmp",       "icmpv6",    "ipv6-icmp",
                                        "sctp", "udplite",    "ah",        "dccp",       "egp",       "esp",
                                        "gre",  "igmp",       "ospf",      "pgm",        "rsvp",      "vrrp",
                                        "ipip", "ipv6-encap", "ipv6-frag", "ipv6-nonxt", "ipv6-opts", "ipv6-route"};

std::unexpected<Error> bad(std::string_view field, std::string_view why) {
  return failed(fail(Code::invalid, fmt::format("security_group_rule.bad_{}", field), "Security group rule: {}.", why)
                    .at(std::string(field)));
}

std::optional<int> protocol_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool known_protocol(std::string_view protocol) {
  if (const auto number = protocol_number(protocol)) return *number >= 0 && *number <= 255;
  return std::find(known_protocols.begin(), known_protocols.end(), protocol) != known_protocols.end();
}

bool has_ports(std::string_view protocol) {
  constexpr std::array with_ports = {"tcp", "udp", "sctp", "udplite", "dccp", "6", "17", "33", "132", "136"};
  return std::find(with_ports.begin(), with_ports.end(), protocol) != with_ports.end();
}

bool is_icmp(std::string_view protocol) {
  constexpr std::array icmp = {"icmp", "icmpv6", "ipv6-icmp", "1", "58"};
  return std::find(icmp.begin(), icmp.end(), protocol) != icmp.end();
}

Result<void> check_ports(const SecurityGroupRule& rule) {
  if (!rule.port_range_min && !rule.port_range_max) return {};
  if (!rule.protocol) return bad("protocol", "ports need a protocol");
  if (is_icmp(*rule.protocol)) {  // the range is type and code
    if (!rule.port_range_min) return bad("port_range_min", "an ICMP code needs a type");
    if (*rule.port_range_min < 0 || *rule.port_range_min > 255)
      return bad("port_range_min", "an ICMP type is from 0 to 255");
    if (rule.port_range_max && (*rule.port_range_max < 0 || *rule.port_range_max > 255))
      return bad("port_range_max", "an ICMP code is from 0 to 255");
    return {};
  }
  if (!has_ports(*rule.protocol)) return bad("protocol", fmt::format("{} has no ports", *rule.protocol));
  if (!rule.port_range_min || !rule.port_range_max)
    return bad("port_range_min", "port_range_min and port_range_max come together");
  if (*rule.port_range_min < 1 || *rule.port_range_max > 65535 || *rule.port_range_min > *rule.port_range_max) {
    return bad("port_range_min", "the range of ports must be within 1 to 65535, lower first");
  }
  return {};
}

SecurityGroupRule open_rule(std::string id, const char* direction, const char* ethertype, Time now) {
  SecurityGroupRule rule;
  rule.id = std::move(id);
  rule.direction = direction;
  rule.ethertype = ethertype;
  rule.created_at = now;
  return rule;
}

}  // namespace

std::vector<SecurityGroupRule> egress_rules(const std::function<std::string()>& new_id, Time now) {
  return {open_rule(new_id(), "egress", "IPv4", now), open_rule(new_id(), "egress", "IPv6", now)};
}

std::vector<SecurityGroupRule> default_group_rules(const SecurityGroupId& self,
                                                   const std::function<std::string()>& new_id, Time now) {
  auto rules = egress_rules(new_id, now);
  for (const char* ethertype : {"IPv4", "IPv6"}) {
    rules.push_back(open_rule(new_id(), "ingress", ethertype, now));
    rules.back().remote_group_id = self.str();
  }
  return rules;
}

Result<void> check_rule(const SecurityGroupRule& rule) {
  if (rule.direction != "ingress" && rule.direction != "egress")
    return bad("direction", "the direction is ingress or egress");
  if (rule.ethertype != "IPv4" && rule.ethertype != "IPv6") return bad("ethertype", "the ethertype is IPv4 or IPv6");
  if (rule.description.size() > 255) return bad("description", "the description is longer than 255 bytes");
  if (rule.protocol && !known_protocol(*rule.protocol))
    return bad("protocol", "the protocol is a known name or a number from 0 to 255");
  if (rule.remote_ip_prefix && rule.remote_group_id)
    return bad("remote_ip_prefix", "only one of remote_ip_prefix and remote_group_id can be given");
  if (rule.remote_ip_prefix) {
    const auto prefix = rule.remote_ip_prefix->find('/') != std::string::npos
                            ? Cidr::parse_loose(*rule.remote_ip_prefix)
                            : Cidr::parse_loose(*rule.remote_ip_prefix + (rule.ethertype == "IPv4" ? "/32" : "/128"));
    if (!prefix) return bad("remote_ip_prefix", fmt::format("'{}' is not an address block", *rule.remote_ip_prefix));
    if (prefix->is_v4() != (rule.ethertype == "IPv4"))
      return bad("remote_ip_prefix", fmt::format("{} is not {}", *prefix, rule.ethertype));
  }
  return check_ports(rule);
}

bool same_traffic(const SecurityGroupRule& a, const SecurityGroupRule& b) {
  const auto traffic = [](const SecurityGroupRule& r) {
    return std::tie(r.direction, r.ethertype, r.protocol, r.port_range_min, r.port_range_max, r.remote_ip_prefix,
                    r.remote_group_id);
  };
  return traffic(a) == traffic(b);
}

}  // namespace causeway::domain
