#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "causeway/boundary/control/feed_source.hpp"
#include "causeway/services/common/replica.hpp"

namespace causeway::services {

/// Keeps a replica connected to its source: dials, resumes from the replica's cursor, applies, and dials again with backoff.
/// start() / stop(); one thread.
class Subscription {
 public:
  struct Options {
    std::string name;
    std::chrono::milliseconds first_backoff{50};
    std::chrono::milliseconds max_backoff{2'000};
  };
  /// `connected` is called with true when the first lines of a stream came and with false when it ended. May be empty.
  Subscription(boundary::FeedSource& source, Replica& replica, Options options, std::function<void(bool)> connected);
  ~Subscription();
  void start();
  void stop();
  bool connected() const { return connected_; }

 private:
  void loop(std::stop_token stop);

  boundary::FeedSource& source_;
  Replica& replica_;
  const Options options_;
  const std::function<void(bool)> on_connected_;
  std::atomic<bool> connected_ = false;
  std::jthread thread_;
};

}  // namespace causeway::services
