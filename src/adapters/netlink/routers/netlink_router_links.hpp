#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/adapters/netlink/link_state.hpp"
#include "causeway/adapters/netlink/routers/net_namespaces.hpp"
#include "causeway/adapters/netlink/routers/router_filling.hpp"
#include "causeway/adapters/netlink/socket.hpp"
#include "causeway/adapters/netlink/vlans/netlink_vlan_splitter.hpp"
#include "causeway/boundary/kernel/router_links.hpp"

namespace causeway::adapters {

/// The kernel's routers: named network namespaces, filled by rtnetlink, translations by nftables.
///
/// Every caller must be in the network namespace in which `open` was called, which has the bridges. Work in a router's
/// namespace is done on a thread that enters it and ends. The state is the kernel's; what is remembered of translations
/// only saves setting them again. Thread-safe, serialised by a mutex. Needs CAP_NET_ADMIN and CAP_SYS_ADMIN.
class NetlinkRouterLinks final : public boundary::RouterLinks {
 public:
  /// `folder` is where the namespaces' names are, as `ip netns` keeps them in /run/netns.
  static Result<std::unique_ptr<NetlinkRouterLinks>> open(std::string folder);

  Result<void> ensure_router(const domain::RouterNamespace& wanted) override;
  Result<void> remove_router(std::string_view name) override;
  Result<std::vector<std::string>> list_routers() override;

 private:
  NetlinkRouterLinks(NetlinkSocket socket, std::unique_ptr<NetlinkVlanSplitter> vlans, std::string folder)
      : outside_(std::move(socket)), vlans_(std::move(vlans)), namespaces_(std::move(folder)) {}

  Result<void> ensure_leg(const domain::RouterLeg& leg, NetlinkSocket& inside, int namespace_fd);
  Result<void> tell_neighbours(const std::vector<Announcement>& news);
  Result<void> ensure_nat(const domain::RouterNamespace& wanted);

  struct Nat {
    std::string wanted, seen;  ///< what was set, and how the kernel shows it
  };
  std::mutex mutex_;
  NetlinkSocket outside_;
  const std::unique_ptr<NetlinkVlanSplitter> vlans_;
  NetNamespaces namespaces_;
  std::map<std::string, Nat, std::less<>> nat_;
};

}  // namespace causeway::adapters
