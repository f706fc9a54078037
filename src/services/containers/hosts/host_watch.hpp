#pragma once

#include <chrono>
#include <thread>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/services/containers/hosts/host_liveness.hpp"
#include "causeway/services/containers/options.hpp"

namespace causeway::services {

/// Gives up hosts that are silent.
///
/// Job: a host that was not heard of for `down_after` is written down as down, and its containers as Unknown, in one
/// transaction. It comes up again with its next report. Lifetime: start() begins a thread, after all hosts that have a
/// record were granted the time again; stop() joins it. Concurrency: thread-safe. Failures: only start(), when the
/// store cannot be read; a write that fails is tried again at the next look.
class HostWatch {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::ContainerNetwork& network;
    HostLiveness& liveness;
  };
  struct Options {
    Duration down_after;
    std::chrono::milliseconds every{500};
  };
  HostWatch(Deps deps, Options options) : deps_(deps), options_(options) {}
  ~HostWatch() { stop(); }

  Result<void> start();
  void stop();

  /// What the thread does: grants the time to every host that has a record; looks once.
  Result<void> expect_all();
  void look();

 private:
  Result<void> give_up(const domain::HostName& name);
  void loop(std::stop_token stop);

  const Deps deps_;
  const Options options_;
  std::jthread thread_;
};

}  // namespace causeway::services
