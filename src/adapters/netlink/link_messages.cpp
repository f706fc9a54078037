#include "causeway/adapters/netlink/link_messages.hpp"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

namespace causeway::adapters {
namespace {

constexpr std::uint8_t tunnel_ttl = 64;
constexpr std::uint16_t create_flags = NLM_F_CREATE | NLM_F_EXCL;

ifinfomsg link_header(std::uint32_t index = 0) {
  ifinfomsg header{};
  header.ifi_index = int(index);
  return header;
}

void put_flag(Message& message, std::uint16_t attribute, bool value) { message.put(attribute, std::uint8_t(value)); }

void put_bridge_options(Message& message, const LinkState::Bridge& options) {
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "bridge");
    message.nest(IFLA_INFO_DATA, [&] {
      put_flag(message, IFLA_BR_MCAST_SNOOPING, options.snooping);
      put_flag(message, IFLA_BR_NF_CALL_IPTABLES, options.netfilter_ip);
      put_flag(message, IFLA_BR_NF_CALL_IP6TABLES, options.netfilter_ip6);
      put_flag(message, IFLA_BR_NF_CALL_ARPTABLES, options.netfilter_arp);
    });
  });
}

void put_local(Message& message, const domain::IpAddress& local) {
  message.put(local.is_v4() ? IFLA_VXLAN_LOCAL : IFLA_VXLAN_LOCAL6, local.bytes());
}

}  // namespace

Message get_link(std::string_view name) {
  Message message(RTM_GETLINK, 0, link_header());
  message.put(IFLA_IFNAME, name);
  message.put(IFLA_EXT_MASK, std::uint32_t(RTEXT_FILTER_SKIP_STATS));
  return message;
}

Message get_link(std::uint32_t index) {
  Message message(RTM_GETLINK, 0, link_header(index));
  message.put(IFLA_EXT_MASK, std::uint32_t(RTEXT_FILTER_SKIP_STATS));
  return message;
}

Message list_links() {
  Message message(RTM_GETLINK, 0, link_header());
  message.put(IFLA_EXT_MASK, std::uint32_t(RTEXT_FILTER_SKIP_STATS));
  return message;
}

Message delete_link(std::string_view name) {
  Message message(RTM_DELLINK, 0, link_header());
  message.put(IFLA_IFNAME, name);
  return message;
}

Message create_bridge(const boundary::BridgeSpec& spec) {
  Message message(RTM_NEWLINK, create_flags, link_header());
  message.put(IFLA_IFNAME, spec.name);
  message.put(IFLA_ADDRESS, spec.mac.bytes());
  message.put(IFLA_MTU, spec.mtu);
  put_bridge_options(message, bridge_options(spec));
  return message;
}

Message create_vxlan(const boundary::VxlanSpec& spec, std::uint32_t bridge) {
  Message message(RTM_NEWLINK, create_flags, link_header());
  message.put(IFLA_IFNAME, spec.name);
  message.put(IFLA_MTU, spec.mtu);
  message.put(IFLA_MASTER, bridge);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "vxlan");
    message.nest(IFLA_INFO_DATA, [&] {
      message.put(IFLA_VXLAN_ID, spec.vni);
      put_local(message, spec.local);
      message.put(IFLA_VXLAN_PORT, std::uint16_t(htons(spec.port)));
      message.put(IFLA_VXLAN_TTL, tunnel_ttl);
      put_flag(message, IFLA_VXLAN_LEARNING, false);
      put_flag(message, IFLA_VXLAN_PROXY, true);
    });
  });
  return message;
}

Message create_veth(const boundary::VethSpec& spec, std::uint32_t bridge) {
  Message message(RTM_NEWLINK, create_flags, link_header());
  message.put(IFLA_IFNAME, spec.host_name);
  message.put(IFLA_MTU, spec.mtu);
  message.put(IFLA_MASTER, bridge);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "veth");
    message.nest(IFLA_INFO_DATA, [&] {
      message.nest(VETH_INFO_PEER, [&] {
        message.put_raw(link_header());
        message.put(IFLA_IFNAME, spec.peer_name);
        message.put(IFLA_ADDRESS, spec.mac.bytes());
        message.put(IFLA_MTU, spec.mtu);
      });
    });
  });
  return message;
}

Message change_link(std::uint32_t index) { return Message(RTM_NEWLINK, 0, link_header(index)); }

Message set_up(std::uint32_t index, bool up) {
  auto header = link_header(index);
  header.ifi_flags = up ? IFF_UP : 0;
  header.ifi_change = IFF_UP;
  return Message(RTM_NEWLINK, 0, header);
}

Message set_bridge_options(std::uint32_t index, const LinkState::Bridge& options) {
  auto message = change_link(index);
  put_bridge_options(message, options);
  return message;
}

Message set_vxlan_local(std::uint32_t index, const domain::IpAddress& local) {
  auto message = change_link(index);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_KIND, "vxlan");
    message.nest(IFLA_INFO_DATA, [&] { put_local(message, local); });
  });
  return message;
}

Message set_bridge_port(std::uint32_t index, const LinkState::BridgePort& options) {
  auto message = change_link(index);
  message.nest(IFLA_LINKINFO, [&] {
    message.put(IFLA_INFO_SLAVE_KIND, "bridge");
    message.nest(IFLA_INFO_SLAVE_DATA, [&] {
      put_flag(message, IFLA_BRPORT_LEARNING, options.learning);
      put_flag(message, IFLA_BRPORT_UNICAST_FLOOD, options.unicast_flood);
      put_flag(message, IFLA_BRPORT_MCAST_FLOOD, options.multicast_flood);
      put_flag(message, IFLA_BRPORT_BCAST_FLOOD, options.broadcast_flood);
    });
  });
  return message;
}

LinkState::Bridge bridge_options(const boundary::BridgeSpec& spec) {
  return {.netfilter_ip = spec.netfilter_hooks,
          .netfilter_ip6 = spec.netfilter_hooks,
          .netfilter_arp = false,
          .snooping = false};
}

}  // namespace causeway::adapters
