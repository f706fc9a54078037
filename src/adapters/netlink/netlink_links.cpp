#include "causeway/adapters/netlink/netlink_links.hpp"

#include <linux/if_link.h>
#include <net/if.h>

#include <cerrno>

#include "causeway/adapters/netlink/link_messages.hpp"
#include "causeway/adapters/netlink/sysctl.hpp"

namespace causeway::adapters {
namespace {

/// A name that no link can have is not looked for: the kernel would refuse the question.
bool possible_name(std::string_view name) { return !name.empty() && name.size() < IFNAMSIZ; }

/// What every link of ours has in common; adds the messages for what differs.
struct Common {
  std::uint32_t mtu = 0;
  std::optional<std::uint32_t> master;
};

void add_common_changes(const LinkState& link, const Common& wanted, Batch& out) {
  if (wanted.master && link.master != *wanted.master) {
    auto message = change_link(link.index);
    message.put(IFLA_MASTER, *wanted.master);
    out.add(message, "join the bridge with");
  }
  if (link.mtu != wanted.mtu) {
    auto message = change_link(link.index);
    message.put(IFLA_MTU, wanted.mtu);
    out.add(message, "set the MTU of");
  }
}

void add_mac_change(const LinkState& link, const domain::Mac& mac, Batch& out) {
  if (link.mac == mac) return;
  auto message = change_link(link.index);
  message.put(IFLA_ADDRESS, mac.bytes());
  out.add(message, "set the MAC address of");
}

void add_up(const LinkState& link, Batch& out) {
  if (!link.up) out.add(set_up(link.index, true), "bring up");
}

/// The kernel changes the local address in place, but neither of these.
bool must_be_made_anew(const LinkState::Vxlan& present, const boundary::VxlanSpec& spec) {
  return present.vni != spec.vni || present.port != spec.port || present.learning || !present.proxy ||
         present.local.version() != spec.local.version();
}

}  // namespace

Result<std::unique_ptr<NetlinkLinks>> NetlinkLinks::open() {
  TRY(auto socket, NetlinkSocket::open());
  return std::unique_ptr<NetlinkLinks>(new NetlinkLinks(std::move(socket)));
}

Result<void> NetlinkLinks::ensure_host_settings() {
  const std::scoped_lock lock(mutex_);
  for (const auto* setting : {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables", "bridge-nf-call-arptables"}) {
    // absent where the kernel has no br_netfilter: bridged packets bypass the firewall then
    TRY([[maybe_unused]] const bool present, ensure_net_sysctl(fmt::format("bridge/{}", setting), "0"));
  }
  return {};
}

Result<void> NetlinkLinks::ensure_bridge(const boundary::BridgeSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  TRY(auto link, find(spec.name, "bridge"));
  if (!link) {
    TRY_VOID(apply(create_bridge(spec), "create bridge", spec.name));
    TRY(link, created(spec.name));
  }
  TRY_VOID(disable_ipv6(spec.name));  // before it is up: no address ever appears
  Batch batch;
  add_mac_change(*link, spec.mac, batch);
  add_common_changes(*link, {.mtu = spec.mtu, .master = {}}, batch);
  if (link->bridge != bridge_options(spec)) {
    batch.add(set_bridge_options(link->index, bridge_options(spec)), "set the bridge options of");
  }
  add_up(*link, batch);
  return apply(batch, spec.name);
}

Result<void> NetlinkLinks::ensure_vxlan(const boundary::VxlanSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  TRY(const auto bridge, bridge_index(spec.bridge));
  TRY(auto link, find(spec.name, "vxlan"));
  if (link && must_be_made_anew(link->vxlan.value_or(LinkState::Vxlan()), spec)) {
    TRY_VOID(apply(delete_link(spec.name), "remove", spec.name, ENODEV));
    link.reset();
  }
  if (!link) {
    TRY_VOID(apply(create_vxlan(spec, bridge), "create tunnel", spec.name));
    TRY(link, created(spec.name));
  }
  TRY_VOID(disable_ipv6_addresses(spec.name));
  Batch batch;
  if (link->vxlan && link->vxlan->local != spec.local) {
    batch.add(set_vxlan_local(link->index, spec.local), "set the local address of");
  }
  add_common_changes(*link, {.mtu = spec.mtu, .master = bridge}, batch);
  // a port that joins another bridge starts with the defaults
  if (link->master != bridge || link->bridge_port != tunnel_port) {
    batch.add(set_bridge_port(link->index, tunnel_port), "set the bridge port options of");
  }
  add_up(*link, batch);
  return apply(batch, spec.name);
}

Result<void> NetlinkLinks::ensure_veth(const boundary::VethSpec& spec) {
  TRY_VOID(check(spec));
  const std::scoped_lock lock(mutex_);
  TRY(const auto bridge, bridge_index(spec.bridge));
  TRY(auto host, find(spec.host_name, "veth"));
  if (!host) {
    TRY_VOID(clear_peer_name(spec));
    TRY_VOID(apply(create_veth(spec, bridge), "create veth", spec.host_name));
    TRY(host, created(spec.host_name));
  } else if (!host->peer_elsewhere) {
    TRY_VOID(ensure_peer(spec, *host));
  }
  TRY_VOID(disable_ipv6(spec.host_name));
  Batch batch;
  add_common_changes(*host, {.mtu = spec.mtu, .master = bridge}, batch);
  add_up(*host, batch);
  return apply(batch, spec.host_name);
}

/// A peer that is here is not in use: it may be changed freely.
Result<void> NetlinkLinks::ensure_peer(const boundary::VethSpec& spec, const LinkState& host) {
  std::optional<LinkState> peer;
  TRY([[maybe_unused]] const bool found,
      socket_.get(get_link(host.peer), spec.peer_name, [&](const nlmsghdr& message) { peer = read_link(message); }));
  if (!peer) return {};  // it just left
  Batch batch;
  if (peer->up) batch.add(set_up(peer->index, false), "bring down");
  if (peer->name != spec.peer_name) {
    auto message = change_link(peer->index);
    message.put(IFLA_IFNAME, spec.peer_name);
    batch.add(message, "rename a veth's peer to");
  }
  if (peer->master != 0) {
    auto message = change_link(peer->index);
    message.put(IFLA_MASTER, std::uint32_t(0));
    batch.add(message, "take from its bridge");
  }
  add_mac_change(*peer, spec.mac, batch);
  add_common_changes(*peer, {.mtu = spec.mtu, .master = {}}, batch);
  return apply(batch, spec.peer_name);
}

/// A veth end under the peer's name whose other end is not ours is what a renamed or half-made port left behind.
Result<void> NetlinkLinks::clear_peer_name(const boundary::VethSpec& spec) {
  TRY(const auto stale, find(spec.peer_name, "veth"));
  if (!stale) return {};
  return apply(delete_link(spec.peer_name), "remove", spec.peer_name, ENODEV);
}

Result<void> NetlinkLinks::remove_link(std::string_view name) {
  if (!possible_name(name)) return {};
  const std::scoped_lock lock(mutex_);
  return apply(delete_link(name), "remove", name, ENODEV);
}

Result<std::optional<LinkState>> NetlinkLinks::find(std::string_view name) {
  std::optional<LinkState> link;
  if (!possible_name(name)) return link;
  TRY([[maybe_unused]] const bool found,
      socket_.get(get_link(name), name, [&](const nlmsghdr& message) { link = read_link(message); }));
  return link;
}

Result<std::optional<LinkState>> NetlinkLinks::find(std::string_view name, std::string_view kind) {
  TRY(auto link, find(name));
  if (link && link->kind != kind) {
    return failed(Code::conflict, "links.wrong_kind", "Link {} is not a {} but {}.", name, kind,
                  link->kind.empty() ? "a physical interface" : link->kind);
  }
  return link;
}

Result<LinkState> NetlinkLinks::created(std::string_view name) {
  TRY(auto link, find(name));
  if (link) return *std::move(link);
  return failed(Code::unavailable, "links.refused", "Link {} was removed while it was set up.", name);
}

Result<void> NetlinkLinks::apply(const Message& message, const char* operation, std::string_view link, int tolerated) {
  Batch batch;
  batch.add(message, operation, tolerated);
  return socket_.apply(batch, link);
}

Result<void> NetlinkLinks::apply(Batch& batch, std::string_view link) { return socket_.apply(batch, link); }

}  // namespace causeway::adapters
