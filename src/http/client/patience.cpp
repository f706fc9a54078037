#include "causeway/http/client/patience.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace causeway::http {
namespace {

std::unexpected<Error> timed_out() { return failed(Code::timeout, "http.timeout", "The peer did not answer in time."); }
std::unexpected<Error> cancelled() { return failed(Code::cancelled, "http.cancelled", "The call was given up."); }

/// Rounded up, so that a wait never ends just before the deadline and spins.
int poll_time(Patience::Clock::duration left) {
  const auto milliseconds = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(milliseconds, 0, INT_MAX));
}

}  // namespace

void Patience::Ring::operator()() const { eventfd_write(fd, 1); }

Patience::Patience(std::optional<Clock::time_point> deadline, std::chrono::milliseconds silence,
                   const std::stop_token& stop)
    : deadline_(deadline), silence_(silence), stop_(stop) {
  if (!stop_.stop_possible()) return;
  bell_ = Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (bell_) on_stop_ = std::make_unique<std::stop_callback<Ring>>(stop_, Ring{bell_.get()});
}

Patience Patience::until(Clock::time_point deadline, const std::stop_token& stop) {
  return Patience(deadline, std::chrono::milliseconds::max(), stop);
}

Patience Patience::for_silence(std::chrono::milliseconds longest, const std::stop_token& stop) {
  return Patience(std::nullopt, longest, stop);
}

Result<void> Patience::check() const {
  if (stop_.stop_requested()) return cancelled();
  if (deadline_ && Clock::now() >= *deadline_) return timed_out();
  return {};
}

Result<short> Patience::wait(int fd, short events, std::optional<std::chrono::milliseconds> at_most) const {
  constexpr std::chrono::milliseconds practically_forever = std::chrono::hours(24 * 365);
  const auto longest = std::min({silence_, at_most.value_or(silence_), practically_forever});
  auto until = Clock::now() + longest;
  if (deadline_) until = std::min(until, *deadline_);
  for (;;) {
    if (stop_.stop_requested()) return cancelled();
    pollfd fds[2] = {{fd, events, 0}, {bell_.get(), POLLIN, 0}};
    const int ready = ::poll(fds, bell_ ? 2 : 1, poll_time(until - Clock::now()));
    if (ready < 0 && errno != EINTR) return failed(Code::internal, "http.poll", "poll failed: errno {}.", errno);
    if (ready > 0 && fds[1].revents != 0) return cancelled();
    if (ready > 0) return fds[0].revents;
    if (ready == 0 && Clock::now() >= until) return timed_out();
  }
}

}  // namespace causeway::http
