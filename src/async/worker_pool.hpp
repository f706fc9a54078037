#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace causeway::async {

/// A fixed number of named threads that run tasks in the order in which they came, with a bound on how many may wait.
///
/// Lifetime: threads run from construction to `stop` (the destructor stops). Tasks still waiting then are destroyed
/// unrun; tasks under way are waited for. Concurrency: thread-safe; `stop` must not be called by a task.
/// Failure: a full or stopped pool refuses a task. A task that throws terminates the process: catch at its root.
class WorkerPool {
 public:
  using Task = std::move_only_function<void()>;

  /// Threads are named "<name>-0", "<name>-1", ... (the kernel keeps 15 characters).
  WorkerPool(const std::string& name, int threads, std::size_t max_waiting);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// New work. False when `max_waiting` tasks wait already or the pool has stopped; the task is untouched then.
  bool try_submit(Task&& task);
  /// The next step of work that was admitted before: enters even a full queue. False when the pool has stopped.
  bool resume(Task&& task);
  void stop();

 private:
  bool enqueue(Task&& task, std::size_t bound);
  void run();

  const std::size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

/// Names the calling thread for the log, top and debuggers; cut to what the kernel keeps.
void name_this_thread(const std::string& name);

}  // namespace causeway::async
