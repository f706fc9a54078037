#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "causeway/boundary/store.hpp"
#include "causeway/domain/region/job.hpp"
#include "causeway/domain/router/router.hpp"

namespace causeway::services {

/// Which jobs a change of the centre's store opens: one for each region that it must reach. Reads what regions host once, so
/// it lives as long as the view. Changes of records that do not concern regions' networks open none; nor does the end of a
/// network, which regions have agreed to before it comes.
class Openings {
 public:
  explicit Openings(boundary::Reader& reader) : reader_(reader) {}
  /// Without ids and times.
  Result<std::vector<domain::Job>> of(const boundary::Change& change);
  /// Of one type for its primary object, as it is now: what an operator asks for. Empty when it is in no region.
  Result<std::vector<domain::Job>> of_object(const domain::JobType& type, const std::map<std::string, std::string>& resource);
  /// Whether changes of the kind can open any.
  static bool concerns(std::string_view kind);

 private:
  using Regions = std::set<domain::RegionName>;
  Result<const std::map<domain::RegionName, domain::PodId>*> pods();
  Result<Regions> hosting(const domain::NetworkId& network);
  Result<Regions> regions_of_project(const domain::ProjectId& project);
  Result<void> add(std::vector<domain::Job>& out, std::string_view type, const domain::RegionName& region, const domain::ProjectId& project,
                   std::map<std::string, std::string> resource, std::vector<domain::NetworkId> networks);
  Result<void> add_for(std::vector<domain::Job>& out, std::string_view type, const Regions& regions, const domain::ProjectId& project,
                       const std::map<std::string, std::string>& resource, const std::vector<domain::NetworkId>& networks);
  Result<void> of_router(std::vector<domain::Job>& out, const domain::Router& router);
  Result<void> of_policy(std::vector<domain::Job>& out, const Json& body, bool erased);
  Result<void> of_port(std::vector<domain::Job>& out, const boundary::Change& change);
  Result<void> of_floating_ip(std::vector<domain::Job>& out, const Json& body);

  boundary::Reader& reader_;
  bool pods_read_ = false;
  std::map<domain::RegionName, domain::PodId> pods_;
  std::map<domain::NetworkId, Regions> hosting_;
};

}  // namespace causeway::services
