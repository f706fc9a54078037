#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/router_links.hpp"
#include "causeway/domain/router/host_routing.hpp"
#include "causeway/domain/router/router_plan.hpp"
#include "causeway/services/agent/data_plane.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Makes the kernel hold the routers that are to be on this host.
///
/// Job: the steps of the reconciler keys "router/<id>", and of the sweep of routers that nobody wants. A router is to be
/// here when its record is: the feed brings those that join the host's networks, and those whose gateway it is.
/// Everything is `ensure`: what an earlier life of the agent left is adopted. Concurrency: thread-safe; one router is
/// worked on by one thread at a time (the reconciler's rule). Failures: those of Links and RouterLinks, with the router
/// named; the reconciler tries again.
class RouterKeeper {
 public:
  struct Deps {
    const HostView& view;
    boundary::Links& links;
    boundary::RouterLinks& routers;
    boundary::Clock& clock;
    DataPlane& data_plane;
    Reporter& reporter;
  };
  struct Options {
    domain::RegionName region;
    domain::HostName host;
    domain::IpAddress vtep;
    std::uint32_t transit_mtu = 1450;
    /// Bridges of physical networks by the operator's name for those.
    std::map<std::string, std::string> physical_networks;
    std::chrono::milliseconds orphan_grace{60'000};
    std::function<bool()> synced;
  };
  RouterKeeper(Deps deps, Options options) : deps_(deps), options_(std::move(options)) {}

  /// "router/<id>".
  Result<Step> step(const std::string& key);
  /// Routers from an earlier life that nobody wants.
  Result<void> sweep_orphans();
  /// The links that the routers of this host consist of, and those of the networks that they need.
  void add_wanted_links(std::set<std::string>& names) const;

 private:
  Result<void> ensure(const domain::Router& router);
  Result<void> remove(const domain::RouterId& id);
  Result<void> ensure_transit(const domain::Router& router, const std::vector<domain::TransitNeighbour>& neighbours);
  Result<void> remove_transit(const domain::RouterId& id);
  Result<void> add_network(const domain::RouterInterface& leg, domain::RouterSite& site);
  Result<void> add_external(const domain::RouterGateway& gateway, domain::RouterSite& site);
  void add_subnets(const domain::NetworkId& network, domain::RouterSite& site) const;
  void note(const domain::Router& router, const domain::RouterSite& site,
            const std::vector<domain::FloatingIp>& floating_ips, const Result<void>& done);
  void tell();
  bool has_aged(const std::string& orphan);

  const Deps deps_;
  const Options options_;
  std::mutex mutex_;  ///< of the members below
  std::map<std::string, std::chrono::steady_clock::time_point> orphan_since_;
  std::map<domain::RouterId, domain::SeenRouter> seen_;
};

}  // namespace causeway::services
