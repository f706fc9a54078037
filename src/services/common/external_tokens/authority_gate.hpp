#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>

#include "causeway/boundary/clock.hpp"
#include "causeway/base/result.hpp"

namespace causeway::services {

/// Keeps an identity service that is slow or away from holding every thread that answers requests: only so many wait for it at a
/// time, and once it gave no answer it is asked by one at a time, at most once a second, until it answers again.
///
/// Lifetime: outlives its passes. Thread-safe. Fails: unavailable, with what happened to the one that was asked last, or
/// "keystone.busy" when no place came free within the patience.
class AuthorityGate {
 public:
  struct Options {
    std::size_t most_waiting = 4;
    std::chrono::milliseconds patience{250};  ///< for a place among them, while it answers
    std::chrono::milliseconds pause{1'000};   ///< between questions, while it does not
  };
  AuthorityGate(boundary::Clock& clock, Options options) : clock_(clock), options_(options) {}

  /// The right to wait for an answer; given back when it ends.
  class Pass {
   public:
    explicit Pass(AuthorityGate& gate) : gate_(&gate) {}
    Pass(Pass&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}
    Pass& operator=(Pass&&) = delete;
    ~Pass() {
      if (gate_ != nullptr) gate_->leave();
    }

   private:
    AuthorityGate* gate_;
  };

  Result<Pass> enter();
  /// It answered, whatever the answer was.
  void answered();
  /// It did not.
  void unanswered(const Error& why);

 private:
  friend class Pass;
  void leave();
  bool may_ask_while_away();

  boundary::Clock& clock_;
  const Options options_;
  std::mutex mutex_;  ///< guards what follows
  std::condition_variable place_;
  std::size_t waiting_ = 0;
  int failures_ = 0;  ///< since the last answer
  std::optional<Error> away_;
  std::chrono::steady_clock::time_point ask_again_at_{};
};

}  // namespace causeway::services
