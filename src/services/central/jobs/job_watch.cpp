#include "causeway/services/central/jobs/job_watch.hpp"

#include <algorithm>
#include <set>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/region/region.hpp"
#include "causeway/services/central/jobs/openings.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Revision;
using boundary::Writer;
using domain::Job;
using domain::JobStatus;
using domain::RegionName;

namespace {

constexpr std::string_view cursor_kind = "cursor";
constexpr std::string_view cursor_id = "jobs";

}  // namespace

JobWatch::~JobWatch() { stop(); }

void JobWatch::start() {
  commits_ = deps_.store.on_commit([this](Revision) {
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    wake_.notify_one();
  });
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void JobWatch::stop() {
  commits_.reset();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void JobWatch::loop(std::stop_token stop) {
  constexpr std::chrono::seconds retry(1);
  bool failing = false;
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      const auto woken = [this] { return woken_; };
      if (failing) {
        wake_.wait_for(lock, stop, retry, woken);
      } else {
        wake_.wait(lock, stop, woken);
      }
      woken_ = false;
    }
    failing = false;
    for (bool more = true; more && !stop.stop_requested();) {
      const auto outcome = follow();
      failing = !outcome;
      if (failing) log::warn("jobs: {}", outcome.error().describe());
      more = outcome.value_or(false);
    }
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, options_.gap, [] { return false; });
  }
}

/// Where an earlier process stopped. At the very first start nothing that is there already is a change.
Result<Revision> JobWatch::saved_cursor() {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<Revision> {
    TRY(const auto record, reader.find(cursor_kind, cursor_id));
    const Json* cursor = record ? member(record->body, "cursor") : nullptr;
    if (cursor != nullptr && cursor->is_int64()) return cursor->get_int64();
    return reader.revision();
  });
}

Result<bool> JobWatch::follow() {
  std::lock_guard lock(follow_mutex_);
  if (!cursor_) {
    TRY(cursor_, saved_cursor());
  }
  std::vector<Job> jobs;
  std::size_t seen = 0;
  Revision reached = *cursor_;
  TRY_VOID(deps_.store.read([&](Reader& reader) -> Result<void> {
    Openings openings(reader);
    TRY(const auto changes, reader.changes(*cursor_, options_.batch));
    seen = changes.size();
    for (const auto& change : changes) {
      reached = change.record.revision;
      if (!Openings::concerns(change.record.kind)) continue;
      auto opened = openings.of(change);
      if (!opened) {  // one record that cannot be read must not stop the others' jobs
        log::warn("jobs of {} {}: {}", change.record.kind, change.record.id, opened.error().describe());
        continue;
      }
      for (auto& job : *opened) {
        job.wanted = reached;
        jobs.push_back(std::move(job));
      }
    }
    return {};
  }));
  std::set<RegionName> regions;
  if (!jobs.empty()) {
    TRY_VOID(deps_.store.write([&](Writer& writer) -> Result<void> {
      for (const auto& job : jobs) TRY_VOID(open(writer, {job}, job.wanted));
      TRY_VOID(writer.put(cursor_kind, cursor_id, JsonObject{{"cursor", reached}}, {}));
      return {};
    }));
    for (const auto& job : jobs) regions.insert(job.region);
  }
  cursor_ = reached;
  for (const auto& region : regions) TRY_VOID(settle(region));
  return seen == options_.batch;
}

Result<std::vector<std::string>> JobWatch::open(Writer& writer, std::vector<Job> jobs, Revision wanted) {
  std::vector<std::string> ids;
  for (auto& job : jobs) {
    job.status = JobStatus::open;
    job.wanted = wanted;
    job.timestamp = deps_.clock.now();
    TRY(const auto known, boundary::list<Job>(writer, By{"unfinished_key", job.key()}));
    if (!known.empty()) {
      job.id = known.front().id;
      job.wanted = std::max(job.wanted, known.front().wanted);
    } else {
      job.id = deps_.ids.uuid();
    }
    TRY_VOID(boundary::put(writer, job));
    ids.push_back(job.id);
  }
  return ids;
}

Result<void> JobWatch::progress(const RegionName& region, const domain::RegionProgress& progress) {
  if (progress.store != deps_.store.store_id()) return {};
  {
    std::lock_guard lock(mutex_);
    progress_[region] = progress;
  }
  return settle(region);
}

Verdicts JobWatch::verdicts(Reader& reader, const RegionName& region) {
  std::lock_guard lock(mutex_);
  const auto known = progress_.find(region);
  return {reader, region, known == progress_.end() ? std::nullopt : std::optional(known->second)};
}

Result<void> JobWatch::settle(const RegionName& region) {
  std::map<std::string, std::pair<Revision, domain::JobVerdict>> changed;
  TRY_VOID(deps_.store.read([&](Reader& reader) -> Result<void> {
    TRY(const auto jobs, boundary::list<Job>(reader, By{"unfinished", region.str()}));
    if (jobs.empty()) return {};
    auto verdicts = this->verdicts(reader, region);
    for (const auto& job : jobs) {
      TRY(auto verdict, verdicts.of(job));
      if (verdict.status == JobStatus::open) verdict.reason.clear();  // is told when it is asked for, not worth writes
      if (verdict != domain::JobVerdict{job.status, job.reason}) changed.emplace(job.id, std::pair(job.wanted, std::move(verdict)));
    }
    return {};
  }));
  if (changed.empty()) return {};
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& [id, judged] : changed) {
      TRY(auto job, boundary::find<Job>(writer, id));
      if (!job || job->wanted != judged.first || job->status == JobStatus::success) continue;
      job->status = judged.second.status;
      job->reason = judged.second.reason;
      TRY_VOID(boundary::put(writer, *job));
    }
    return {};
  });
}

Result<void> JobWatch::sweep() {
  const Time too_old = deps_.clock.now() - options_.keep_done;
  std::vector<std::string> gone;
  TRY_VOID(deps_.store.read([&](Reader& reader) -> Result<void> {
    TRY(auto done, boundary::list<Job>(reader, By{"done", "1"}));
    std::ranges::sort(done, std::ranges::greater(), &Job::timestamp);
    for (std::size_t i = 0; i < done.size(); ++i) {
      if (i >= options_.max_done || done[i].timestamp < too_old) gone.push_back(done[i].id);
    }
    TRY(const auto jobs, boundary::list<Job>(reader));
    for (const auto& job : jobs) {
      if (job.status == JobStatus::success) continue;
      TRY(const auto pod, boundary::find<domain::Pod>(reader, job.pod_id));
      if (!pod) gone.push_back(job.id);
    }
    return {};
  }));
  if (gone.empty()) return {};
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    for (const auto& id : gone) TRY_VOID(boundary::erase<Job>(writer, id));
    return {};
  });
}

}  // namespace causeway::services
