#pragma once

#include "causeway/boundary/network/network_facts.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// Availability zones out of pods and hosts, use of addresses out of subnets and ports. Lifetime: as its deps. Concurrency:
/// any thread.
class CentralFacts final : public boundary::NetworkFacts {
 public:
  explicit CentralFacts(const CentralDeps& deps) : deps_(deps) {}
  Result<std::vector<boundary::NetworkZone>> zones() override;
  Result<std::vector<boundary::NetworkUse>> address_use() override;
  Result<boundary::NetworkUse> address_use(const domain::NetworkId& network) override;

 private:
  const CentralDeps& deps_;
};

}  // namespace causeway::services
