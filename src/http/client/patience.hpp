#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "causeway/base/result.hpp"
#include "causeway/http/fd.hpp"

namespace causeway::http {

/// How long one call waits for its peer: a deadline for the whole, or a bound on silence, and in either case until stop
/// is requested.
///
/// Lives on the caller's stack for one call; used by one thread (a stop may be requested by any). Errors: timeout
/// "http.timeout", cancelled "http.cancelled".
class Patience {
 public:
  using Clock = std::chrono::steady_clock;

  static Patience until(Clock::time_point deadline, const std::stop_token& stop);
  static Patience for_silence(std::chrono::milliseconds longest, const std::stop_token& stop);

  /// Waits until `fd` is ready for one of `events` (poll(2)); gives what it is ready for. `at_most` bounds this one
  /// wait.
  Result<short> wait(int fd, short events, std::optional<std::chrono::milliseconds> at_most = std::nullopt) const;
  /// An error when the time is over or stop was requested.
  Result<void> check() const;

 private:
  struct Ring {
    int fd;
    void operator()() const;
  };
  Patience(std::optional<Clock::time_point> deadline, std::chrono::milliseconds silence, const std::stop_token& stop);

  std::optional<Clock::time_point> deadline_;
  std::chrono::milliseconds silence_;
  std::stop_token stop_;
  Fd bell_;  ///< an eventfd that the stop request rings
  std::unique_ptr<std::stop_callback<Ring>> on_stop_;
};

}  // namespace causeway::http
