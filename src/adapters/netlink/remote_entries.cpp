#include "causeway/adapters/netlink/remote_entries.hpp"

#include <linux/neighbour.h>
#include <linux/rtnetlink.h>

#include <cerrno>

#include "causeway/adapters/netlink/attributes.hpp"

namespace causeway::adapters {
namespace {

constexpr std::uint16_t replace = NLM_F_CREATE | NLM_F_REPLACE;

ndmsg header_for(std::uint32_t link, int family, std::uint16_t state, unsigned flags) {
  ndmsg header{};
  header.ndm_family = std::uint8_t(family);
  header.ndm_ifindex = int(link);
  header.ndm_state = state;
  header.ndm_flags = std::uint8_t(flags);
  return header;
}

Message set_tunnel(std::uint32_t link, const domain::Mac& mac, const domain::IpAddress& vtep) {
  Message message(RTM_NEWNEIGH, replace, header_for(link, AF_BRIDGE, NUD_PERMANENT, NTF_SELF));
  message.put(NDA_LLADDR, mac.bytes());
  message.put(NDA_DST, vtep.bytes());
  return message;
}

Message set_bridge(std::uint32_t link, const domain::Mac& mac) {
  Message message(RTM_NEWNEIGH, replace, header_for(link, AF_BRIDGE, NUD_NOARP, NTF_MASTER | NTF_STICKY));
  message.put(NDA_LLADDR, mac.bytes());
  return message;
}

Message set_neighbour(std::uint32_t link, const domain::IpAddress& ip, const domain::Mac& mac) {
  Message message(RTM_NEWNEIGH, replace, header_for(link, ip.is_v4() ? AF_INET : AF_INET6, NUD_PERMANENT, 0));
  message.put(NDA_DST, ip.bytes());
  message.put(NDA_LLADDR, mac.bytes());
  return message;
}

Message delete_forwarding(std::uint32_t link, const domain::Mac& mac, unsigned table) {
  Message message(RTM_DELNEIGH, 0, header_for(link, AF_BRIDGE, 0, table));
  message.put(NDA_LLADDR, mac.bytes());
  return message;
}

Message delete_neighbour(std::uint32_t link, const domain::IpAddress& ip) {
  Message message(RTM_DELNEIGH, 0, header_for(link, ip.is_v4() ? AF_INET : AF_INET6, 0, 0));
  message.put(NDA_DST, ip.bytes());
  return message;
}

void add_deletions(const RemoteTables& present, const RemoteTables& desired, std::uint32_t link, Batch& out) {
  for (const auto& [ip, mac] : present.neighbours) {
    if (!desired.neighbours.contains(ip)) out.add(delete_neighbour(link, ip), "delete a neighbour of", ENOENT);
  }
  for (const auto& [mac, ours] : present.bridge) {
    if (!desired.bridge.contains(mac))
      out.add(delete_forwarding(link, mac, NTF_MASTER), "delete a bridge entry of", ENOENT);
  }
  for (const auto& [mac, vtep] : present.tunnel) {
    if (!desired.tunnel.contains(mac))
      out.add(delete_forwarding(link, mac, NTF_SELF), "delete a tunnel entry of", ENOENT);
  }
}

/// `Map` has an equal item.
template <class Map>
bool holds(const Map& map, const typename Map::value_type& item) {
  const auto found = map.find(item.first);
  return found != map.end() && found->second == item.second;
}

}  // namespace

Message list_forwarding(std::uint32_t vxlan) { return Message(RTM_GETNEIGH, 0, header_for(vxlan, AF_BRIDGE, 0, 0)); }

Message list_neighbours(std::uint32_t vxlan) {
  Message message(RTM_GETNEIGH, 0, header_for(0, AF_UNSPEC, 0, 0));
  message.put(NDA_IFINDEX, vxlan);
  return message;
}

void read_entry(const nlmsghdr& message, std::uint32_t vxlan, RemoteTables& out) {
  const auto& header = *static_cast<const ndmsg*>(mnl_nlmsg_get_payload(&message));
  if (message.nlmsg_type != RTM_NEWNEIGH || header.ndm_ifindex != int(vxlan)) return;
  std::optional<domain::Mac> mac;
  std::optional<domain::IpAddress> destination;
  for_each_attribute(message, sizeof header, [&](const nlattr& attribute) {
    const auto type = mnl_attr_get_type(&attribute);
    if (type == NDA_LLADDR) mac = read_mac(attribute);
    if (type == NDA_DST) destination = domain::IpAddress::from_bytes(payload(attribute));
  });
  if (!mac) return;
  if (header.ndm_family != AF_BRIDGE) {
    if (destination && header.ndm_state == NUD_PERMANENT) out.neighbours.insert_or_assign(*destination, *mac);
  } else if ((header.ndm_flags & NTF_SELF) != 0) {
    out.tunnel.insert_or_assign(*mac, destination.value_or(domain::IpAddress()));
  } else if (header.ndm_state != NUD_PERMANENT) {  // permanent is the port's own address
    out.bridge.insert_or_assign(*mac, header.ndm_state == NUD_NOARP && (header.ndm_flags & NTF_STICKY) != 0);
  }
}

RemoteTables tables_of(const std::vector<boundary::RemoteEntry>& entries) {
  RemoteTables tables;
  for (const auto& entry : entries) {
    tables.tunnel.emplace(entry.mac, entry.vtep);
    tables.bridge.emplace(entry.mac, true);
    for (const auto& ip : entry.ips) tables.neighbours.emplace(ip, entry.mac);
  }
  return tables;
}

std::vector<boundary::RemoteEntry> entries_of(const RemoteTables& tables) {
  std::map<domain::Mac, boundary::RemoteEntry> entries;
  for (const auto& [mac, vtep] : tables.tunnel) {
    const auto bridge = tables.bridge.find(mac);
    const bool whole = bridge != tables.bridge.end() && bridge->second;
    entries[mac].vtep = whole ? vtep : domain::IpAddress();
  }
  for (const auto& [mac, ours] : tables.bridge) entries.try_emplace(mac);
  for (const auto& [ip, mac] : tables.neighbours) entries[mac].ips.push_back(ip);
  std::vector<boundary::RemoteEntry> out;
  out.reserve(entries.size());
  for (auto& [mac, entry] : entries) {
    entry.mac = mac;
    out.push_back(std::move(entry));
  }
  return out;
}

Batch changes(const RemoteTables& present, const RemoteTables& desired, std::uint32_t vxlan) {
  Batch out;
  add_deletions(present, desired, vxlan, out);
  for (const auto& entry : desired.tunnel) {
    if (!holds(present.tunnel, entry)) out.add(set_tunnel(vxlan, entry.first, entry.second), "set a tunnel entry of");
  }
  for (const auto& entry : desired.bridge) {
    if (!holds(present.bridge, entry)) out.add(set_bridge(vxlan, entry.first), "set a bridge entry of");
  }
  for (const auto& entry : desired.neighbours) {
    if (!holds(present.neighbours, entry))
      out.add(set_neighbour(vxlan, entry.first, entry.second), "set a neighbour of");
  }
  return out;
}

}  // namespace causeway::adapters
