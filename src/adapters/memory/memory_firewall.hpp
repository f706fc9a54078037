#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>

#include "causeway/boundary/kernel/firewall.hpp"

namespace causeway::adapters {

/// A packet filter that holds a ruleset and filters nothing. Concurrency: thread-safe.
class MemoryFirewall final : public boundary::Firewall {
 public:
  Result<void> replace(const domain::firewall::Ruleset& wanted) override;
  Result<void> change(const domain::firewall::RulesetChange& change) override;
  Result<domain::firewall::ObservedRuleset> observe() override;
  Result<std::uint32_t> generation() override;
  Result<void> watch(const std::function<void()>& changed, std::stop_token stop) override;

  domain::firewall::Ruleset held() const;
  /// What `nft flush ruleset` does.
  void flush();
  /// From now on refuses whatever has a chain of this name ("" = nothing).
  void refuse_chain(std::string name);

 private:
  Result<void> take(const domain::firewall::Ruleset& wanted);

  mutable std::mutex mutex_;
  std::condition_variable_any moved_;
  domain::firewall::Ruleset held_;
  bool present_ = false;
  std::uint32_t generation_ = 1;
  std::string refused_chain_;
};

}  // namespace causeway::adapters
