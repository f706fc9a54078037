#include "causeway/adapters/memory/memory_firewall.hpp"

#include <algorithm>

namespace causeway::adapters {

using domain::firewall::ObservedRuleset;
using domain::firewall::Ruleset;

Result<void> MemoryFirewall::take(const Ruleset& wanted) {
  for (const auto& [id, chain] : wanted.chains) {
    if (!refused_chain_.empty() && id.name == refused_chain_)
      return failed(Code::invalid, "firewall.refused", "The kernel refused a change of the packet filter: {}", id.name);
  }
  held_ = wanted;
  present_ = true;
  ++generation_;
  moved_.notify_all();
  return {};
}

Result<void> MemoryFirewall::replace(const Ruleset& wanted) {
  const std::scoped_lock lock(mutex_);
  return take(wanted);
}

Result<void> MemoryFirewall::change(const domain::firewall::RulesetChange& change) {
  const std::scoped_lock lock(mutex_);
  if (change.empty()) return {};
  auto wanted = held_;
  TRY_VOID(domain::firewall::apply(change, wanted));
  return take(wanted);
}

Result<ObservedRuleset> MemoryFirewall::observe() {
  const std::scoped_lock lock(mutex_);
  ObservedRuleset out;
  for (const auto& [id, chain] : held_.chains) out.rules[id] = chain.rules.size();
  for (const auto& [id, collection] : held_.collections) out.elements[id] = collection.elements.size();
  return out;
}

Result<std::uint32_t> MemoryFirewall::generation() {
  const std::scoped_lock lock(mutex_);
  return generation_;
}

Result<void> MemoryFirewall::watch(const std::function<void()>& changed, std::stop_token stop) {
  std::unique_lock lock(mutex_);
  auto seen = generation_;
  while (moved_.wait(lock, stop, [&] { return generation_ != seen; })) {
    seen = generation_;
    lock.unlock();
    changed();
    lock.lock();
  }
  return {};
}

Ruleset MemoryFirewall::held() const {
  const std::scoped_lock lock(mutex_);
  return held_;
}

void MemoryFirewall::flush() {
  const std::scoped_lock lock(mutex_);
  held_ = {};
  present_ = false;
  ++generation_;
  moved_.notify_all();
}

void MemoryFirewall::refuse_chain(std::string name) {
  const std::scoped_lock lock(mutex_);
  refused_chain_ = std::move(name);
}

}  // namespace causeway::adapters
