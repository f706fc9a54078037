#pragma once

#include <functional>
#include <string>
#include <vector>

#include "causeway/services/central/jobs/job_watch.hpp"

namespace causeway::services {

/// A job as it is shown: an open one is NEW until its region's feed has sent it, then RUNNING.
struct ShownJob {
  domain::Job job;
  std::string status;  ///< "NEW", "RUNNING", "SUCCESS", "FAIL"
};

/// The Admin API's jobs: what of the centre's changes has reached whom. Who may call is the API's policy. Concurrency: any
/// thread.
class Jobs {
 public:
  struct Deps {
    boundary::Store& store;
    JobWatch& watch;
    /// How far the region's feed has been sent, 0 when it is not connected.
    std::function<boundary::Revision(const domain::RegionName&)> sent;
  };
  explicit Jobs(Deps deps) : deps_(std::move(deps)) {}

  struct Query {
    std::string project_id, type, status;  ///< "" = any; the status in any case
    std::string marker;
    std::size_t limit = SIZE_MAX;
  };
  /// Unfinished ones first, then the successes; the newest first in each. invalid "job.bad_marker".
  Result<std::vector<ShownJob>> list(const Query& query);
  /// not_found "job.not_found".
  Result<ShownJob> get(const std::string& id);
  /// Sends the object again to the regions that it must reach; the newest job of that. `resource` has the fields of the type.
  /// invalid "job.no_object" when no region has the object, or it is not the project's.
  Result<ShownJob> create(const domain::JobType& type, const domain::ProjectId& project, const std::map<std::string, std::string>& resource);
  /// Sends again what has not succeeded. invalid "job.running", "job.done"; not_found.
  Result<void> redo(const std::string& id);
  /// invalid "job.running", "job.done"; not_found.
  Result<void> remove(const std::string& id);

 private:
  Result<ShownJob> shown(boundary::Reader& reader, domain::Job job) const;
  Result<std::vector<ShownJob>> list_in(boundary::Reader& reader, const Query& query) const;
  Result<domain::Job> idle_job(boundary::Reader& reader, const std::string& id) const;

  const Deps deps_;
};

}  // namespace causeway::services
