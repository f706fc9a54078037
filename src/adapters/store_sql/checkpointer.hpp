#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "causeway/sql/sqlite/sqlite_session.hpp"

namespace causeway::adapters {

/// Moves the write-ahead log into the database from a thread and connection of its own, so that no commit waits for it.
///
/// SQLite starts the log from the beginning again only when a write finds all of it moved, which under unbroken writes
/// never happens by itself. So beyond `hard_pages` the writer is made to move the (short) rest between two groups: that
/// bounds the log, unless a read holds its snapshot all that time.
///
/// Lifetime: the destructor stops and joins. Concurrency: `note_log` is the writer's. A failure is logged, and tried
/// again at the next note: data is never at risk, the log only stays longer.
class Checkpointer {
 public:
  explicit Checkpointer(std::unique_ptr<sql::SqliteSession> session);
  ~Checkpointer();
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  /// The log has so many pages now: wakes the thread when that is worth it, and moves the rest itself beyond the bound.
  void note_log(int pages);

 private:
  void loop();
  void move_pages();

  std::mutex session_mutex_;
  std::unique_ptr<sql::SqliteSession> session_;
  std::mutex mutex_;
  std::condition_variable wake_;
  int noted_pages_ = 0;
  int started_at_ = 0;
  bool due_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace causeway::adapters
