#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/region/job.hpp"
#include "causeway/services/central/jobs/verdicts.hpp"

namespace causeway::services {

/// Keeps the job records: opens them for changes that must reach regions, and ends them when regions say so.
///
/// Job: follows the store's own feed, so that no change can be forgotten and nobody who makes one has to think of it; its
/// cursor is saved with the jobs that it opens. What regions say (RegionProgress) is kept in memory, and judges the region's
/// unfinished jobs whenever it or they change. A failed one that comes true later is a success then.
/// Lifetime: start() / stop(); one thread. Concurrency: any thread. Failures: a store that fails is tried again with the
/// next commit or after a second.
class JobWatch {
 public:
  struct Options {
    std::chrono::milliseconds gap{50};  ///< between two rounds: changes meanwhile are taken together
    std::size_t batch = 1'000;
    std::chrono::hours keep_done{24};
    std::size_t max_done = 5'000;
  };
  struct Deps {
    boundary::Store& store;
    boundary::Clock& clock;
    boundary::IdSource& ids;
  };
  JobWatch(Deps deps, Options options) : deps_(deps), options_(options) {}
  ~JobWatch();
  void start();
  void stop();

  /// Opens jobs for the next batch of changes; true when there may be more. The thread does it by itself.
  Result<bool> follow();
  /// The word of a region. Ignored when it is about a store that is not ours.
  Result<void> progress(const domain::RegionName& region, const domain::RegionProgress& progress);
  /// Opens or renews these in the caller's transaction; their ids.
  Result<std::vector<std::string>> open(boundary::Writer& writer, std::vector<domain::Job> jobs, boundary::Revision wanted);
  /// What is to be said of the job now.
  Result<domain::JobVerdict> judge(boundary::Reader& reader, const domain::Job& job) { return verdicts(reader, job.region).of(job); }
  /// Judges the region's unfinished jobs.
  Result<void> settle(const domain::RegionName& region);
  /// Forgets successes that are old or too many, and what was to reach a region that no longer takes part.
  Result<void> sweep();

 private:
  void loop(std::stop_token stop);
  Result<boundary::Revision> saved_cursor();
  Verdicts verdicts(boundary::Reader& reader, const domain::RegionName& region);

  const Deps deps_;
  const Options options_;
  std::mutex follow_mutex_;                    ///< of cursor_, and one round at a time
  std::optional<boundary::Revision> cursor_;  ///< none: not read yet
  std::mutex mutex_;
  std::condition_variable_any wake_;
  bool woken_ = true;
  std::map<domain::RegionName, domain::RegionProgress> progress_;
  std::shared_ptr<void> commits_;
  std::jthread thread_;
};

}  // namespace causeway::services
