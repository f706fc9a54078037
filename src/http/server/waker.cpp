#include "causeway/http/server/waker.hpp"

#include <boost/asio/post.hpp>

namespace causeway::http {

void Waker::wake() {
  std::lock_guard lock(mutex_);
  if (!executor_ || posted_) return;
  posted_ = true;
  // under the lock: while we are not detached the connection, and so the I/O context, exists
  asio::post(*executor_, [self = shared_from_this()] { self->fire(); });
}

void Waker::fire() {
  {
    std::lock_guard lock(mutex_);
    posted_ = false;
    if (!executor_) return;
  }
  set_ = true;
  timer_->cancel();
  if (on_wake_) on_wake_();
}

asio::awaitable<void> Waker::wait() {
  if (!set_) {
    timer_->expires_at(asio::steady_timer::time_point::max());
    const auto ignored = co_await timer_->async_wait(as_result);
    static_cast<void>(ignored);
  }
  set_ = false;
}

void Waker::detach() {
  std::lock_guard lock(mutex_);
  executor_.reset();
  timer_.reset();
  on_wake_ = nullptr;
}

}  // namespace causeway::http
