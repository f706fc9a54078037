#include "causeway/services/common/reconciler.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"

namespace causeway::services {

using Steady = std::chrono::steady_clock;

namespace {

/// Failures in a row before a key counts as one that does not become true: most first failures are a matter of order.
constexpr int tries_before_told = 3;

}  // namespace

struct Reconciler::Impl {
  struct Key {
    int pending = 0;  ///< wake-ups not yet settled
    bool running = false;
    bool queued = false;
    bool forgotten = false;
    int failures = 0;
    std::string last_error;
    Steady::time_point next{};      ///< of the backoff or the resync
    bool timed = false;             ///< `next` means something
    Steady::time_point busy_since{};
    bool reported_stuck = false;
    std::uint64_t owed = 0;     ///< oldest wake-up that no run has begun for; 0 = none
    std::uint64_t running_for = 0;  ///< oldest that the run under way, or the next after a first failure, answers
  };

  Options options;
  StepFunction step;
  mutable std::mutex mutex;
  std::condition_variable work;  ///< queue changed, or stop
  std::condition_variable idle;
  std::map<std::string, Key> keys;
  std::deque<std::string> queue;
  bool stopping = false;
  bool started = false;
  int running = 0;
  std::uint64_t wakes = 0;
  Steady::time_point due{};  ///< no key's time comes before it
  std::vector<std::thread> threads;
  std::minstd_rand random{std::random_device{}()};
  metrics::Counter steps, failures;

  Impl(Options o, StepFunction s)
      : options(std::move(o)),
        step(std::move(s)),
        steps(metrics::counter("causeway_reconcile_steps_total", "Steps of the reconciler loops", {{"loop", options.name}})),
        failures(metrics::counter("causeway_reconcile_failures_total", "Failed steps", {{"loop", options.name}})) {}

  void enqueue(const std::string& name, Key& key) {
    if (key.queued || key.running) return;
    key.queued = true;
    key.timed = false;
    queue.push_back(name);
    work.notify_one();
  }

  Steady::duration jitter(std::chrono::milliseconds base) {
    const double factor = std::uniform_real_distribution<double>(0.8, 1.2)(random);
    return std::chrono::duration_cast<Steady::duration>(base * factor);
  }

  /// Queues the keys whose time has come, and finds out when the next one is due.
  void fire_timers(Steady::time_point now) {
    auto next = now + std::chrono::hours(1);
    for (auto& [name, key] : keys) {
      if (!key.timed) {
        if (!key.running || key.reported_stuck) continue;
        if (now - key.busy_since >= options.stuck_after) {
          key.reported_stuck = true;
          log::warn("{}: key {} has been running for over {} ms", options.name, name, options.stuck_after.count());
        } else {
          next = std::min<Steady::time_point>(next, key.busy_since + options.stuck_after);
        }
        continue;
      }
      if (key.next <= now) {
        ++key.pending;
        enqueue(name, key);
      } else {
        next = std::min(next, key.next);
      }
    }
    due = next;
  }

  void plan_at(Key& key, Steady::time_point when) {
    key.timed = true;
    key.next = when;
    due = std::min(due, when);
  }

  void loop() {
    std::unique_lock lock(mutex);
    while (true) {
      if (stopping) return;
      // also while there is other work: a busy queue must not starve the keys that back off
      if (const auto now = Steady::now(); now >= due) fire_timers(now);
      if (queue.empty()) {
        const auto until = due;  // others move it while we wait
        work.wait_until(lock, until);
        continue;
      }
      const std::string name = std::move(queue.front());
      queue.pop_front();
      run(lock, name);
    }
  }

