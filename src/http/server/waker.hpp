#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "causeway/http/server/asio.hpp"

namespace causeway::http {

/// Lets other threads (workers, producers of streams) resume a connection's coroutine.
///
/// Lifetime: shared between the connection and whoever may wake it; the connection detaches at its end, after which
/// waking does nothing, so that a producer may outlive connection and server. Concurrency: `wake` from any thread, all
/// else on the connection's I/O thread. Wake-ups that come close together are one.
class Waker : public std::enable_shared_from_this<Waker> {
 public:
  explicit Waker(const asio::any_io_executor& executor) : executor_(executor), timer_(executor) {}

  void wake();

  /// Returns at once when woken since the last wait.
  asio::awaitable<void> wait();
  /// Called on the I/O thread at every wake-up, before the waiting coroutine goes on.
  void on_wake(std::function<void()> callback) { on_wake_ = std::move(callback); }
  void detach();

 private:
  void fire();

  std::mutex mutex_;
  std::optional<asio::any_io_executor> executor_;  ///< none once detached
  bool posted_ = false;
  std::optional<asio::steady_timer> timer_;  ///< never expires by itself
  bool set_ = false;
  std::function<void()> on_wake_;
};

}  // namespace causeway::http
