#include "causeway/services/common/external_tokens/authority_gate.hpp"

namespace causeway::services {
namespace {

/// A single answer that is none may be due to the token that was asked about; so many in a row are not.
constexpr int failures_of_a_service = 3;

}  // namespace

Result<AuthorityGate::Pass> AuthorityGate::enter() {
  std::unique_lock lock(mutex_);
  if (!away_) {
    const bool decided = place_.wait_for(lock, options_.patience, [&] { return waiting_ < options_.most_waiting || away_; });
    if (!decided) {
      return failed(Code::unavailable, "keystone.busy", "The identity service (Keystone) is slow to answer, and too many requests wait for it already; try again.");
    }
  }
  if (away_ && !may_ask_while_away()) return failed(*away_);
  ++waiting_;
  return Pass(*this);
}

bool AuthorityGate::may_ask_while_away() {
  if (waiting_ > 0 || clock_.steady() < ask_again_at_) return false;
  ask_again_at_ = clock_.steady() + options_.pause;
  return true;
}

void AuthorityGate::answered() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  away_.reset();
}

void AuthorityGate::unanswered(const Error& why) {
  const std::lock_guard lock(mutex_);
  ++failures_;
  if (why.reason == "keystone.failing" && failures_ < failures_of_a_service) return;
  away_ = why;
  ask_again_at_ = clock_.steady() + options_.pause;
  place_.notify_all();
}

void AuthorityGate::leave() {
  const std::lock_guard lock(mutex_);
  --waiting_;
  place_.notify_one();
}

}  // namespace causeway::services
