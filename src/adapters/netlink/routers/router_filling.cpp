#include "causeway/adapters/netlink/routers/router_filling.hpp"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/remote_entries.hpp"
#include "causeway/adapters/netlink/routers/router_messages.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"

namespace causeway::adapters {
namespace {

using Indexes = std::map<std::string, std::uint32_t>;

Result<void> ensure_settings(std::initializer_list<std::pair<std::string, const char*>> settings) {
  for (const auto& [path, value] : settings) {
    // absent where the kernel has no IPv6
    TRY([[maybe_unused]] const bool present, ensure_net_sysctl(path, value));
  }
  return {};
}

bool is_leg(const std::string& name) {
  return name.starts_with("qr-") || name.starts_with("qg-") || name.starts_with("qt-");
}

Result<std::map<std::string, LinkState>> all_links(NetlinkSocket& socket) {
  std::map<std::string, LinkState> links;
  TRY_VOID(socket.dump(
      list_links(), "links", [&] { links.clear(); },
      [&](const nlmsghdr& message) {
        auto link = read_link(message);
        auto name = link.name;
        links.insert_or_assign(std::move(name), std::move(link));
      }));
  return links;
}

Result<void> set_up_leg(NetlinkSocket& socket, const domain::RouterLeg& leg, const LinkState& link) {
  const auto v6 = [&](const char* setting) { return fmt::format("ipv6/conf/{}/{}", leg.inside, setting); };
  TRY_VOID(ensure_settings({{v6("addr_gen_mode"), "1"}, {v6("accept_dad"), "0"}, {v6("accept_ra"), "0"}}));
  Batch batch;
  if (link.mac != leg.mac) {
    auto message = change_link(link.index);
    message.put(IFLA_ADDRESS, leg.mac.bytes());
    batch.add(message, "set the MAC address of");
  }
  if (link.mtu != leg.mtu) {
    auto message = change_link(link.index);
    message.put(IFLA_MTU, leg.mtu);
    batch.add(message, "set the MTU of");
  }
  if (!link.up) batch.add(set_up(link.index, true), "bring up");
  return socket.apply(batch, leg.inside);
}

Result<std::vector<Announcement>> ensure_addresses(NetlinkSocket& socket, const domain::RouterNamespace& wanted,
                                                   const Indexes& indexes) {
  std::vector<Announcement> out;
  AddressesByLink present;
  TRY_VOID(socket.dump(
      list_addresses(), "addresses", [&] { present.clear(); },
      [&](const nlmsghdr& message) { read_address(message, present); }));
  for (const auto& leg : wanted.legs) {
    const auto index = indexes.at(leg.inside);
    const std::set<domain::LegAddress> desired(leg.addresses.begin(), leg.addresses.end());
    auto& held = present[index];
    Batch batch;
    for (const auto& address : held) {
      if (!desired.contains(address)) batch.add(delete_address(index, address), "take an address from", EADDRNOTAVAIL);
    }
    std::vector<domain::IpAddress> news;
    for (const auto& address : desired) {
      // deleting an IPv4 address can take others of its block along
      if (held.contains(address) && batch.empty()) continue;
      batch.add(set_address(index, address), "add an address to");
      if (!held.contains(address)) news.push_back(address.address);
    }
    TRY_VOID(socket.apply(batch, leg.inside));
    if (leg.announced && !news.empty()) out.push_back({&leg, index, std::move(news)});
  }
  return out;
}

Result<void> ensure_routes(NetlinkSocket& socket, const domain::RouterNamespace& wanted, const Indexes& indexes) {
  std::set<KernelRoute> present, desired;
  for (const int family : {AF_INET, AF_INET6}) {
    std::set<KernelRoute> some;
    TRY_VOID(socket.dump(
        list_routes(family), "routes", [&] { some.clear(); },
        [&](const nlmsghdr& message) {
          if (const auto route = read_route(message)) some.insert(*route);
        }));
    present.merge(some);
  }
  for (const auto& route : wanted.routes) {
    const auto leg = indexes.find(route.leg);
    if (leg != indexes.end()) desired.insert({route.destination, route.via, leg->second, route.table});
  }
  Batch batch;
  for (const auto& route : present) {
    if (!desired.contains(route)) batch.add(delete_route(route), "take a route from", ESRCH);
  }
  for (const auto& route : desired) {
    if (!present.contains(route)) batch.add(set_route(route), "add a route to");
  }
  return socket.apply(batch, wanted.name);
}

/// After the routes: a rule that leads to an empty table leads on to the next.
Result<void> ensure_rules(NetlinkSocket& socket, const domain::RouterNamespace& wanted) {
  std::set<KernelRule> present, desired;
  for (const int family : {AF_INET, AF_INET6}) {
    std::set<KernelRule> some;
    TRY_VOID(socket.dump(
        list_rules(family), "rules", [&] { some.clear(); },
        [&](const nlmsghdr& message) {
          if (const auto rule = read_rule(message)) some.insert(*rule);
        }));
    present.merge(some);
  }
  for (const auto& rule : wanted.rules) {
    for (const auto& one : kernel_rules(rule)) desired.insert(one);
  }
  Batch batch;
  for (const auto& rule : desired) {
    if (!present.contains(rule)) batch.add(set_rule(rule), "add a rule to", EEXIST);
  }
  for (const auto& rule : present) {
    if (!desired.contains(rule)) batch.add(delete_rule(rule), "take a rule from", ENOENT);
  }
  return socket.apply(batch, wanted.name);
}

Result<void> ensure_neighbours(NetlinkSocket& socket, const domain::RouterNamespace& wanted, const Indexes& indexes) {
  for (const auto& leg : wanted.legs) {
    const auto index = indexes.at(leg.inside);
    RemoteTables present, desired;
    TRY_VOID(socket.dump(
        list_neighbours(index), leg.inside, [&] { present = {}; },
        [&](const nlmsghdr& message) { read_entry(message, index, present); }));
    for (const auto& neighbour : wanted.neighbours) {
      if (neighbour.leg == leg.inside) desired.neighbours.emplace(neighbour.address, neighbour.mac);
    }
    auto batch = changes(present, desired, index);
    TRY_VOID(socket.apply(batch, leg.inside));
  }
  return {};
}

}  // namespace

Result<std::optional<LinkState>> find_link(NetlinkSocket& socket, std::string_view name) {
  std::optional<LinkState> link;
  TRY([[maybe_unused]] const bool found,
      socket.get(get_link(name), name, [&](const nlmsghdr& message) { link = read_link(message); }));
  return link;
}

Result<void> ensure_router_settings(NetlinkSocket& socket, bool forwards) {
  const char* const on = forwards ? "1" : "0";
  TRY_VOID(ensure_settings({{"ipv4/conf/all/rp_filter", "0"},      {"ipv4/conf/default/rp_filter", "0"},
                            {"ipv4/conf/all/send_redirects", "0"}, {"ipv4/conf/default/send_redirects", "0"},
                            {"ipv4/conf/all/arp_ignore", "1"},     {"ipv4/conf/all/arp_announce", "2"},
                            {"ipv6/conf/all/disable_ipv6", "0"},   {"ipv6/conf/default/disable_ipv6", "0"},
                            {"ipv6/conf/all/accept_dad", "0"},     {"ipv6/conf/default/accept_dad", "0"},
                            {"ipv6/conf/default/accept_ra", "0"},  {"ipv4/ip_forward", on},
                            {"ipv4/conf/all/accept_redirects", "0"}, {"ipv4/conf/default/accept_redirects", "0"},
                            {"ipv6/conf/all/forwarding", on}}));
  TRY(const auto lo, find_link(socket, "lo"));
  if (!lo || lo->up) return {};
  Batch batch;
  batch.add(set_up(lo->index, true), "bring up");
  return socket.apply(batch, "lo");
}

Result<std::vector<Announcement>> fill_router(NetlinkSocket& socket, const domain::RouterNamespace& wanted) {
  TRY(const auto links, all_links(socket));
  std::set<std::string> names;
  for (const auto& leg : wanted.legs) names.insert(leg.inside);
  Batch gone;
  for (const auto& [name, link] : links) {
    if (is_leg(name) && !names.contains(name)) gone.add(delete_link(name), "remove a leg of", ENODEV);
  }
  TRY_VOID(socket.apply(gone, wanted.name));
  Indexes indexes;
  for (const auto& leg : wanted.legs) {
    const auto link = links.find(leg.inside);
    if (link == links.end())
      return failed(Code::unavailable, "links.refused", "Link {} was removed while it was set up.", leg.inside);
    indexes.emplace(leg.inside, link->second.index);
    TRY_VOID(set_up_leg(socket, leg, link->second));
  }
  TRY(auto news, ensure_addresses(socket, wanted, indexes));
  TRY_VOID(ensure_routes(socket, wanted, indexes));
  TRY_VOID(ensure_rules(socket, wanted));
  TRY_VOID(ensure_neighbours(socket, wanted, indexes));
  return news;
}

}  // namespace causeway::adapters
