#include "causeway/services/central/jobs/jobs.hpp"

#include <algorithm>

#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/services/central/jobs/openings.hpp"
#include "causeway/services/common/kinds.hpp"

namespace causeway::services {

using boundary::By;
using boundary::Reader;
using boundary::Revision;
using boundary::Writer;
using domain::Job;
using domain::JobStatus;

namespace {

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; });
  return text;
}

/// The records that carry the job's change.
Result<std::vector<boundary::Record>> carriers(Reader& reader, const Job& job) {
  const auto* type = domain::find_job_type(job.type);
  if (type == nullptr) return std::vector<boundary::Record>();
  const auto primary = job.resource.find(std::string(type->primary));
  if (primary == job.resource.end()) return std::vector<boundary::Record>();
  if (job.type == "seg_rule_setup") return reader.list({std::string(type->object), "project_id", primary->second, "", SIZE_MAX});
  if (job.type == "shadow_port_setup") return reader.list({"port", "network_id", primary->second, "", SIZE_MAX});
  TRY(auto record, reader.find(type->object, primary->second));
  return record ? std::vector{*std::move(record)} : std::vector<boundary::Record>();
}

/// Gives the records new revisions, as they are: every feed that carries them sends them again. The newest revision; that of
/// the store when there are none (it was a deletion, and feeds keep those until they were taken).
Result<Revision> send_again(Writer& writer, const Job& job) {
  TRY(const auto records, carriers(writer, job));
  for (const auto& record : records) TRY_VOID(put_replicated(writer, record.kind, record.id, record.body));
  return writer.revision();
}

}  // namespace

/// With what an open one waits for.
Result<ShownJob> Jobs::shown(Reader& reader, Job job) const {
  std::string status(to_name(job.status));
  if (job.status == JobStatus::open) {
    status = deps_.sent(job.region) >= job.wanted ? "RUNNING" : "NEW";
    TRY(const auto verdict, deps_.watch.judge(reader, job));
    job.reason = verdict.reason;
  }
  return ShownJob{std::move(job), std::move(status)};
}

Result<std::vector<ShownJob>> Jobs::list(const Query& query) {
  return boundary::view(deps_.store, [&](Reader& reader) { return list_in(reader, query); });
}

Result<std::vector<ShownJob>> Jobs::list_in(Reader& reader, const Query& query) const {
  TRY(auto jobs, boundary::list<Job>(reader));
  std::ranges::sort(jobs, [](const Job& a, const Job& b) {
    const auto rank = [](const Job& job) { return std::tuple(job.status != JobStatus::success, job.timestamp, std::string_view(job.id)); };
    return rank(a) > rank(b);
  });
  auto at = jobs.begin();
  if (!query.marker.empty()) {
    at = std::ranges::find(jobs, query.marker, &Job::id);
    if (at == jobs.end()) return failed(fail(Code::invalid, "job.bad_marker", "marker {} could not be found", query.marker).at("marker"));
    ++at;
  }
  std::vector<ShownJob> out;
  for (; at != jobs.end() && out.size() < query.limit; ++at) {
    if (!query.project_id.empty() && at->project_id.str() != query.project_id) continue;
    if (!query.type.empty() && at->type != query.type) continue;
    TRY(auto job, shown(reader, std::move(*at)));
    if (query.status.empty() || job.status == upper(query.status)) out.push_back(std::move(job));
  }
  return out;
}

Result<ShownJob> Jobs::get(const std::string& id) {
  return boundary::view(deps_.store, [&](Reader& reader) -> Result<ShownJob> {
    TRY(auto job, boundary::get<Job>(reader, id));
    return shown(reader, std::move(job));
  });
}

Result<ShownJob> Jobs::create(const domain::JobType& type, const domain::ProjectId& project, const std::map<std::string, std::string>& resource) {
  TRY(auto ids, boundary::transact(deps_.store, [&](Writer& writer) -> Result<std::vector<std::string>> {
    Openings openings(writer);
    TRY(auto jobs, openings.of_object(type, resource));
    std::erase_if(jobs, [&](const Job& job) { return job.project_id != project; });
    if (jobs.empty()) {
      return failed(Code::invalid, "job.no_object", "No region has a {} for the resource of project {}.", type.object, project);
    }
    TRY(const auto wanted, send_again(writer, jobs.front()));
    return deps_.watch.open(writer, std::move(jobs), wanted);
  }));
  return get(ids.back());
}

Result<Job> Jobs::idle_job(Reader& reader, const std::string& id) const {
  TRY(auto job, boundary::get<Job>(reader, id));
  if (job.status == JobStatus::success) return failed(Code::invalid, "job.done", "Job {} is finished; it is kept as a record only.", id);
  TRY(const auto now, shown(reader, job));
  if (now.status == "RUNNING") return failed(Code::invalid, "job.running", "Job {} is running.", id);
  return job;
}

Result<void> Jobs::redo(const std::string& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY(auto job, idle_job(writer, id));
    TRY(const auto wanted, send_again(writer, job));
    TRY_VOID(deps_.watch.open(writer, {job}, wanted));
    return {};
  });
}

Result<void> Jobs::remove(const std::string& id) {
  return deps_.store.write([&](Writer& writer) -> Result<void> {
    TRY_VOID(idle_job(writer, id));
    TRY_VOID(boundary::erase<Job>(writer, id));
    return {};
  });
}

}  // namespace causeway::services
