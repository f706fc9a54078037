#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/engine/engine_data.hpp"
#include "causeway/boundary/engine/sandbox_image.hpp"
#include "causeway/boundary/kernel/fast_path.hpp"
#include "causeway/boundary/kernel/firewall.hpp"
#include "causeway/boundary/kernel/links.hpp"
#include "causeway/boundary/kernel/name_server.hpp"
#include "causeway/boundary/kernel/router_links.hpp"
#include "causeway/boundary/kernel/shaper.hpp"
#include "causeway/boundary/kernel/vlan_splitter.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/services/agent/image_keeper.hpp"
#include "causeway/services/agent/mounts/mount_keeper.hpp"
#include "causeway/services/agent/network_driver.hpp"
#include "causeway/services/agent/reporter.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// A host's agent: makes the kernel and the Engine match what the region wants, and reports what it sees.
///
/// Job: composes the view of the desired state, the data plane, the containers, the reports and the network driver;
/// wakes the keys that a change of the desired state, or an event of the Engine, concerns. Lifetime: start() loads the
/// desired state and returns (the driver answers from then on, so start the agent before the Engine needs it); stop()
/// finishes the steps under way and joins all threads. Once. Concurrency: thread-safe. Failures: only start(), when the
/// store or the kernel's settings cannot be had. An Engine or a region that is away is waited for.
class Agent {
 public:
  struct Deps {
    boundary::Store& store;  ///< the agent's own: replica and memory
    boundary::ContainerEngine& engine;
    boundary::Links& links;
    boundary::RegionGateway& region;
    boundary::Digests& digests;
    boundary::Clock& clock;
    MountKeeper& mounts;
    boundary::EngineData& data;
    boundary::PullGateway& pulls;
    boundary::Firewall& firewall;
    boundary::RouterLinks& routers;
    boundary::Shaper& shaper;
    boundary::VlanSplitter& vlans;
    boundary::NameServer* name_server = nullptr;  ///< none: containers are not told of each other's names
    boundary::FastPath* fast_path = nullptr;      ///< none: every packet goes the slow path
  };
  struct Options {
    domain::HostName host;
    domain::RegionName region;
    std::string uuid;  ///< of the host
    domain::IpAddress vtep;
    std::string api_address;  ///< host API, "address:port"
    bool cpu_pinning = false;  ///< containers may have CPUs of their own
    /// Bridges of physical networks by the operator's name for those: what this host reaches outside.
    std::map<std::string, std::string> physical_networks;
    boundary::SandboxImage sandbox_image;
    /// True once the replica was brought up to date with the region: only then is anything an orphan.
    std::function<bool()> synced;
    int workers = 8;
    std::chrono::milliseconds resync{30'000};
    std::chrono::milliseconds orphan_grace{60'000};
    std::chrono::milliseconds first_backoff{50};
    std::chrono::milliseconds engine_redial{500};  ///< after the stream of events broke
    ImageKeeper::Options images;
    Reporter::Options reports;
    NetworkDriver::Options driver;
  };
  Agent(Deps deps, Options options);
  ~Agent();
  Agent(const Agent&) = delete;
  Agent& operator=(const Agent&) = delete;

  Result<void> start();
  void stop();
  /// The feed from the region came back: what it missed is told again. For Subscription's `connected`.
  void connected();

  /// The replica of the region's store is at `cursor`. For Replica's `on_applied`.
  void replica_at(const std::string& region_store, boundary::Revision cursor);

  NetworkDriver& driver();

  // the host API
  Result<boundary::ExecResult> execute(const domain::ContainerId& id, const std::vector<std::string>& command,
                                       std::chrono::seconds timeout);
  Result<std::vector<boundary::FoundImage>> search_images(const std::string& term);
  std::vector<KeyStatus> status() const;
  /// Blocks until nothing runs or waits to run, or the time is over. For tests and shutdown.
  bool wait_idle(std::chrono::milliseconds limit);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::services
