#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "causeway/boundary/line_sink.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// What one subscriber wants of a feed. Used by one feed session, so it may keep state (the networks that the subscriber
/// has come to host). For every change, in order: `closes`, then `opens`, then `wants`.
///
/// What a subscriber holds is decided by changes that may lie behind its cursor or before it. An implementation that
/// cannot know whether the subscriber still holds something may close it to be sure: closing what is not held is harmless.
class Interest {
 public:
  virtual ~Interest() = default;
  /// Called once, before anything else, with the view and the cursor from which the subscriber resumes: everything up to it
  /// has been delivered to it.
  virtual Result<void> resume(boundary::Reader& reader, boundary::Revision from) = 0;
  virtual bool wants(const boundary::Change& change) = 0;
  /// Records that become interesting because of this change; they are sent before it, as they are now.
  virtual std::vector<boundary::Select> opens(const boundary::Change& change) = 0;
  struct Closed {
    std::string kind;
    std::string id;
  };
  /// Records that are no longer the subscriber's because of this change, though they may live on: the subscriber
  /// removes them. A network and a router take what hangs on them along.
  virtual std::vector<Closed> closes(const boundary::Change& change) = 0;
};

/// Serves the feed of a store to any number of subscribers.
///
/// Job: writes the lines of feed_line.hpp to each sink: what changed since its cursor, filtered by its interest, in order of
/// revision; a snapshot when its cursor is unusable (another store's, or older than the tombstones reach); heartbeats.
/// A slow subscriber is left behind (its sink fills, the rest waits in the store), and never slows others or memory.
/// Lifetime: start() / stop(); the store outlives it. Concurrency: any thread. One pump thread serves all subscribers.
class FeedServer {
 public:
  struct Options {
    std::chrono::milliseconds heartbeat{5'000};
    std::size_t batch = 256;               ///< changes read at a time
    std::size_t max_pending = 256 * 1024;  ///< bytes in a sink before it is left alone until it drained
  };
  FeedServer(boundary::Store& store, Options options);
  ~FeedServer();
  FeedServer(const FeedServer&) = delete;
  FeedServer& operator=(const FeedServer&) = delete;

  void start();
  void stop();
  /// `store_id` and `from` are what the subscriber remembers ("" and 0 = nothing).
  void subscribe(std::string name, std::shared_ptr<boundary::LineSink> sink, std::unique_ptr<Interest> interest, const std::string& store_id,
                 boundary::Revision from);
  /// Names of the subscribers that are connected now.
  std::vector<std::string> subscribers() const;
  /// Everything up to here was handed to the subscriber's stream; 0 when it is not connected.
  boundary::Revision sent(const std::string& name) const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace causeway::services
