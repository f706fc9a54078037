#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/region/progress.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Finds out how much of what the region sent is in this host's kernel.
///
///   replica at revision R ──> view has told the loop of everything up to R ──> every key woken by then has settled, or has
///   failed several times in a row ──> R is applied, but for the keys that fail
///
/// Job: `now` answers for each report, and does not block; news are hurried: `hurry` is called as soon as what changed is
/// applied, at most every `gap`. Lifetime: start() / stop(); one thread, which sleeps while nothing changes. Concurrency:
/// thread-safe.
class AppliedWatch {
 public:
  struct Options {
    std::chrono::milliseconds gap{200};
    std::chrono::milliseconds poll{20};
    std::chrono::milliseconds patience{5'000};  ///< then it is left to the heartbeats
  };
  AppliedWatch(const boundary::Store& store, const HostView& view, const Reconciler& loop, std::function<void()> hurry, Options options);
  ~AppliedWatch();
  void start();
  void stop();

  /// Our replica of the region's store `region_store` is at `cursor`.
  void replica_at(const std::string& region_store, boundary::Revision cursor);
  /// The desired state changed.
  void changed();
  domain::HostApplied now();

 private:
  struct Point {
    std::string store;
    boundary::Revision revision = 0;
    bool operator==(const Point&) const = default;
  };
  struct Candidate {
    Point point;
    boundary::Revision own = 0;         ///< of the agent's store
    std::optional<std::uint64_t> mark;  ///< of the loop
  };
  void advance_locked();
  void loop(std::stop_token stop);

  const boundary::Store& store_;
  const HostView& view_;
  const Reconciler& keys_;
  const std::function<void()> hurry_;
  const Options options_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool woken_ = false;
  Point replica_, applied_;
  std::optional<Candidate> candidate_;
  std::jthread thread_;
};

}  // namespace causeway::services