  void run(std::unique_lock<std::mutex>& lock, const std::string& name) {
    Key& key = keys[name];
    key.queued = false;
    key.running = true;
    key.busy_since = Steady::now();
    due = std::min<Steady::time_point>(due, key.busy_since + options.stuck_after);
    ++running;
    while (key.pending > 0 && !stopping) {
      const int seen = key.pending;
      key.forgotten = false;  // what was said before this look says nothing about what it finds
      const auto newer = std::exchange(key.owed, 0);
      if (key.running_for == 0) key.running_for = newer;
      lock.unlock();
      Result<Step> outcome = guarded(name);
      lock.lock();
      if (!outcome) {
        note_failure(name, key, outcome.error());
        break;
      }
      key.failures = 0;
      key.last_error.clear();
      if (*outcome == Step::later && key.pending == seen) {
        plan_at(key, Steady::now() + options.later);
        break;
      }
      if (*outcome != Step::settled) continue;
      key.pending -= seen;
      key.running_for = 0;
    }
    key.running = false;
    key.reported_stuck = false;
    --running;
    if (key.forgotten) {
      keys.erase(name);
    } else if (key.pending > 0 && key.failures == 0) {
      if (!key.timed) enqueue(name, key);  // stopped in the middle: the next start goes on
    } else if (key.failures == 0 && options.resync.count() > 0) {
      plan_at(key, Steady::now() + jitter(options.resync));
    }
    if (running == 0 && queue.empty()) idle.notify_all();
    work.notify_one();  // somebody must look at the timers again
  }

  Result<Step> guarded(const std::string& name) {
    steps.add();
    try {
      return step(name);
    } catch (const std::exception& bug) {
      log::error("{}: exception at key {}: {}", options.name, name, bug.what());
      return failed(Code::internal, "bug", "exception: {}", bug.what());
    }
  }

  void note_failure(const std::string& name, Key& key, const Error& error) {
    failures.add();
    if (++key.failures >= tries_before_told) key.running_for = 0;
    const std::string text = error.describe();
    // the first failure, and then only what changed: a host that is down must not fill the log
    if (key.last_error != text) log::warn("{}: {} failed: {}", options.name, name, text);
    key.last_error = text;
    const auto doubled = options.first_backoff * (1 << std::min(key.failures - 1, 16));
    plan_at(key, Steady::now() + jitter(std::min<std::chrono::milliseconds>(doubled, options.max_backoff)));
  }
};

Reconciler::Reconciler(Options options, StepFunction step) : impl_(std::make_unique<Impl>(std::move(options), std::move(step))) {}

Reconciler::~Reconciler() { stop(); }

void Reconciler::start() {
  std::lock_guard lock(impl_->mutex);
  if (impl_->started) return;
  impl_->started = true;
  impl_->stopping = false;
  for (int i = 0; i < impl_->options.workers; ++i) impl_->threads.emplace_back([this] { impl_->loop(); });
}

void Reconciler::stop() {
  std::vector<std::thread> threads;
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    impl_->started = false;
    threads.swap(impl_->threads);
  }
  impl_->work.notify_all();
  for (auto& thread : threads) thread.join();
}

void Reconciler::wake(const std::string& key) {
  std::lock_guard lock(impl_->mutex);
  auto& state = impl_->keys[key];
  ++state.pending;
  ++impl_->wakes;
  if (state.owed == 0) state.owed = impl_->wakes;
  state.forgotten = false;
  impl_->enqueue(key, state);
}

void Reconciler::forget(const std::string& key) {
  std::lock_guard lock(impl_->mutex);
  const auto found = impl_->keys.find(key);
  if (found == impl_->keys.end()) return;
  if (found->second.running || found->second.queued) {
    found->second.forgotten = true;
  } else {
    impl_->keys.erase(found);
  }
}

std::uint64_t Reconciler::mark() const {
  std::lock_guard lock(impl_->mutex);
  return impl_->wakes;
}

bool Reconciler::attempted(std::uint64_t mark) const {
  std::lock_guard lock(impl_->mutex);
  const auto waits = [&](std::uint64_t wake) { return wake != 0 && wake <= mark; };
  return std::ranges::none_of(impl_->keys, [&](const auto& entry) { return waits(entry.second.owed) || waits(entry.second.running_for); });
}

bool Reconciler::wait_idle(std::chrono::milliseconds limit) {
  std::unique_lock lock(impl_->mutex);
  return impl_->idle.wait_for(lock, limit, [&] { return impl_->running == 0 && impl_->queue.empty(); });
}

std::vector<KeyStatus> Reconciler::status() const {
  std::lock_guard lock(impl_->mutex);
  std::vector<KeyStatus> out;
  const auto now = Steady::now();
  for (const auto& [name, key] : impl_->keys) {
    const auto wait = key.timed && key.next > now ? std::chrono::duration_cast<std::chrono::milliseconds>(key.next - now)
                                                  : std::chrono::milliseconds{0};
    out.push_back({name, key.running, key.failures, key.last_error, wait});
  }
  return out;
}

}  // namespace causeway::services
