#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/engine/sandbox_image.hpp"
#include "causeway/domain/plan/container_plan.hpp"
#include "causeway/services/agent/data_plane.hpp"
#include "causeway/services/agent/image_commit.hpp"
#include "causeway/services/agent/image_keeper.hpp"
#include "causeway/services/agent/mounts/mount_keeper.hpp"
#include "causeway/services/agent/reporter.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

class NameKeeper;

/// Brings one container at a time from what the Engine shows to what the region wants: the steps of the reconciler keys
/// "container/<id>".
///
/// Job: observe (Engine, own record), plan (domain/plan/container_plan.hpp), report what was seen, perform, look again.
///
/// What survives a crash (the record `agent_container`):
/// - A task that may be repeated (start, stop, pause, unpause) is noted as done after it was done: a crash in between
/// repeats it,
///   which finds it satisfied. Kill and reboot are noted before: a crash in between loses them rather than doing them
///   twice.
/// - `created` is noted after the Engine has the container; one that is found without it is adopted, or discarded when
/// half made.
///
/// Concurrency: thread-safe for different keys; the reconciler runs a key once at a time.
/// Failures: those that may pass are returned, and tried again with backoff. Final ones are kept as the container's
/// error and reported; what was half made is removed.
class ContainerKeeper {
 public:
  struct Deps {
    boundary::Store& store;
    const HostView& view;
    boundary::ContainerEngine& engine;
    boundary::Clock& clock;
    DataPlane& data_plane;
    ImageKeeper& images;
    MountKeeper& mounts;
    Reporter& reporter;
    ImageCommit& commits;
  };
  struct Options {
    std::chrono::milliseconds orphan_grace{60'000};
    std::function<bool()> synced;  ///< as DataPlane::Options
    std::function<std::string()> cpus_to_share;  ///< for containers without CPUs of their own; "" = all
    boundary::SandboxImage sandbox_image;
    NameKeeper* naming = nullptr;  ///< none: no names
  };
  ContainerKeeper(Deps deps, Options options);
  Result<Step> step(const std::string& key);

 private:
  /// One key's step: what was seen, and what is remembered as it changes.
  struct Work {
    HostView::Ref<domain::Container> desired;
    domain::ContainerId id;
    domain::ContainerView view;
    std::string image;  ///< once it is there
    bool waiting = false;  ///< for its image: the step ends here, and we are woken
  };
  Result<Work> observe(const domain::ContainerId& id);
  Result<bool> ports_released(const domain::Container& container);
  void resolve_records(Work& work) const;
  Result<void> resolve_detaching(Work& work) const;
  bool orphan_grace_over(const Work& work);

  Result<void> perform(Work& work, const domain::ContainerStep& step);
  Result<void> ensure_ports(const Work& work);
  Result<void> ensure_image(Work& work);
  Result<void> ensure_networks(Work& work);
  Result<void> create(Work& work);
  Result<void> update_size(Work& work);
  Result<void> connect(Work& work, const domain::NetworkId& network, const domain::PortId& port);
  Result<void> start(Work& work);
  Result<void> do_task(Work& work, const domain::ContainerTask& task);
  Result<void> do_commit(Work& work, const domain::ContainerTask& task);
  Result<void> run_task(const Work& work, const domain::ContainerTask& task);
  Result<void> release_ports(const Work& work);
  Result<void> forget(const Work& work);
  void report(const Work& work);
  void note_waiting(const Work& work, const Error& error);
  void look_at_ports(const Work& work);

  /// A final failure becomes the container's error; one that may pass is returned.
  Result<void> settle(Work& work, Error error);
  Result<void> again_later(const domain::AgentContainer& memory, Error error);
  Result<void> remember(const domain::AgentContainer& memory);
  Result<boundary::EngineContainerSpec> spec_of(const Work& work) const;
  std::vector<domain::IpAddress> name_servers_of(const domain::Container& container) const;
  Result<boundary::EngineAttachment> attachment_of(const domain::PortId& port) const;

  const Deps deps_;
  const Options options_;
  std::mutex mutex_;
  std::map<domain::ContainerId, std::chrono::steady_clock::time_point> orphan_since_;
  std::map<domain::ContainerId, std::string> waiting_for_;  ///< what keeps one from being made, while it is tried again
};

}  // namespace causeway::services
