#include "causeway/adapters/netlink/routers/netlink_router_links.hpp"

#include <linux/if_link.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/routers/announce.hpp"
#include "causeway/adapters/netlink/routers/connections.hpp"
#include "causeway/adapters/netlink/routers/nat_table.hpp"
#include "causeway/adapters/netlink/routers/router_messages.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"

namespace causeway::adapters {

Result<std::unique_ptr<NetlinkRouterLinks>> NetlinkRouterLinks::open(std::string folder) {
  TRY(auto socket, NetlinkSocket::open());
  TRY(auto vlans, NetlinkVlanSplitter::open());
  return std::unique_ptr<NetlinkRouterLinks>(new NetlinkRouterLinks(std::move(socket), std::move(vlans), std::move(folder)));
}

Result<void> NetlinkRouterLinks::ensure_router(const domain::RouterNamespace& wanted) {
  const std::scoped_lock lock(mutex_);
  TRY(const auto space, namespaces_.ensure(wanted.name));
  std::optional<NetlinkSocket> inside;
  TRY_VOID(in_namespace(space.get(), [&]() -> Result<void> {
    TRY(auto socket, NetlinkSocket::open());
    inside.emplace(std::move(socket));
    return ensure_router_settings(*inside, wanted.forwards);
  }));
  for (const auto& leg : wanted.legs) TRY_VOID(ensure_leg(leg, *inside, space.get()));
  return in_namespace(space.get(), [&]() -> Result<void> {
    TRY(const auto news, fill_router(*inside, wanted));
    TRY_VOID(ensure_nat(wanted));
    return tell_neighbours(news);
  });
}

/// The calling thread is in the router's namespace. A leg that is new drops what is sent before the kernel has noticed that
/// both ends are up: some milliseconds.
Result<void> NetlinkRouterLinks::tell_neighbours(const std::vector<Announcement>& news) {
  constexpr std::chrono::milliseconds patience(1'000), pause(5);
  for (const auto& [leg, link, addresses] : news) {
    for (auto waited = pause; waited < patience; waited += pause) {
      TRY(const auto outer, find_link(outside_, leg->outside));
      if (outer && outer->running) break;
      std::this_thread::sleep_for(pause);
    }
    TRY_VOID(announce(link, leg->mac, addresses));
  }
  return {};
}

Result<void> NetlinkRouterLinks::ensure_leg(const domain::RouterLeg& leg, NetlinkSocket& inside, int namespace_fd) {
  TRY(const auto bridge, find_link(outside_, leg.bridge));
  if (!bridge || bridge->kind != "bridge")
    return failed(Code::not_found, "links.no_bridge", "There is no bridge {}.", leg.bridge);
  TRY(auto outer, find_link(outside_, leg.outside));
  if (outer && outer->kind != "veth")
    return failed(Code::conflict, "links.wrong_kind", "Link {} is not a veth but {}.", leg.outside, outer->kind);
  TRY(const auto inner, find_link(inside, leg.inside));
  if (!outer || !inner) {
    // half of one, or one that leads elsewhere, is of no use
    Batch rest;
    if (outer) rest.add(delete_link(leg.outside), "remove", ENODEV);
    TRY_VOID(outside_.apply(rest, leg.outside));
    Batch stale;
    if (inner) stale.add(delete_link(leg.inside), "remove", ENODEV);
    TRY_VOID(inside.apply(stale, leg.inside));
    Batch creation;
    creation.add(create_leg(leg, bridge->index, namespace_fd), "create veth");
    TRY_VOID(outside_.apply(creation, leg.outside));
    TRY(outer, find_link(outside_, leg.outside));
    if (!outer)
      return failed(Code::unavailable, "links.refused", "Link {} was removed while it was set up.", leg.outside);
  }
  TRY_VOID(disable_ipv6(leg.outside));
  // before it is up: nothing without the tag gets out. A network stays on its VLAN, so that the others need no look
  if (leg.vlan != 0) TRY_VOID(vlans_->ensure_tag(leg.outside, leg.vlan));
  Batch batch;
  if (outer->master != bridge->index) {
    auto message = change_link(outer->index);
    message.put(IFLA_MASTER, bridge->index);
    batch.add(message, "join the bridge with");
  }
  if (outer->mtu != leg.mtu) {
    auto message = change_link(outer->index);
    message.put(IFLA_MTU, leg.mtu);
    batch.add(message, "set the MTU of");
  }
  if (!outer->up) batch.add(set_up(outer->index, true), "bring up");
  batch.add(set_leg_entry(outer->index, leg.mac), "set the bridge entry of");
  return outside_.apply(batch, leg.outside);
}

/// The calling thread is in the router's namespace.
Result<void> NetlinkRouterLinks::ensure_nat(const domain::RouterNamespace& wanted) {
  TRY(const auto present, read_nat_table());
  auto& known = nat_[wanted.name];
  const bool as_set = known.wanted == wanted.nat && known.seen == present;
  if (as_set && (wanted.nat.empty() == present.empty())) return {};
  TRY_VOID(replace_nat_table(wanted.nat));
  TRY_VOID(forget_stale_connections(wanted));
  TRY(auto seen, read_nat_table());
  known = {wanted.nat, std::move(seen)};
  return {};
}

Result<void> NetlinkRouterLinks::remove_router(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const auto space = namespaces_.open(name);
  if (space) {
    // the namespace itself ends some time after its last user: the legs go now
    TRY_VOID(in_namespace(space->get(), [&]() -> Result<void> {
      TRY(auto socket, NetlinkSocket::open());
      domain::RouterNamespace nothing;
      nothing.name = name;
      TRY([[maybe_unused]] const auto none, fill_router(socket, nothing));
      return {};
    }));
  } else if (space.error().code != Code::not_found) {
    return std::unexpected(space.error());
  }
  nat_.erase(std::string(name));
  return namespaces_.remove(name);
}

Result<std::vector<std::string>> NetlinkRouterLinks::list_routers() {
  return namespaces_.list(domain::router_namespace_prefix);
}

}  // namespace causeway::adapters
