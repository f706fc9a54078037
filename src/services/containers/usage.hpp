#pragma once

#include <map>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/container/container_quota.hpp"
#include "causeway/domain/host/placement.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// What the region's containers were promised, by host and for one project, counted in one pass over the records.
struct RegionUsage {
  std::map<domain::HostName, domain::HostUsage> by_host;
  domain::QuotaUsage project;
};
Result<RegionUsage> usage_of(boundary::Reader& reader, const domain::ProjectId& project);

/// Every host with what it was promised.
Result<std::vector<domain::HostCandidate>> host_candidates(boundary::Reader& reader, const RegionUsage& usage);

/// The project's limits: its own record over the region's defaults.
Result<domain::QuotaLimits> limits_of(boundary::Reader& reader, const domain::ProjectId& project,
                                      const domain::QuotaLimits& defaults);

}  // namespace causeway::services
