#pragma once

#include <map>
#include <optional>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/region/job.hpp"

namespace causeway::services {

/// What is to be said of one region's jobs. Hosts are asked for one by one, and only those that are behind or name failures: a network
/// or a project may have thousands of ports. Reads the region's hosts once, so it lives as long as the view.
class Verdicts {
 public:
  /// `said`: the region's last word; none = it was not heard of.
  Verdicts(boundary::Reader& reader, domain::RegionName region, std::optional<domain::RegionProgress> said)
      : reader_(reader), region_(std::move(region)), said_(std::move(said)) {}
  Result<domain::JobVerdict> of(const domain::Job& job);

 private:
  /// Of the region: those that it told us of, and those that it has heard of since it started.
  Result<const std::map<domain::HostName, bool>*> hosts_down();
  Result<std::vector<domain::TouchedHost>> touched(const domain::Job& job);
  Result<bool> touches(const domain::Job& job, const domain::HostName& host);
  Result<std::vector<domain::TouchedHost::TouchedPort>> ports_on(const domain::Job& job, const domain::HostName& host);

  boundary::Reader& reader_;
  const domain::RegionName region_;
  const std::optional<domain::RegionProgress> said_;
  std::optional<std::map<domain::HostName, bool>> hosts_;
};

}  // namespace causeway::services
