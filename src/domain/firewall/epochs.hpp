#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "causeway/domain/firewall/host_ports.hpp"

namespace causeway::domain::firewall {

/// Numbers for names, kept as long as the name is in use: marks of ports, conntrack zones of bridges. Where a number is first looked
/// for follows from the name alone, so that it is mostly the same in the agent's next life.
class Numbers {
 public:
  explicit Numbers(std::uint32_t count) : count_(count) {}  ///< numbers are 1..count
  /// Of exactly these names. The number is 0 for those beyond the count.
  const std::map<std::string, std::uint32_t>& assign(const std::set<std::string>& names);

 private:
  std::uint32_t count_;
  std::map<std::string, std::uint32_t> numbers_;
  std::set<std::uint32_t> taken_;
};

/// Finds the ports that ask for the same, and decides when connections that are established must be judged anew: gives a policy a new
/// epoch when its groups or their rules changed, or a member left a remote group of theirs. A member that joins changes nothing for
/// those that are connected. Policies that are there at the same time have different epochs, so a port that changes its groups has
/// its connections judged as well.
///
/// In memory only: an agent that starts begins with an epoch that its former life did not use (by the clock), so that what changed
/// meanwhile is judged too. After 32767 changes epochs repeat; a connection that was idle all that time may then pass once more.
/// Not thread-safe.
class Epochs {
 public:
  explicit Epochs(std::uint32_t seed) : next_(Epoch(seed % max_epoch + 1)) {}
  /// Sets the policies of `host` and its ports, by what differs from the last call.
  void assign(HostPorts& host);

 private:
  struct Group {
    std::shared_ptr<const SecurityGroup> record;
    std::uint64_t version = 0;
  };
  struct Known {
    std::vector<std::uint64_t> versions;  ///< of its groups
    Epoch epoch = 0;
  };
  std::set<SecurityGroupId> shrunk_groups(const HostPorts& host) const;
  void note_groups(const HostPorts& host);
  std::vector<std::uint64_t> versions_of(const Policy& policy) const;

  Epoch next_;
  std::uint64_t versions_ = 0;
  std::map<SecurityGroupId, Group> groups_;
  std::map<SecurityGroupId, std::shared_ptr<const Members>> members_;
  Numbers numbers_{0x00ffffff};
  std::map<std::string, Known> policies_;  ///< by what they ask for
};

}  // namespace causeway::domain::firewall
