#include "causeway/domain/firewall/anti_spoof.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

namespace causeway::domain::firewall {
namespace {

struct Sender {
  Mac mac;
  Cidr from;
  auto operator<=>(const Sender&) const = default;
};

/// fe80::/64 with the modified EUI-64 of the MAC (RFC 4291, appendix A): what the container's kernel gives itself.
IpAddress link_local(const Mac& mac) {
  const auto& m = mac.bytes();
  return IpAddress::v6({0xfe, 0x80, 0, 0, 0, 0, 0, 0, std::uint8_t(m[0] ^ 2U), m[1], m[2], 0xff, 0xfe, m[3], m[4], m[5]});
}

std::string hex_of(const IpAddress& address) {
  std::string out = "0x";
  for (const auto byte : address.bytes()) out += fmt::format("{:02x}", byte);
  return out;
}

IpAddress mask_of(int prefix_length) {
  IpAddress::V6Bytes bytes{};
  for (int bit = 0; bit < prefix_length; ++bit) bytes[std::size_t(bit / 8)] |= std::uint8_t(0x80U >> unsigned(bit % 8));
  return IpAddress::v6(bytes);
}

/// The target of a neighbour advertisement: 16 bytes, 8 behind the start of the ICMPv6 header (RFC 4861, 4.4).
std::string target_within(const Cidr& block) {
  if (block.prefix_length() == 0) return "";
  if (block.prefix_length() == 128) return fmt::format(" @th,64,128 == {}", hex_of(block.network()));
  return fmt::format(" @th,64,128 & {} == {}", hex_of(mask_of(block.prefix_length())), hex_of(block.network()));
}

std::string source_within(const char* field, const Cidr& block) {
  return block.prefix_length() == 0 ? "" : fmt::format(" {} {}", field, block);
}

void add_arp_rules(const std::set<Sender>& senders, const std::set<Mac>& macs, std::vector<std::string>& out) {
  for (const auto& [mac, from] : senders) {
    if (from.is_v4())
      out.push_back(fmt::format("ether type arp ether saddr {0} arp saddr ether {0}{1} accept", mac, source_within("arp saddr ip", from)));
  }
  // a probe for an address that is not in use yet (RFC 5227) claims nothing
  for (const auto& mac : macs)
    out.push_back(fmt::format("ether type arp ether saddr {0} arp operation request arp saddr ether {0} arp saddr ip 0.0.0.0 accept", mac));
  out.emplace_back("ether type arp counter drop");
}

void add_v4_rules(const std::set<Sender>& senders, std::vector<std::string>& out) {
  out.emplace_back("ether type ip udp sport 67 udp dport 68 counter drop");
  for (const auto& [mac, from] : senders) {
    if (from.is_v4()) out.push_back(fmt::format("ether type ip ether saddr {}{} accept", mac, source_within("ip saddr", from)));
  }
}

void add_v6_rules(const std::set<Sender>& senders, const std::set<Mac>& macs, std::vector<std::string>& out) {
  out.emplace_back("ether type ip6 icmpv6 type { nd-router-advert, nd-redirect } counter drop");
  out.emplace_back("ether type ip6 udp sport 547 udp dport 546 counter drop");
  const auto add = [&](const char* extra, bool with_target) {
    for (const auto& [mac, from] : senders) {
      if (!from.is_v6()) continue;
      out.push_back(fmt::format("ether type ip6 ether saddr {}{}{}{} accept", mac, source_within("ip6 saddr", from), extra,
                                with_target ? target_within(from) : ""));
    }
  };
  add(" icmpv6 type nd-neighbor-advert", true);
  out.emplace_back("ether type ip6 icmpv6 type nd-neighbor-advert counter drop");
  add("", false);
  // before it has an address: duplicate address detection, and joining the multicast groups for it
  for (const auto& mac : macs) {
    out.push_back(fmt::format("ether type ip6 ether saddr {} ip6 saddr :: icmpv6 type {{ nd-neighbor-solicit, nd-router-solicit, "
                              "mld-listener-report, mld2-listener-report }} accept",
                              mac));
  }
}

/// What is no server of DHCP and no neighbour discovery is known by its addresses alone: one rule for most packets.
void add_short_cuts(const std::set<Sender>& senders, std::uint32_t mark, std::vector<std::string>& out) {
  for (const auto& [mac, from] : senders) {
    const bool v4 = from.is_v4();
    out.push_back(fmt::format("ether type {} ether saddr {}{} {} meta mark set 0x{:08x} accept", v4 ? "ip" : "ip6", mac,
                              source_within(v4 ? "ip saddr" : "ip6 saddr", from), v4 ? "ip protocol != 17" : "ip6 nexthdr 6", mark));
  }
}

}  // namespace

Result<std::vector<std::string>> sender_rules(const Port& port, std::uint32_t mark, std::size_t max_addresses) {
  std::set<Sender> senders;
  std::set<Mac> macs{port.mac_address};
  for (const auto& ip : port.fixed_ips) senders.insert({port.mac_address, Cidr(ip.ip_address, ip.ip_address.bits())});
  for (const auto& pair : port.allowed_address_pairs) {
    const Mac mac = pair.mac_address.value_or(port.mac_address);
    macs.insert(mac);
    senders.insert({mac, pair.ip_address});
  }
  if (senders.size() > max_addresses) {
    return failed(Code::invalid, "firewall.bad_port", "Port {} may send from {} addresses and blocks; at most {} are enforced.", port.id,
                  senders.size(), max_addresses);
  }
  for (const auto& mac : macs) {
    if (mac.is_zero() || mac.is_multicast())
      return failed(Code::invalid, "firewall.bad_port", "Port {} has the MAC address {}, which no interface may have.", port.id, mac);
    senders.insert({mac, Cidr(link_local(mac), 128)});
  }
  std::vector<std::string> out;
  add_short_cuts(senders, mark, out);
  out.push_back(fmt::format("meta mark set 0x{:08x}", mark));
  add_v4_rules(senders, out);
  add_v6_rules(senders, macs, out);
  add_arp_rules(senders, macs, out);
  out.emplace_back("counter drop");
  return out;
}

}  // namespace causeway::domain::firewall
