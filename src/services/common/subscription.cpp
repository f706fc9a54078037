#include "causeway/services/common/subscription.hpp"

#include <condition_variable>
#include <mutex>

#include "causeway/base/log.hpp"

namespace causeway::services {

Subscription::Subscription(boundary::FeedSource& source, Replica& replica, Options options, std::function<void(bool)> connected)
    : source_(source), replica_(replica), options_(std::move(options)), on_connected_(std::move(connected)) {}

Subscription::~Subscription() { stop(); }

void Subscription::start() {
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void Subscription::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Subscription::loop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  auto backoff = options_.first_backoff;
  std::string last_error;
  while (!stop.stop_requested()) {
    const auto dialled = std::chrono::steady_clock::now();
    boundary::Revision before = 0;
    const auto outcome = [&]() -> Result<void> {
      TRY(const auto position, replica_.position());
      before = position.cursor;
      return source_.watch(position.store_id, position.cursor, stop, [&](const std::vector<std::string_view>& lines) -> Result<void> {
        TRY_VOID(replica_.apply(lines));
        if (!connected_.exchange(true)) {
          log::info("{}: connected", options_.name);
          if (on_connected_) on_connected_(true);
        }
        return {};
      });
    }();
    if (connected_.exchange(false) && on_connected_) on_connected_(false);
    if (stop.stop_requested()) return;
    // a stream that begins well and always breaks at the same line is no progress
    if (replica_.applied().cursor != before || std::chrono::steady_clock::now() - dialled > options_.max_backoff) {
      backoff = options_.first_backoff;
      last_error.clear();
    }
    const std::string error = outcome ? "the stream ended" : outcome.error().describe();
    if (error != last_error) log::warn("{}: {}", options_.name, error);
    last_error = error;
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, backoff, [] { return false; });
    backoff = std::min(backoff * 2, options_.max_backoff);
  }
}

}  // namespace causeway::services
