#pragma once

#include "causeway/boundary/network/network_quotas.hpp"
#include "causeway/services/central/central_deps.hpp"

namespace causeway::services {

/// Quotas of the network service. A limit takes effect at once at the centre, and in the regions, which make ports, when the
/// feed brings it. Lifetime: as its deps. Concurrency: any thread.
class CentralNetworkQuotas final : public boundary::NetworkQuotas {
 public:
  explicit CentralNetworkQuotas(const CentralDeps& deps) : deps_(deps) {}
  Limits usual() const override;
  Result<std::map<domain::ProjectId, Limits>> list() override;
  Result<Limits> get(const domain::ProjectId& project) override;
  Result<std::map<std::string, Use>> details(const domain::ProjectId& project) override;
  Result<Limits> set(const domain::ProjectId& project, const Limits& limits, bool only_above_use) override;
  Result<void> reset(const domain::ProjectId& project) override;

 private:
  Limits limits_of(const std::optional<domain::NetworkQuota>& quota) const;
  const CentralDeps& deps_;
};

}  // namespace causeway::services
