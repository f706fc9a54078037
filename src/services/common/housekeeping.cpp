#include "causeway/services/common/housekeeping.hpp"

#include <condition_variable>
#include <mutex>

#include "causeway/base/log.hpp"

namespace causeway::services {

Housekeeping::Housekeeping(std::string name, std::chrono::milliseconds every, std::function<Result<void>()> chore)
    : name_(std::move(name)), every_(every), chore_(std::move(chore)) {}

Housekeeping::~Housekeeping() { stop(); }

void Housekeeping::start() {
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void Housekeeping::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::loop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    pause.wait_for(lock, stop, every_, [] { return false; });
    if (stop.stop_requested()) return;
    if (const auto done = chore_(); !done) log::warn("{}: {}", name_, done.error().describe());
  }
}

}  // namespace causeway::services
