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
/// `image_id`: which image `has_image` is about.
Result<RegionUsage> usage_of(boundary::Reader& reader, const domain::ProjectId& project,
                             const std::string& image_id = {});

/// Every host with what it was promised.
Result<std::vector<domain::HostCandidate>> host_candidates(boundary::Reader& reader, const RegionUsage& usage);

/// The limits of a class of quotas: its record over the configured `defaults`.
Result<domain::QuotaLimits> class_limits_of(boundary::Reader& reader, const std::string& name,
                                            const domain::QuotaLimits& defaults);
/// The project's limits: its own record over those of the class "default".
Result<domain::QuotaLimits> limits_of(boundary::Reader& reader, const domain::ProjectId& project,
                                      const domain::QuotaLimits& defaults);

}  // namespace causeway::services
