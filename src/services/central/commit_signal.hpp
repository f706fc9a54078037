#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// Sleeps until somebody commits.
class CommitSignal {
 public:
  explicit CommitSignal(boundary::Store& store) {
    subscription_ = store.on_commit([this](boundary::Revision) {
      {
        std::lock_guard lock(mutex_);
        committed_ = true;
      }
      changed_.notify_all();
    });
  }
  ~CommitSignal() { subscription_.reset(); }
  CommitSignal(const CommitSignal&) = delete;
  CommitSignal& operator=(const CommitSignal&) = delete;

  /// False when the deadline passed first.
  bool wait(std::chrono::steady_clock::time_point deadline) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_until(lock, deadline, [&] { return committed_; })) return false;
    committed_ = false;
    return true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool committed_ = false;
  std::shared_ptr<void> subscription_;
};

}  // namespace causeway::services
