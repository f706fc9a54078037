#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "causeway/domain/firewall/host_ports.hpp"

namespace causeway::services {

/// The addresses behind each security group, kept as ports come and go: a port costs its own addresses, however many others there are.
/// Concurrency: `of` from any thread; `add` and `remove` by one at a time, with no `of` under way.
class GroupMembers {
 public:
  void add(const domain::Port& port) { note(port, 1); }
  void remove(const domain::Port& port) { note(port, -1); }
  void clear();
  /// The same pointer as long as nothing changes; never null.
  std::shared_ptr<const domain::firewall::Members> of(const domain::SecurityGroupId& id) const;

 private:
  void note(const domain::Port& port, int by);

  std::map<domain::SecurityGroupId, std::map<domain::Cidr, int>> groups_;  ///< with the number of ports that have the address
  mutable std::mutex mutex_;  ///< of the lists
  mutable std::map<domain::SecurityGroupId, std::shared_ptr<const domain::firewall::Members>> lists_;
};

}  // namespace causeway::services
