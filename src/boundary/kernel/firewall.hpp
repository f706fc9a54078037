#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "causeway/base/result.hpp"
#include "causeway/domain/firewall/ruleset.hpp"

namespace causeway::boundary {

/// The kernel's packet filter of one host, as far as it is ours: the tables of domain::firewall. Nothing else is touched.
///
/// Contract (tests/conformance/firewall_suite.hpp runs on every implementation):
/// - A change happens whole or not at all, and no packet passes between: "firewall.refused" is a text that the kernel does not take
///   (invalid), with the kernel's reason; other failures carry a code by errno.
/// - Thread-safe; calls are serialised. Nothing waits on the network.
class Firewall {
 public:
  virtual ~Firewall() = default;
  /// Makes our tables exactly `wanted`, whatever they held.
  virtual Result<void> replace(const domain::firewall::Ruleset& wanted) = 0;
  /// Changes what our tables hold. Where they do not hold what the change is of, it may be refused. An empty change is no transaction.
  virtual Result<void> change(const domain::firewall::RulesetChange& change) = 0;
  /// Empty when our tables are not there.
  virtual Result<domain::firewall::ObservedRuleset> observe() = 0;
  /// Goes up by one with every transaction, whoever made it. So our tables are what we made them while it stands still.
  virtual Result<std::uint32_t> generation() = 0;
  /// Calls `changed` after every transaction, ours or not, until asked to stop; several may be one call. Returns early, with the
  /// error, when transactions cannot be followed (any more).
  virtual Result<void> watch(const std::function<void()>& changed, std::stop_token stop) = 0;
};

}  // namespace causeway::boundary
