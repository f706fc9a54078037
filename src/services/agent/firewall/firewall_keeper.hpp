#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/kernel/firewall.hpp"
#include "causeway/domain/firewall/compile.hpp"
#include "causeway/domain/firewall/epochs.hpp"
#include "causeway/domain/firewall/pacing.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/names.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Makes the kernel's packet filter what this host's ports and their security groups ask for.
///
/// Job: the steps of the reconciler keys "firewall" and "firewall-check"; and the same done at once for a port that is about to be used. What the kernel
/// holds is known by the generation of its ruleset: when somebody else changed something, ours is looked at, and made anew when
/// anything is missing. What the kernel refuses is found port by port, so that one port's trouble leaves the others filtered as they
/// should be, and itself closed.
/// Concurrency: thread-safe; one thread at a time compiles. Failures: those of Firewall; the reconciler tries again.
class FirewallKeeper {
 public:
  struct Deps {
    const HostView& view;
    boundary::Firewall& firewall;
    const boundary::Clock& clock;
    /// Ports that were opened or closed by a change elsewhere (of a group). Called without a lock held.
    std::function<void(const std::set<domain::PortId>&)> changed;
    /// False until the desired state was complete once: an agent that lost its memory does not shut what is running.
    std::function<bool()> synced;
  };
  /// `seed`: of the epochs, another one in each life of the agent.
  FirewallKeeper(Deps deps, std::uint32_t seed) : deps_(std::move(deps)), epochs_(seed) {}

  static bool handles(const std::string& key) { return key == firewall_key || key == firewall_check_key; }
  Result<Step> step(const std::string& key);

  /// The port's filter is in the kernel when this returns. invalid "port.closed", with the reason, for one that is kept closed;
  /// not_found "port.unknown" when it is not of this host (any more).
  Result<void> ensure(const domain::PortId& port);

 private:
  /// A port that the kernel refused, until something about it changes.
  struct Refusal {
    HostView::Ref<domain::Port> port;
    domain::firewall::Epoch epoch = 0;
    std::string why;
  };
  using Closed = std::map<domain::PortId, std::string>;

  Result<std::set<domain::PortId>> make_true();
  domain::firewall::HostPorts gather();
  void number(domain::firewall::HostPorts& host);
  Closed take_out_refused(domain::firewall::HostPorts& host);
  Result<void> check_held();
  Result<bool> knows_nothing_yet(const domain::firewall::HostPorts& host);
  Result<void> apply(const domain::firewall::HostPorts& host, const domain::firewall::RulesetChange& change, Closed& closed);
  Result<void> apply_one_by_one(const domain::firewall::HostPorts& host, Closed& closed);
  Result<void> replace();
  Result<void> change(const domain::firewall::RulesetChange& change);

  const Deps deps_;
  std::mutex mutex_;  ///< of the members below
  domain::firewall::Epochs epochs_;
  domain::firewall::Numbers marks_{0x00ffffff};
  domain::firewall::Numbers zones_{0xffff};
  domain::firewall::HostCompiler compiler_;
  domain::firewall::Pacing pacing_;
  bool behind_ = false;  ///< a group changed too soon after its last change
  bool held_ = false;  ///< the kernel has what was compiled, as of `generation_`
  std::uint32_t generation_ = 0;
  std::map<domain::PortId, HostView::Ref<domain::Port>> covered_;  ///< ports as they were when last compiled
  Closed closed_;
  std::map<domain::PortId, Refusal> refused_;
};

}  // namespace causeway::services
