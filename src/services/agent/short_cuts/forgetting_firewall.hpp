#pragma once

#include <utility>

#include "causeway/boundary/kernel/fast_path.hpp"
#include "causeway/boundary/kernel/firewall.hpp"

namespace causeway::services {

/// A firewall after whose changes no flow goes on by what the rules before let through: a change is done when the fast path has forgotten
/// them. Concurrency and failures: those of both.
class ForgettingFirewall final : public boundary::Firewall {
 public:
  /// `fast_path`: none = nothing is remembered.
  ForgettingFirewall(boundary::Firewall& firewall, boundary::FastPath* fast_path) : firewall_(firewall), fast_path_(fast_path) {}

  Result<void> replace(const domain::firewall::Ruleset& wanted) override { return forget_after(firewall_.replace(wanted)); }
  Result<void> change(const domain::firewall::RulesetChange& change) override { return forget_after(firewall_.change(change)); }
  Result<domain::firewall::ObservedRuleset> observe() override { return firewall_.observe(); }
  Result<std::uint32_t> generation() override { return firewall_.generation(); }
  Result<void> watch(const std::function<void()>& changed, std::stop_token stop) override { return firewall_.watch(changed, std::move(stop)); }

 private:
  /// What failed may have been done all the same.
  Result<void> forget_after(Result<void> done) {
    if (fast_path_ == nullptr) return done;
    auto forgotten = fast_path_->invalidate();
    return done ? std::move(forgotten) : std::move(done);
  }

  boundary::Firewall& firewall_;
  boundary::FastPath* fast_path_;
};

}  // namespace causeway::services
