#include "causeway/domain/network/security_group_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "causeway/domain/network/address.hpp"

namespace causeway::domain {
namespace {

struct Protocol {
  std::string_view name;
  int number;  ///< IANA
};

constexpr Protocol protocols[] = {
    {"hopopt", 0},      {"icmp", 1},        {"igmp", 2},        {"ipip", 4},        {"tcp", 6},
    {"egp", 8},         {"udp", 17},        {"dccp", 33},       {"ipv6-encap", 41}, {"ipv6-route", 43},
    {"ipv6-frag", 44},  {"rsvp", 46},       {"gre", 47},        {"esp", 50},        {"ah", 51},
    {"ipv6-icmp", 58},  {"icmpv6", 58},     {"ipv6-nonxt", 59}, {"ipv6-opts", 60},  {"ospf", 89},
    {"vrrp", 112},      {"pgm", 113},       {"sctp", 132},      {"udplite", 136},
};

constexpr int icmp_v4 = 1;
constexpr int icmp_v6 = 58;

std::unexpected<Error> bad(std::string_view field, std::string_view why) {
  return failed(fail(Code::invalid, fmt::format("security_group_rule.bad_{}", field), "Security group rule: {}.", why)
                    .at(std::string(field)));
}

/// As it stands: a number within a byte, or one of the names.
std::optional<int> number_of(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size())
    return number >= 0 && number <= 255 ? std::optional(number) : std::nullopt;
  const auto* known = std::ranges::find(protocols, text, &Protocol::name);
  return known == std::end(protocols) ? std::nullopt : std::optional(known->number);
}

bool known_protocol(std::string_view protocol) { return protocol == "any" || number_of(protocol).has_value(); }

bool has_ports(std::string_view protocol) {
  constexpr std::array with_ports = {6, 17, 33, 132, 136};
  return std::ranges::find(with_ports, number_of(protocol).value_or(-1)) != with_ports.end();
}

bool is_icmp(std::string_view protocol) {
  const auto number = number_of(protocol);
  return number == icmp_v4 || number == icmp_v6;
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
  // the other way round Neutron takes "icmp" for that of IPv6
  if (rule.protocol && rule.ethertype == "IPv4" && number_of(*rule.protocol) == icmp_v6)
    return bad("ethertype", fmt::format("{} is a protocol of IPv6", *rule.protocol));
  if (rule.remote_ip_prefix && rule.remote_group_id)
    return bad("remote_ip_prefix", "only one of remote_ip_prefix and remote_group_id can be given");
  if (rule.remote_ip_prefix) {
    const auto prefix = prefix_of(rule);
    if (!prefix) return bad("remote_ip_prefix", fmt::format("'{}' is not an address block", *rule.remote_ip_prefix));
    if (prefix->is_v4() != (rule.ethertype == "IPv4"))
      return bad("remote_ip_prefix", fmt::format("{} is not {}", *prefix, rule.ethertype));
  }
  return check_ports(rule);
}

std::optional<int> protocol_number(std::string_view protocol, bool v6) {
  if (is_icmp(protocol)) return v6 ? icmp_v6 : icmp_v4;
  return number_of(protocol);
}

Result<Cidr> prefix_of(const SecurityGroupRule& rule) {
  const auto text = rule.remote_ip_prefix.value_or("");
  if (text.find('/') != std::string::npos) return Cidr::parse_loose(text);
  return Cidr::parse_loose(text + (rule.ethertype == "IPv4" ? "/32" : "/128"));
}

bool same_traffic(const SecurityGroupRule& a, const SecurityGroupRule& b) {
  // most rules differ in what needs no parsing
  if (a.direction != b.direction || a.port_range_min != b.port_range_min || a.port_range_max != b.port_range_max) return false;
  const auto traffic = [](const SecurityGroupRule& r) {
    const auto protocol = r.protocol ? protocol_number(*r.protocol, r.ethertype == "IPv6") : std::nullopt;
    // everybody is meant by the block of all addresses, and by none
    auto block = r.remote_ip_prefix ? std::optional(prefix_of(r).value_or(Cidr())) : std::nullopt;
    if (block && block->prefix_length() == 0) block.reset();
    return std::tuple(r.direction, r.ethertype, protocol, r.port_range_min, r.port_range_max, block, r.remote_group_id);
  };
  return traffic(a) == traffic(b);
}

}  // namespace causeway::domain
