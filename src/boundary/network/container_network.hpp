#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/network/network_service.hpp"
#include "causeway/boundary/store.hpp"

/// What the container service asks of the network service of its region. The functions that take a Writer take part in the
/// caller's transaction: a container, its ports and their addresses become true together.
namespace causeway::boundary {

/// One entry of `nets` as the user wrote it: exactly one of network and port.
struct NetWish {
  std::string network;  ///< id or name
  std::string port;     ///< id or name
  std::optional<domain::IpAddress> fixed_ip_v4, fixed_ip_v6;
};
/// The same, found: may have cost one fetch from the centre.
struct ResolvedNet {
  domain::NetworkId network_id;
  std::optional<domain::PortId> port_id;  ///< an existing port; outlives the container
  std::vector<domain::IpAddress> fixed_ips;
};
/// The host that a port is bound to.
struct Binding {
  domain::HostName host;
  std::optional<domain::IpAddress> vtep;
  std::string name = {};  ///< what the others on the network call the container; a port with a name of its own keeps it
};

/// What becomes of a port that its container gives up.
enum class PortFate { erased, unbound };
enum class GroupChange { add, remove };

class ContainerNetwork {
 public:
  virtual ~ContainerNetwork() = default;
  /// Outside any transaction. `wishes` empty: the project's oldest own network, else the oldest shared one, else conflict
  /// "network.none_available". Claims chosen addresses outside the region's leases at the centre, and makes sure that the
  /// leases needed are there. not_found "network.not_found" / "port.not_found"; conflict "network.ambiguous";
  /// invalid "port.in_use", "subnet.none" (a network without subnet), "ipam.invalid_ip" ...
  virtual Result<std::vector<ResolvedNet>> resolve(const domain::Caller& who, const std::vector<NetWish>& wishes) = 0;
  virtual Result<std::vector<domain::SecurityGroupId>> resolve_groups(const domain::Caller& who, const std::vector<std::string>& names_or_ids) = 0;
  /// Makes or takes the port, bound to the host, device_id = container, status BUILD. exhausted "ipam.pool_exhausted" when the
  /// region's leases of the subnet are used up (call `refill` outside the transaction and try again).
  virtual Result<domain::Port> attach(Writer& writer, const domain::Caller& who, const ResolvedNet& net, const std::string& container_id,
                                      const Binding& binding, const std::vector<domain::SecurityGroupId>& groups) = 0;
  /// Deletes the container's ports, or unbinds those in `kept`. Idempotent.
  virtual Result<void> detach_all(Writer& writer, const std::string& container_id, const std::vector<domain::PortId>& kept) = 0;
  /// Deletes the port, or unbinds it. One that is gone is a success.
  virtual Result<void> detach_one(Writer& writer, const domain::PortId& port, PortFate fate) = 0;
  /// The container's port that `wish` means (one of network and port, each id or name); none = it has no such one.
  virtual Result<std::optional<domain::PortId>> attached_port(Reader& reader, const std::string& container_id, const NetWish& wish) = 0;
  /// What is so already is a success.
  virtual Result<void> change_group(Writer& writer, const domain::PortId& port, const domain::SecurityGroupId& group, GroupChange change) = 0;
  /// Outside any transaction: asks the centre for more of what `net` needs. exhausted when the centre has none.
  virtual Result<void> refill(const ResolvedNet& net) = 0;
  /// Sets port statuses as the host saw them.
  virtual Result<void> observed(Writer& writer, const domain::PortId& port, bool ready, bool plugged) = 0;
};

}  // namespace causeway::boundary
