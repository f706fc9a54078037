#pragma once

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/services/common/feed_line.hpp"
#include "causeway/services/common/kinds.hpp"

namespace causeway::services {

/// Keeps a copy of somebody else's records in our store, by the lines of its feed.
///
/// Job: applies lines in order, each batch with its cursor in one transaction; after a snapshot removes what it lacked.
/// Absence of news is never a delete: only `del` and `leave` lines and a complete snapshot remove anything.
/// Concurrency: one feed at a time, one thread. Failures: a line that cannot be applied ends the stream (the caller dials
/// again and gets it again); the cursor never passes it.
class Replica {
 public:
  /// Which records of ours are copies from this source: never touch another.
  using Owns = services::Owns;
  /// (kind, id) of what a snapshot held.
  using Snapshot = std::set<std::pair<std::string, std::string>>;

  /// Of records that another source may send too, as it hears of them another way.
  struct Shared {
    /// What is here is as new as what came, or newer: it stays.
    std::function<bool(std::string_view kind, const Json& present, const Json& incoming)> is_newer;
    /// Not removed because a snapshot lacks it: the other source knows better.
    std::function<bool(boundary::Reader&, std::string_view kind, const Json& body, const Snapshot&)> outlives_snapshots;
  };

  /// `source` names the cursor record ("central", "region"). `kinds`: what a snapshot covers.
  Replica(boundary::Store& store, std::string source, std::vector<std::string> kinds, Owns owns, Shared shared = {});

  struct Position {
    std::string store_id;
    boundary::Revision cursor = 0;
  };
  /// Where to resume; call it before each dial: it also forgets a snapshot that broke off.
  Result<Position> position();
  /// Fails (conflict "feed.cursor") when we are elsewhere.
  Result<void> expect_at(boundary::Revision cursor);
  Result<void> apply(const std::vector<std::string_view>& lines);
  /// `applied` is called after each commit that moved the cursor, on the thread that applies; the store holds all of it then.
  /// Set it before the first line comes.
  void on_applied(std::function<void(const Position&)> applied) { on_applied_ = std::move(applied); }
  /// How far it is, as of the last `apply`.
  Position applied() const;
  /// True once a snapshot or resumed stream has brought us up to date at least once in this process's life.
  bool synced() const { return synced_; }

 private:
  Result<void> apply_one(boundary::Writer& writer, const FeedLine& line, Position& position, bool& resetting, bool& synced,
                         Snapshot& seen);
  void tell_applied() const;
  Result<void> sweep(boundary::Writer& writer, const Snapshot& seen);

  boundary::Store& store_;
  const std::string source_;
  const std::vector<std::string> kinds_;
  const Owns owns_;
  const Shared shared_;
  Position position_;
  std::function<void(const Position&)> on_applied_;
  bool loaded_ = false;  ///< position_ is what the store says, or newer
  bool resetting_ = false;
  std::atomic<bool> synced_ = false;
  Snapshot seen_;  ///< since the reset
};

}  // namespace causeway::services
