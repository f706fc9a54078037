#include "causeway/adapters/store_sql/group_writer.hpp"

#include <chrono>
#include <iterator>
#include <optional>

#include "causeway/adapters/store_sql/sql_writer.hpp"
#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"

namespace causeway::adapters {

using boundary::Revision;

namespace {

/// Bounds how long a caller waits for the others of its group.
constexpr std::size_t max_group = 512;
/// A group may wait for this part of the time that the last commit took.
constexpr int gather_fraction = 4;

const metrics::Histogram& commit_seconds() {
  static const auto histogram =
      metrics::histogram("causeway_store_commit_seconds", "Time of one group of writes, commit included");
  return histogram;
}
const metrics::Counter& write_count() {
  static const auto counter = metrics::counter("causeway_store_writes_total", "Write jobs that the store has run");
  return counter;
}

}  // namespace

GroupWriter::GroupWriter(std::unique_ptr<sql::SqliteSession> session, Checkpointer& checkpointer, Revision newest,
                         Committed committed)
    : session_(std::move(session)), checkpointer_(checkpointer), committed_(std::move(committed)), newest_(newest) {
  thread_ = std::thread([this] { loop(); });
}

GroupWriter::~GroupWriter() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

Result<void> GroupWriter::submit(const Function& function) {
  std::future<Result<void>> answer;
  {
    std::lock_guard lock(mutex_);
    auto& job = queue_.emplace_back();
    job.function = &function;
    answer = job.answer.get_future();
  }
  wake_.notify_one();
  return answer.get();
}

void GroupWriter::loop() {
  while (true) {
    auto jobs = take_jobs();
    if (jobs.empty()) return;
    run_group(jobs);
    const std::size_t answered = jobs.size();
    {
      std::lock_guard lock(mutex_);
      expected_jobs_ = std::min(answered + queue_.size(), max_group);
    }
    answer(jobs);
    checkpointer_.note_log(session_->log_pages());
  }
}

/// The next group; empty at the end.
std::deque<GroupWriter::Job> GroupWriter::take_jobs() {
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
  wake_.wait_for(lock, last_commit_ / gather_fraction, [&] { return stopping_ || queue_.size() >= expected_jobs_; });
  std::deque<Job> jobs;
  if (queue_.size() <= max_group) {
    jobs.swap(queue_);
    return jobs;
  }
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(max_group);
  jobs.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return jobs;
}

void GroupWriter::run_group(std::deque<Job>& jobs) {
  const auto start = std::chrono::steady_clock::now();
  auto newest = run_jobs(jobs);
  Result<void> committed;
  if (newest) {
    const auto before = std::chrono::steady_clock::now();
    committed = session_->commit();
    last_commit_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before);
  }
  if (!newest || !committed) {
    const Error error = newest ? committed.error() : newest.error();
    log::error("a group of {} writes failed: {}", jobs.size(), error.describe());
    ignore(session_->rollback(), "the transaction has failed already");
    for (auto& job : jobs) {
      if (job.result && !job.exception) job.result = failed(error);
    }
    return;
  }
  commit_seconds().observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  write_count().add(static_cast<double>(jobs.size()));
  if (*newest == newest_) return;
  newest_.store(*newest, std::memory_order_release);
  committed_(*newest);
}

Result<Revision> GroupWriter::run_jobs(std::deque<Job>& jobs) {
  TRY_VOID(session_->begin(sql::Access::write));
  Revision newest = newest_;
  for (auto& job : jobs) TRY_VOID(run_job(job, newest));
  return newest;
}

/// Fails only when the transaction is lost; the job's own outcome is in the job.
Result<void> GroupWriter::run_job(Job& job, Revision& newest) {
  TRY_VOID(session_->execute("SAVEPOINT job"));
  SqlWriter writer(*session_, newest);
  try {
    job.result = (*job.function)(writer);
  } catch (...) {  // an edge: the exception belongs to the caller's thread
    job.exception = std::current_exception();
  }
  if (job.result && writer.failure()) job.result = failed(*writer.failure());
  if (job.result && !job.exception) {
    TRY_VOID(session_->execute("RELEASE job"));
    newest = writer.newest();
    return {};
  }
  if (!session_->in_transaction()) {
    return failed(
        writer.failure().value_or(fail(Code::internal, "store.transaction_lost", "The transaction ended by itself.")));
  }
  TRY_VOID(session_->execute("ROLLBACK TO job"));
  TRY_VOID(session_->execute("RELEASE job"));
  return {};
}

void GroupWriter::answer(std::deque<Job>& jobs) {
  for (auto& job : jobs) {
    if (job.exception) {
      job.answer.set_exception(job.exception);
    } else {
      job.answer.set_value(std::move(job.result));
    }
  }
}

}  // namespace causeway::adapters
