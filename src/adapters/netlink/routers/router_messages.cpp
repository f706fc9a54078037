#include "causeway/adapters/netlink/routers/router_messages.hpp"

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

constexpr std::uint8_t our_protocol = 0xcb;  ///< beyond those that are assigned (rtnetlink(7): user values above 4)
/// Behind what the kernel adds for addresses: 0 for IPv4, 256 for IPv6.
constexpr std::uint32_t metric_v4 = 100, metric_v6 = 1024;
constexpr std::uint16_t replace = NLM_F_CREATE | NLM_F_REPLACE;

int family_of(const domain::IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

Message address_message(std::uint16_t type, std::uint16_t flags, std::uint32_t link, const domain::LegAddress& address) {
  ifaddrmsg header{};
  header.ifa_family = std::uint8_t(family_of(address.address));
  header.ifa_prefixlen = std::uint8_t(address.prefix_length);
  header.ifa_flags = address.address.is_v6() ? IFA_F_NODAD : 0;
  header.ifa_index = link;
  Message message(type, flags, header);
  message.put(IFA_LOCAL, address.address.bytes());
  message.put(IFA_ADDRESS, address.address.bytes());
  return message;
}

Message route_message(std::uint16_t type, std::uint16_t flags, const KernelRoute& route) {
  rtmsg header{};
  header.rtm_family = std::uint8_t(route.destination.is_v4() ? AF_INET : AF_INET6);
  header.rtm_dst_len = std::uint8_t(route.destination.prefix_length());
  header.rtm_table = route.table == 0 ? RT_TABLE_MAIN : RT_TABLE_UNSPEC;
  header.rtm_protocol = our_protocol;
  header.rtm_scope = route.via || route.destination.is_v6() ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  header.rtm_type = RTN_UNICAST;
  header.rtm_flags = route.via ? RTNH_F_ONLINK : 0U;
  Message message(type, flags, header);
  if (route.table != 0) message.put(RTA_TABLE, route.table);
  message.put(RTA_DST, route.destination.network().bytes());
  if (route.via) message.put(RTA_GATEWAY, route.via->bytes());
  message.put(RTA_OIF, route.link);
  message.put(RTA_PRIORITY, route.destination.is_v4() ? metric_v4 : metric_v6);
  return message;
}

Message rule_message(std::uint16_t type, std::uint16_t flags, const KernelRule& rule) {
  fib_rule_hdr header{};
  header.family = std::uint8_t(rule.family);
  header.action = FR_ACT_TO_TBL;
  header.src_len = !rule.rule.source ? 0 : rule.rule.source->is_v4() ? 32 : 128;
  Message message(type, flags, header);
  message.put(FRA_PROTOCOL, our_protocol);
  message.put(FRA_PRIORITY, rule.rule.priority);
  message.put(FRA_TABLE, rule.rule.table);
  if (rule.rule.mark != 0) message.put(FRA_FWMARK, rule.rule.mark);
  if (!rule.rule.from_leg.empty()) message.put(FRA_IIFNAME, rule.rule.from_leg);
  if (rule.rule.source) message.put(FRA_SRC, rule.rule.source->bytes());
  return message;
}

}  // namespace

Message create_leg(const domain::RouterLeg& leg, std::uint32_t bridge, int namespace_fd) {
  Message message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  message.put(IFLA_IFNAME, leg.outside);
  message.put(IFLA_MTU, leg.mtu);
  message.put(IFLA_MASTER, bridge);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "veth");
    message.nest(IFLA_INFO_DATA, [&] {
      message.nest(VETH_INFO_PEER, [&] {
        message.put_raw(ifinfomsg{});
        message.put(IFLA_IFNAME, leg.inside);
        message.put(IFLA_ADDRESS, leg.mac.bytes());
        message.put(IFLA_MTU, leg.mtu);
        message.put(IFLA_NET_NS_FD, std::uint32_t(namespace_fd));
      });
    });
  });
  return message;
}

Message set_leg_entry(std::uint32_t outside, const domain::Mac& mac) {
  ndmsg header{};
  header.ndm_family = AF_BRIDGE;
  header.ndm_ifindex = int(outside);
  header.ndm_state = NUD_NOARP;
  header.ndm_flags = std::uint8_t(NTF_MASTER | NTF_STICKY);
  Message message(RTM_NEWNEIGH, replace, header);
  message.put(NDA_LLADDR, mac.bytes());
  return message;
}

