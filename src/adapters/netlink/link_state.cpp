#include "causeway/adapters/netlink/link_state.hpp"

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include "causeway/adapters/netlink/attributes.hpp"
#include "causeway/base/fields.hpp"

namespace causeway::adapters {
namespace {

bool flag(const nlattr& attribute) { return mnl_attr_get_u8(&attribute) != 0; }

LinkState::Bridge read_bridge(const nlattr& data) {
  LinkState::Bridge bridge;
  for_each_nested(data, [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_BR_NF_CALL_IPTABLES:
        bridge.netfilter_ip = flag(attribute);
        break;
      case IFLA_BR_NF_CALL_IP6TABLES:
        bridge.netfilter_ip6 = flag(attribute);
        break;
      case IFLA_BR_NF_CALL_ARPTABLES:
        bridge.netfilter_arp = flag(attribute);
        break;
      case IFLA_BR_MCAST_SNOOPING:
        bridge.snooping = flag(attribute);
        break;
      default:
        break;
    }
  });
  return bridge;
}

LinkState::Vxlan read_vxlan(const nlattr& data) {
  LinkState::Vxlan vxlan;
  for_each_nested(data, [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_VXLAN_ID:
        vxlan.vni = mnl_attr_get_u32(&attribute);
        break;
      case IFLA_VXLAN_LOCAL:
      case IFLA_VXLAN_LOCAL6:
        vxlan.local = domain::IpAddress::from_bytes(payload(attribute)).value_or(domain::IpAddress());
        break;
      case IFLA_VXLAN_PORT:
        vxlan.port = ntohs(mnl_attr_get_u16(&attribute));
        break;
      case IFLA_VXLAN_LEARNING:
        vxlan.learning = flag(attribute);
        break;
      case IFLA_VXLAN_PROXY:
        vxlan.proxy = flag(attribute);
        break;
      default:
        break;
    }
  });
  return vxlan;
}

LinkState::BridgePort read_bridge_port(const nlattr& data) {
  LinkState::BridgePort port;
  for_each_nested(data, [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_BRPORT_LEARNING:
        port.learning = flag(attribute);
        break;
      case IFLA_BRPORT_UNICAST_FLOOD:
        port.unicast_flood = flag(attribute);
        break;
      case IFLA_BRPORT_MCAST_FLOOD:
        port.multicast_flood = flag(attribute);
        break;
      case IFLA_BRPORT_BCAST_FLOOD:
        port.broadcast_flood = flag(attribute);
        break;
      default:
        break;
    }
  });
  return port;
}

/// The kinds come before the data that they explain.
void read_link_info(const nlattr& info, LinkState& link) {
  std::string slave_kind;
  for_each_nested(info, [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_INFO_KIND:
        link.kind = mnl_attr_get_str(&attribute);
        break;
      case IFLA_INFO_DATA:
        if (link.kind == "bridge") link.bridge = read_bridge(attribute);
        if (link.kind == "vxlan") link.vxlan = read_vxlan(attribute);
        break;
      case IFLA_INFO_SLAVE_KIND:
        slave_kind = mnl_attr_get_str(&attribute);
        break;
      case IFLA_INFO_SLAVE_DATA:
        if (slave_kind == "bridge") link.bridge_port = read_bridge_port(attribute);
        break;
      default:
        break;
    }
  });
}

}  // namespace

LinkState read_link(const nlmsghdr& message) {
  const auto& header = *static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(&message));
  LinkState link;
  link.index = std::uint32_t(header.ifi_index);
  link.up = (header.ifi_flags & IFF_UP) != 0;
  link.running = (header.ifi_flags & IFF_RUNNING) != 0;
  for_each_attribute(message, sizeof header, [&](const nlattr& attribute) {
    switch (mnl_attr_get_type(&attribute)) {
      case IFLA_IFNAME:
        link.name = mnl_attr_get_str(&attribute);
        break;
      case IFLA_ADDRESS:
        link.mac = read_mac(attribute);
        break;
      case IFLA_MTU:
        link.mtu = mnl_attr_get_u32(&attribute);
        break;
      case IFLA_MASTER:
        link.master = mnl_attr_get_u32(&attribute);
        break;
      case IFLA_QDISC:
        link.queueing = mnl_attr_get_str(&attribute);
        break;
      case IFLA_LINK:
        link.peer = mnl_attr_get_u32(&attribute);
        break;
      case IFLA_LINK_NETNSID:
        link.peer_elsewhere = true;
        break;
      case IFLA_LINKINFO:
        read_link_info(attribute, link);
        break;
      default:
        break;
    }
  });
  return link;
}

boundary::LinkKind kind_of(const LinkState& link) {
  return from_name<boundary::LinkKind>(link.kind).value_or(boundary::LinkKind::other);
}

}  // namespace causeway::adapters
