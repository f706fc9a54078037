#include "causeway/async/worker_pool.hpp"

#include <pthread.h>

#include <cstdint>

namespace causeway::async {

void name_this_thread(const std::string& name) {
  constexpr std::size_t kernel_limit = 15;
  pthread_setname_np(pthread_self(), name.substr(0, kernel_limit).c_str());
}

WorkerPool::WorkerPool(const std::string& name, int threads, std::size_t max_waiting) : max_waiting_(max_waiting) {
  threads_.reserve(static_cast<std::size_t>(threads));
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, thread_name = name + "-" + std::to_string(i)] {
      name_this_thread(thread_name);
      run();
    });
  }
}

WorkerPool::~WorkerPool() { stop(); }

bool WorkerPool::try_submit(Task&& task) { return enqueue(std::move(task), max_waiting_); }

bool WorkerPool::resume(Task&& task) { return enqueue(std::move(task), SIZE_MAX); }

bool WorkerPool::enqueue(Task&& task, std::size_t bound) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= bound) return false;
    waiting_.push_back(std::move(task));
  }
  wake_.notify_one();
  return true;
}

void WorkerPool::stop() {
  std::deque<Task> dropped;
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    dropped.swap(waiting_);
  }
  wake_.notify_all();
  for (auto& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void WorkerPool::run() {
  for (;;) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) return;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    task();
  }
}

}  // namespace causeway::async
