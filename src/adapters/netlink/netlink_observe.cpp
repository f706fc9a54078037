#include <algorithm>
#include <map>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/netlink_links.hpp"

/// The part of NetlinkLinks that looks at the kernel, and the remote entries, which are the difference of two looks.
namespace causeway::adapters {
namespace {

boundary::VethPeer peer_of(const LinkState& link) {
  if (link.kind != "veth") return boundary::VethPeer::none;
  return link.peer_elsewhere ? boundary::VethPeer::elsewhere : boundary::VethPeer::here;
}

}  // namespace

Result<std::vector<boundary::ObservedLink>> NetlinkLinks::observe(std::string_view prefix) {
  const std::scoped_lock lock(mutex_);
  std::map<std::uint32_t, LinkState> links;
  TRY_VOID(socket_.dump(
      list_links(), "links", [&] { links.clear(); },
      [&](const nlmsghdr& message) {
        auto link = read_link(message);
        links.insert_or_assign(link.index, std::move(link));
      }));
  std::vector<boundary::ObservedLink> out;
  for (const auto& [index, link] : links) {
    if (!link.name.starts_with(prefix)) continue;
    const auto master = links.find(link.master);
    out.push_back({.name = link.name,
                   .kind = kind_of(link),
                   .mac = link.mac,
                   .mtu = link.mtu,
                   .master = master == links.end() ? "" : master->second.name,
                   .up = link.up,
                   .ifindex = index,
                   .peer = peer_of(link)});
  }
  std::ranges::sort(out, {}, &boundary::ObservedLink::name);
  return out;
}

Result<std::vector<boundary::RemoteEntry>> NetlinkLinks::observe_remote_entries(std::string_view vxlan) {
  const std::scoped_lock lock(mutex_);
  TRY(const auto index, vxlan_index(vxlan));
  TRY(const auto tables, remote_tables(index, vxlan));
  return entries_of(tables);
}

Result<void> NetlinkLinks::set_remote_entries(std::string_view vxlan,
                                              const std::vector<boundary::RemoteEntry>& desired) {
  TRY_VOID(check(desired));
  const std::scoped_lock lock(mutex_);
  TRY(const auto index, vxlan_index(vxlan));
  TRY(const auto present, remote_tables(index, vxlan));
  auto batch = changes(present, tables_of(desired), index);
  return apply(batch, vxlan);
}

Result<RemoteTables> NetlinkLinks::remote_tables(std::uint32_t vxlan, std::string_view name) {
  RemoteTables tables;
  const auto read = [&](const nlmsghdr& message) { read_entry(message, vxlan, tables); };
  TRY_VOID(socket_.dump(list_forwarding(vxlan), name, [&] { tables.tunnel.clear(), tables.bridge.clear(); }, read));
  TRY_VOID(socket_.dump(list_neighbours(vxlan), name, [&] { tables.neighbours.clear(); }, read));
  return tables;
}

Result<std::uint32_t> NetlinkLinks::bridge_index(std::string_view bridge) {
  TRY(const auto link, find(bridge, "bridge"));
  if (link) return link->index;
  return failed(Code::not_found, "links.no_bridge", "There is no bridge {}.", bridge);
}

Result<std::uint32_t> NetlinkLinks::vxlan_index(std::string_view vxlan) {
  TRY(const auto link, find(vxlan, "vxlan"));
  if (link) return link->index;
  return failed(Code::not_found, "links.no_vxlan", "There is no tunnel device {}.", vxlan);
}

}  // namespace causeway::adapters
