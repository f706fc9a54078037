#pragma once

#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/network/container_network.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/network_record.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/policy/policy.hpp"

namespace causeway::services {

/// The networks resource of the container API: what administrators announce; see domain::NetworkRecord for what it means.
/// Lifetime: everything passed in outlives it. Concurrency: no state of its own; callable from many threads.
/// Fails: forbidden "policy.denied"; and what the network service says of a network that cannot be used.
class AnnouncedNetworks {
 public:
  AnnouncedNetworks(boundary::Store& store, boundary::IdSource& ids, boundary::ContainerNetwork& network,
                    domain::Policy policy = {})
      : store_(store), ids_(ids), network_(network), policy_(std::move(policy)) {}

  /// `network` is an id or a name. May ask the centre. conflict "network.already_exists" for one that was announced.
  Result<domain::NetworkRecord> announce(const domain::Caller& who, const std::string& name, const std::string& network);
  /// Forgets the announcement; the network, and what is attached to it, stay. not_found "network.not_found".
  Result<void> forget(const domain::Caller& who, const domain::NetworkId& network);

 private:
  boundary::Store& store_;
  boundary::IdSource& ids_;
  boundary::ContainerNetwork& network_;
  domain::Policy policy_;
};

}  // namespace causeway::services
