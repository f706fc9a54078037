#pragma once

#include "causeway/boundary/network/network_agents.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// Agents out of the host records that regions send up. "Alive" is the region's verdict as it last sent it. Lifetime: as its
/// deps. Concurrency: any thread.
class CentralAgents final : public boundary::NetworkAgents {
 public:
  explicit CentralAgents(const CentralDeps& deps) : deps_(deps) {}
  Result<std::vector<boundary::NetworkAgent>> list() override;
  Result<boundary::NetworkAgent> get(const std::string& id) override;
  Result<boundary::NetworkAgent> describe(const std::string& id, const std::string& description) override;
  Result<std::vector<boundary::NetworkAgent>> of_network(const domain::NetworkId& network) override;
  Result<std::vector<boundary::NetworkAgent>> of_router(const domain::RouterId& router) override;
  Result<std::vector<domain::Network>> networks_of(const std::string& id) override;
  Result<std::vector<domain::Router>> routers_of(const std::string& id) override;
  Result<void> remove(const std::string& id) override;

 private:
  const CentralDeps& deps_;
};

}  // namespace causeway::services
