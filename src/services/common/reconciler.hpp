#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"

namespace causeway::services {

/// What one step of a key found: nothing left to do; something was done (so look again); or what is left may not be done yet (so look
/// again a little later, which is no failure).
enum class Step { settled, again, later };

/// The state of one key, for people who ask why something does not settle.
struct KeyStatus {
  std::string key;
  bool running = false;
  int failures = 0;  ///< in a row
  std::string last_error;
  std::chrono::milliseconds next_attempt{};  ///< from now; 0 when none is planned
};

/// The one reconciler loop: brings keys ("port/<id>") from what is to what should be.
///
/// Job: for each woken key runs `step` until it says settled; one worker at a time per key, `workers` keys at once. A step
/// observes, plans (pure, domain/plan), performs one idempotent action and returns. A wake-up that comes while the key runs is
/// counted, never lost: the key runs again. A failed step backs off exponentially with jitter, and never blocks other keys. Every
/// known key is looked at again after `resync` (jittered) whatever happened, so that drift is found.
/// Lifetime: start() makes the threads; stop() finishes the steps under way and joins; keys woken before start wait.
/// Concurrency: all functions may be called from any thread, `wake` also from inside a step.
/// Failures: an exception in a step is a bug: logged with its key, counted, backed off like an error.
class Reconciler {
 public:
  struct Options {
    std::string name;  ///< of threads and metrics
    int workers = 4;
    std::chrono::milliseconds first_backoff{50};
    std::chrono::milliseconds max_backoff{10'000};
    std::chrono::milliseconds resync{30'000};  ///< 0 = never
    std::chrono::milliseconds stuck_after{60'000};  ///< a key that runs or fails longer is named in the log
    std::chrono::milliseconds later{20};            ///< after Step::later
  };
  using StepFunction = std::function<Result<Step>(const std::string& key)>;

  Reconciler(Options options, StepFunction step);
  ~Reconciler();
  Reconciler(const Reconciler&) = delete;
  Reconciler& operator=(const Reconciler&) = delete;

  void start();
  void stop();
  void wake(const std::string& key);
  /// Not resynced any more; a step under way finishes.
  void forget(const std::string& key);
  /// The number of the newest wake-up.
  std::uint64_t mark() const;
  /// Whether every wake-up up to `mark` has led to a settled key, or to one that failed several times in a row since (see
  /// `status` for those).
  bool attempted(std::uint64_t mark) const;
  /// Blocks until no key runs or waits to run (keys that back off do not count), or the time is over. For tests and shutdown.
  bool wait_idle(std::chrono::milliseconds limit);
  std::vector<KeyStatus> status() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace causeway::services
