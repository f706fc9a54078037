#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/shaper.hpp"
#include "causeway/domain/network/trunk/trunk.hpp"
#include "causeway/services/agent/firewall/firewall_keeper.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/port_board.hpp"
#include "causeway/services/agent/reporter.hpp"
#include "causeway/services/agent/trunks/trunk_keeper.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Makes the kernel hold what this host's ports need: per network a bridge and a tunnel with an entry for every port
/// elsewhere, per port a veth pair that waits for Docker.
///
/// Job: the steps of the reconciler keys "network/<id>", "port/<id>" and "orphans"; and the same done at once for a
/// container that is about to start, so that Docker finds everything in place. Everything is `ensure`: what is there
/// already is adopted. Concurrency: thread-safe; one network is worked on by one thread at a time. Failures: those of
/// Links, with the port or network named; the reconciler tries again.
class DataPlane {
 public:
  struct Deps {
    const HostView& view;
    boundary::Links& links;
    boundary::ContainerEngine& engine;
    boundary::Clock& clock;
    PortBoard& board;
    Reporter& reporter;
    FirewallKeeper& firewall;
    boundary::Shaper& shaper;
    TrunkKeeper& trunks;
  };
  struct Options {
    domain::IpAddress vtep;
    std::chrono::milliseconds orphan_grace{60'000};
    /// Nothing is taken for an orphan before the desired state was complete once.
    std::function<bool()> synced;
    /// Links that somebody else of ours wants.
    std::function<void(std::set<std::string>&)> add_wanted_links;
  };
  DataPlane(Deps deps, Options options);

  static constexpr const char* orphans_key = "orphans";
  Result<Step> step(const std::string& key);

  /// Links of the port and of its network, now. not_found "port.unknown" until its records are here.
  Result<void> ensure_port(const domain::PortId& port);
  /// Looks at the port's links and its filter, and reports what is seen: a port whose filter is not in the kernel is not ready.
  Result<void> look_at(const domain::PortId& port);
  /// Bridge and tunnel of a network, made unless they were made before. For routers, whose legs are in the bridge.
  /// not_found "network.unknown" until its record is here.
  Result<void> ensure_bridge(const domain::NetworkId& network);
  /// After its container went: waits (bounded) until Docker let go, and removes the links. Ports whose records are gone
  /// too.
  Result<void> release_port(const domain::PortId& port);
  Result<bool> is_released(const domain::PortId& port);

 private:
  Result<void> ensure_network(const domain::Network& network);
  /// The interface that a former container took along, and that Docker wants for a new one now, is made anew.
  Result<void> drop_stale_veth(const domain::PortId& id);
  Result<void> ensure_links(const domain::Port& port, const domain::Network& network);
  Result<void> look_at_sub_port(const domain::Port& port, const domain::SubPortPlace& place);
  Result<void> split_off_sub_ports(const domain::PortId& parent);
  /// Of a trunk: its subports' links hang on it.
  Result<void> ensure_parent(const domain::PortId& id);
  Result<void> ensure_veth(const domain::Port& port, const domain::Network& network);
  /// What the port's policy, or else its network's, says.
  Result<void> ensure_limits(const domain::Port& port);
  Result<Step> network_step(const domain::NetworkId& id);
  Result<Step> port_step(const domain::PortId& id);
  Result<Step> sweep_orphans();
  Result<void> remove_port_links(const domain::PortId& id);
  Result<void> remove_network(const domain::NetworkId& id);
  bool wants(const domain::Port& port) const;
  /// Of a container that people made with Docker itself.
  bool is_direct(const domain::PortId& id) const;
  std::vector<boundary::RemoteEntry> remote_entries(const domain::NetworkId& id) const;
  bool has_aged(const std::string& orphan);
  std::mutex& lock_of(const domain::NetworkId& id);

  const Deps deps_;
  const Options options_;
  std::mutex mutex_;  ///< of the members below
  std::map<domain::NetworkId, std::unique_ptr<std::mutex>> network_locks_;
  std::set<domain::NetworkId> built_;
  std::map<std::string, std::chrono::steady_clock::time_point> orphan_since_;
};

}  // namespace causeway::services
