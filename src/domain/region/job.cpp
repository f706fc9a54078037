#include "causeway/domain/region/job.hpp"

#include <algorithm>

namespace causeway::domain {
namespace {

/// "network/<id>" -> {"network", "<id>"}; a key without '/' is of the host as a whole.
std::pair<std::string_view, std::string_view> parts_of(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return {key, ""};
  return {key.substr(0, slash), key.substr(slash + 1)};
}

bool concerns(const KeyFailure& failure, const Job& job, const std::vector<TouchedHost::TouchedPort>& ports) {
  const auto [kind, id] = parts_of(failure.key);
  if (kind == "port") return std::ranges::any_of(ports, [&](const auto& port) { return port.id.str() == id; });
  if (kind == "network") {
    return std::ranges::any_of(ports, [&](const auto& port) { return port.network_id.str() == id; }) ||
           std::ranges::any_of(job.networks, [&](const auto& network) { return network.str() == id; });
  }
  if (kind == "router") {
    const auto router = job.resource.find("router_id");
    return router != job.resource.end() && router->second == id;
  }
  return kind != "orphans" && kind != "container" && kind != "image";
}

}  // namespace

const JobType* find_job_type(std::string_view name) {
  const auto found = std::ranges::find(job_types, name, &JobType::name);
  return found == job_types.end() ? nullptr : &*found;
}

std::string Job::key() const {
  std::string out = type + "|" + region.str();
  for (const auto& [name, value] : resource) out += "|" + value;
  return out;
}

std::vector<IndexEntry> Job::indexes() const {
  std::vector<IndexEntry> out;
  if (status == JobStatus::success) return {{"done", "1"}};
  out.push_back({"unfinished", region.str()});
  out.push_back({"unfinished_key", key(), true});
  return out;
}

JobVerdict judge(const Job& job, const std::optional<RegionProgress>& progress, const std::vector<TouchedHost>& hosts) {
  if (!progress || progress->applied < job.wanted) {
    return {JobStatus::open, fmt::format("waiting for region {}", job.region)};
  }
  JobVerdict out{JobStatus::success, ""};
  for (const auto& touched : hosts) {
    const auto said = std::ranges::find(progress->hosts, touched.host, &HostProgress::host);
    if (said == progress->hosts.end() || said->applied < job.wanted) {
      if (touched.down) return {JobStatus::fail, fmt::format("host {} is down", touched.host)};
      if (out.status == JobStatus::success) out = {JobStatus::open, fmt::format("waiting for host {}", touched.host)};
      continue;
    }
    for (const auto& failure : said->failures) {
      if (concerns(failure, job, touched.ports)) return {JobStatus::fail, fmt::format("host {}: {}: {}", touched.host, failure.key, failure.error)};
    }
  }
  return out;
}

}  // namespace causeway::domain
