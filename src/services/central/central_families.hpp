#pragma once

#include "causeway/services/central/facts/central_agents.hpp"
#include "causeway/services/central/facts/central_facts.hpp"
#include "causeway/services/central/pools/address_scopes.hpp"
#include "causeway/services/central/pools/subnet_pools.hpp"
#include "causeway/services/central/qos/qos_policies.hpp"
#include "causeway/services/central/quotas/network_quotas.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"
#include "causeway/services/central/trunks/trunks.hpp"

namespace causeway::services {

/// The families of objects of the network service that the centre serves besides networks, subnets, ports and groups.
/// Lifetime: what `deps` refers to outlives it.
struct CentralFamilies {
  explicit CentralFamilies(CentralDeps with) : deps(std::move(with)) {}
  const CentralDeps deps;
  AddressScopes address_scopes{deps};
  SubnetPools subnet_pools{deps};
  RbacPolicies rbac_policies{deps};
  QosPolicies qos_policies{deps};
  Trunks trunks{deps};
  CentralNetworkQuotas quotas{deps};
  CentralAgents agents{deps};
  CentralFacts facts{deps};
};

}  // namespace causeway::services
