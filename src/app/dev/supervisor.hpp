#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "causeway/app/dev/process.hpp"
#include "causeway/base/json.hpp"

namespace causeway::app {

/// Keeps the processes of a dev cloud running: starts them, starts again what died, stops them in reverse order.
///
/// Concurrency: all process work happens in the thread that calls `run` (PDEATHSIG is tied to it); `request` may be called
/// from any thread and is carried out there. Failures: a process that cannot be started is tried again with a pause.
class Supervisor {
 public:
  struct Process {
    std::string name;
    Spawn spawn;
    std::function<void()> before_start;  ///< runs before each start; may wait a bounded time
    int stop_signal = 15;
    std::chrono::milliseconds stop_timeout{5'000};
  };

  /// Adds and starts it.
  Result<void> add(Process process);
  /// One round: reaps, restarts, carries out requests. Call it in a loop until told to stop.
  void tick();
  void stop_all();

  /// "stop", "start", "kill" (SIGKILL, started again), "restart" a process by name, or "list" them.
  Result<Json> request(const std::string& verb, const std::string& name);

 private:
  struct Entry {
    Process process;
    pid_t pid = -1;
    bool wanted = true;
    int restarts = 0;
    std::chrono::steady_clock::time_point not_before{};
  };
  struct Request {
    std::string verb, name;
    std::promise<Result<Json>> answer;
  };
  Result<void> start(Entry& entry);
  void stop(Entry& entry);
  void reap();
  Result<Json> carry_out(const std::string& verb, const std::string& name);
  Json list() const;

  std::vector<Entry> entries_;
  std::mutex mutex_;
  std::vector<Request> requests_;
};

}  // namespace causeway::app
