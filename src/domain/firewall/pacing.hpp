#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>

#include "causeway/domain/firewall/compile.hpp"
#include "causeway/domain/firewall/host_ports.hpp"

namespace causeway::domain::firewall {

/// Spreads the changes of large security groups over time, so that who changes one again and again does not keep the others of the host
/// waiting: a group's rules are made whole with each change, which takes us and the kernel some 50 us a rule.
///
/// A change is taken up at once when the last one of the group was long enough ago: `pause_for_each_rule` times its rules. What comes
/// sooner waits, and is then taken up with all that came meanwhile; so a group has a tenth of the time at most. Small groups
/// (`free_rules`) never wait, nor do those that are too large to be enforced: their rules never become the kernel's.
/// Not thread-safe. In memory only: in a new life every group is new, and new ones do not wait.
class Pacing {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  static constexpr std::size_t free_rules = 20;
  static constexpr std::chrono::microseconds pause_for_each_rule{500};

  explicit Pacing(const Limits& limits = {}) : limits_(limits) {}
  /// Puts back the former record of each group of `host` that changed too soon. True when there was any: call again, soon.
  bool hold_back(HostPorts& host, Instant now);

 private:
  struct Known {
    std::shared_ptr<const SecurityGroup> record;
    Instant next{};  ///< no other record before
  };
  const Limits limits_;
  std::map<SecurityGroupId, Known> known_;
};

}  // namespace causeway::domain::firewall
