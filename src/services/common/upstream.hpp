#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "causeway/boundary/control/feed_source.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// Pushes our own changes to a receiver: the other direction of a feed, for the side that dials (regions to the centre).
///
/// Job: from the receiver's cursor on, sends every change that `ours` says is ours, in order, in bounded batches; a snapshot when
/// the receiver's cursor is not of our store or older than our tombstones. Pushes within milliseconds of a commit.
/// Once the receiver has passed them, tombstones may go: `passed()` says how far.
class Upstream {
 public:
  struct Options {
    std::string name;
    std::size_t batch = 256;
    std::chrono::milliseconds first_backoff{50};
    std::chrono::milliseconds max_backoff{2'000};
    std::chrono::milliseconds heartbeat{5'000};
  };
  using Ours = std::function<bool(const boundary::Change&)>;
  Upstream(boundary::Store& store, boundary::FeedReceiver& receiver, Ours ours, Options options);
  ~Upstream();
  void start();
  void stop();
  /// Everything of ours up to here has been taken by the receiver, and nothing of it is on its way any more.
  boundary::Revision passed() const { return passed_; }
  /// False when `patience` ends before it has passed `revision`.
  bool wait_until_passed(boundary::Revision revision, std::chrono::milliseconds patience);

 private:
  void loop(std::stop_token stop);
  Result<void> talk(std::stop_token stop);
  void pass(boundary::Revision cursor);
  Result<boundary::Revision> batch_from(boundary::Revision cursor, boundary::Revision snapshot_end, std::string& lines);

  boundary::Store& store_;
  boundary::FeedReceiver& receiver_;
  const Ours ours_;
  const Options options_;
  std::atomic<boundary::Revision> passed_ = 0;
  boundary::Revision complete_at_start_ = 0;  ///< of the talk: tombstones up to here went before it
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable passing_;
  bool woken_ = false;
  std::shared_ptr<void> commits_;
  std::jthread thread_;
};

}  // namespace causeway::services
