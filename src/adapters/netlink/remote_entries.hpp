#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "causeway/adapters/netlink/message.hpp"
#include "causeway/boundary/kernel/links.hpp"

/// Remote entries as the kernel holds them: in three tables.
///
///   tunnel FDB   MAC -> VTEP            the vxlan device's own: where a frame is sent
///   bridge FDB   MAC -> bridge port     that the MAC is behind the tunnel; sticky, so that no local frame can move it
///   neighbours   IP  -> MAC             permanent; what the device's proxy answers
namespace causeway::adapters {

struct RemoteTables {
  std::map<domain::Mac, domain::IpAddress> tunnel;
  std::map<domain::Mac, bool> bridge;  ///< false: an entry that is not ours (learned, or not sticky)
  std::map<domain::IpAddress, domain::Mac> neighbours;
};

Message list_forwarding(std::uint32_t vxlan);
Message list_neighbours(std::uint32_t vxlan);
/// Takes what belongs to `vxlan` out of one RTM_NEWNEIGH message of these lists.
void read_entry(const nlmsghdr& message, std::uint32_t vxlan, RemoteTables& out);

RemoteTables tables_of(const std::vector<boundary::RemoteEntry>& entries);
std::vector<boundary::RemoteEntry> entries_of(const RemoteTables& tables);

/// What makes `present` into `desired`: deletions first, so that nothing is sent to where it no longer is.
Batch changes(const RemoteTables& present, const RemoteTables& desired, std::uint32_t vxlan);

}  // namespace causeway::adapters