Message list_addresses() { return Message(RTM_GETADDR, 0, ifaddrmsg{}); }

Message set_address(std::uint32_t link, const domain::LegAddress& address) {
  return address_message(RTM_NEWADDR, replace, link, address);
}

Message delete_address(std::uint32_t link, const domain::LegAddress& address) {
  return address_message(RTM_DELADDR, 0, link, address);
}

Message list_routes(int family) {
  rtmsg header{};
  header.rtm_family = std::uint8_t(family);
  return Message(RTM_GETROUTE, 0, header);
}

Message set_route(const KernelRoute& route) { return route_message(RTM_NEWROUTE, replace, route); }

Message delete_route(const KernelRoute& route) { return route_message(RTM_DELROUTE, 0, route); }

void read_address(const nlmsghdr& message, AddressesByLink& out) {
  if (message.nlmsg_type != RTM_NEWADDR) return;
  const auto& header = *static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(&message));
  std::optional<domain::IpAddress> address, local;
  for_each_attribute(message, sizeof header, [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == IFA_ADDRESS) address = domain::IpAddress::from_bytes(payload(attribute));
    if (type == IFA_LOCAL) local = domain::IpAddress::from_bytes(payload(attribute));
  });
  if (local) address = local;
  if (address) out[header.ifa_index].insert({*address, header.ifa_prefixlen});
}

std::optional<KernelRoute> read_route(const nlmsghdr& message) {
  const auto& header = *static_cast<const rtmsg*>(mnl_nlmsg_get_payload(&message));
  if (message.nlmsg_type != RTM_NEWROUTE || header.rtm_protocol != our_protocol) return std::nullopt;
  const bool v4 = header.rtm_family == AF_INET;
  domain::IpAddress destination = v4 ? domain::IpAddress::v4(0) : domain::IpAddress::v6({});
  KernelRoute route;
  for_each_attribute(message, sizeof header, [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == RTA_DST) destination = domain::IpAddress::from_bytes(payload(attribute)).value_or(destination);
    if (type == RTA_GATEWAY) route.via = domain::IpAddress::from_bytes(payload(attribute));
    if (type == RTA_OIF) route.link = mnl_attr_get_u32(&attribute);
    if (type == RTA_TABLE) route.table = mnl_attr_get_u32(&attribute);
  });
  route.destination = domain::Cidr(destination, header.rtm_dst_len);
  if (route.table == RT_TABLE_MAIN) route.table = 0;
  return route;
}

Message list_rules(int family) {
  fib_rule_hdr header{};
  header.family = std::uint8_t(family);
  return Message(RTM_GETRULE, 0, header);
}

Message set_rule(const KernelRule& rule) { return rule_message(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule); }

Message delete_rule(const KernelRule& rule) { return rule_message(RTM_DELRULE, 0, rule); }

std::optional<KernelRule> read_rule(const nlmsghdr& message) {
  if (message.nlmsg_type != RTM_NEWRULE) return std::nullopt;
  const auto& header = *static_cast<const fib_rule_hdr*>(mnl_nlmsg_get_payload(&message));
  KernelRule out{header.family, {}};
  bool ours = false;
  for_each_attribute(message, sizeof header, [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == FRA_PROTOCOL) ours = mnl_attr_get_u8(&attribute) == our_protocol;
    if (type == FRA_PRIORITY) out.rule.priority = mnl_attr_get_u32(&attribute);
    if (type == FRA_TABLE) out.rule.table = mnl_attr_get_u32(&attribute);
    if (type == FRA_FWMARK) out.rule.mark = mnl_attr_get_u32(&attribute);
    if (type == FRA_IIFNAME) out.rule.from_leg = mnl_attr_get_str(&attribute);
    if (type == FRA_SRC) out.rule.source = domain::IpAddress::from_bytes(payload(attribute));
  });
  return ours ? std::optional(out) : std::nullopt;
}

std::vector<KernelRule> kernel_rules(const domain::RouterRule& rule) {
  if (rule.source) return {{family_of(*rule.source), rule}};
  if (rule.mark != 0) return {{AF_INET, rule}};
  return {{AF_INET, rule}, {AF_INET6, rule}};
}

}  // namespace causeway::adapters
