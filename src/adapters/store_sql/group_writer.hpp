#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>

#include "causeway/adapters/store_sql/checkpointer.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/sql/sqlite/sqlite_session.hpp"

namespace causeway::adapters {

/// The one thread that writes. It takes all jobs that wait, runs each inside a savepoint of one transaction, commits
/// once, and answers all: while one group is being made durable, the next one gathers. Callers that were just answered
/// tend to come again at once, so the writer waits for as many as it knows, for a fraction of the time of a commit.
///
///   submit ─┐            ┌ SAVEPOINT, function, RELEASE  (or ROLLBACK TO: this job alone fails)
///   submit ─┼─ queue ─ BEGIN ─ SAVEPOINT, function, RELEASE ─ COMMIT (one fsync) ─ on_commit ─ answers
///   submit ─┘
///
/// Lifetime: the destructor answers what is queued and joins. Concurrency: `submit` and `newest` from any thread. The
/// queue is bounded by the callers, each of whom waits for its job. Failures: a job's own error or exception is given
/// to its caller alone. A failure that ends the transaction (full disk, input/output, the commit itself) is given to
/// every caller of the group, and the next group starts afresh.
class GroupWriter {
 public:
  using Function = std::function<Result<void>(boundary::Writer&)>;
  using Committed = std::function<void(boundary::Revision)>;

  /// `committed` is called after each group that wrote something, before its callers are answered.
  GroupWriter(std::unique_ptr<sql::SqliteSession> session, Checkpointer& checkpointer, boundary::Revision newest,
              Committed committed);
  ~GroupWriter();
  GroupWriter(const GroupWriter&) = delete;
  GroupWriter& operator=(const GroupWriter&) = delete;

  /// Waits until the job is durable or has failed; what the function throws is thrown here.
  Result<void> submit(const Function& function);
  /// Whether a job's function is asking.
  bool is_writer_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  boundary::Revision newest() const { return newest_.load(std::memory_order_acquire); }

 private:
  struct Job {
    const Function* function = nullptr;
    std::promise<Result<void>> answer;
    Result<void> result;
    std::exception_ptr exception;
  };

  void loop();
  std::deque<Job> take_jobs();
  void run_group(std::deque<Job>& jobs);
  /// Gives the newest revision after all jobs; fails when the transaction was lost.
  Result<boundary::Revision> run_jobs(std::deque<Job>& jobs);
  Result<void> run_job(Job& job, boundary::Revision& newest);
  static void answer(std::deque<Job>& jobs);

  std::unique_ptr<sql::SqliteSession> session_;
  Checkpointer& checkpointer_;
  Committed committed_;
  std::atomic<boundary::Revision> newest_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Job> queue_;
  std::size_t expected_jobs_ = 0;  ///< how many callers are likely to come together
  std::chrono::microseconds last_commit_{0};
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace causeway::adapters
