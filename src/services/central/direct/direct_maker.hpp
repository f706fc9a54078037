#pragma once

#include "causeway/boundary/network/direct_networks.hpp"
#include "causeway/domain/network/pools/block_hold.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/services/central/central_networks.hpp"

namespace causeway::services {

/// Networks for people who use Docker on a host directly, as somebody of their project who is no administrator.
///
/// Docker asks for a network's prefix, then makes the network, and may fail or die between: the prefix is held for a while, and becomes a
/// subnet, or is given back, or is free again by itself. Each call is one transaction, and idempotent. Lifetime: as what it refers to.
/// Concurrency: any thread. Fails besides, as the networks, subnets and subnet pools of a project do: not_found
/// "subnetpool.not_found", conflict "subnetpool.ambiguous", invalid "subnetpool.no_default".
class DirectMaker final : public boundary::NetworkMaker {
 public:
  DirectMaker(const CentralDeps& deps, CentralNetworks& networks, std::chrono::seconds held_for = std::chrono::seconds(300))
      : deps_(deps), networks_(networks), held_for_(held_for) {}

  Result<boundary::DirectHold> hold(const boundary::DirectPoolWish& wish) override;
  Result<void> give_back(const domain::ProjectId& project, const std::string& hold) override;
  Result<domain::NetworkId> create(const boundary::DirectDraft& draft) override;
  Result<void> remove(const domain::ProjectId& project, const domain::NetworkId& network) override;
  /// Erases what is held no more.
  Result<void> sweep();

 private:
  Result<void> create_subnet(boundary::Writer& writer, const domain::Caller& who, const domain::Network& network, const boundary::DirectBlock& block);

  const CentralDeps deps_;
  CentralNetworks& networks_;
  const std::chrono::seconds held_for_;
};

}  // namespace causeway::services
