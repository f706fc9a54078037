#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/region/progress.hpp"

namespace causeway::domain {

/// open: the region, or a host that it touches, was not seen to hold it yet.
enum class JobStatus { open, success, fail };
constexpr auto names_of(JobStatus) {
  using enum JobStatus;
  return std::array{std::pair{open, std::string_view("open")}, std::pair{success, std::string_view("SUCCESS")},
                    std::pair{fail, std::string_view("FAIL")}};
}

/// A kind of change that must reach regions, named as in the Tricircle Admin API. `fields`: of its resource, in order; the
/// primary one is the object that changed.
struct JobType {
  std::string_view name;
  std::array<std::string_view, 3> fields;  ///< "" = none
  std::string_view primary;                ///< of `fields`
  std::string_view object;                 ///< the record kind of the primary one
  std::size_t field_count() const {
    std::size_t n = 0;
    while (n < fields.size() && !fields[n].empty()) ++n;
    return n;
  }
};
inline constexpr std::array job_types{
    JobType{"router_setup", {"pod_id", "router_id", "network_id"}, "router_id", "router"},
    JobType{"configure_route", {"router_id"}, "router_id", "router"},
    JobType{"port_delete", {"pod_id", "port_id"}, "port_id", "port"},
    JobType{"seg_rule_setup", {"project_id"}, "project_id", "security_group"},
    JobType{"update_network", {"pod_id", "network_id"}, "network_id", "network"},
    JobType{"subnet_update", {"pod_id", "subnet_id"}, "subnet_id", "subnet"},
    JobType{"shadow_port_setup", {"pod_id", "network_id"}, "network_id", "network"},
    JobType{"qos_update", {"pod_id", "policy_id"}, "policy_id", "qos_policy"},
    JobType{"qos_delete", {"pod_id", "policy_id"}, "policy_id", "qos_policy"},
};
const JobType* find_job_type(std::string_view name);

/// One change of the centre on its way to one region: the centre's revision that the region must hold. There is one open
/// job for a (type, region, resource): a newer change raises what it waits for.
struct Job {
  static constexpr std::string_view kind = "job";
  std::string id;
  std::string type;
  RegionName region;
  PodId pod_id;
  ProjectId project_id;
  std::map<std::string, std::string> resource;
  std::vector<NetworkId> networks;  ///< hosts with ports on these are touched; empty: those with ports of the project
  std::int64_t wanted = 0;          ///< revision of the centre's store
  JobStatus status = JobStatus::open;
  std::string reason;  ///< of a failure, or what is waited for
  Time timestamp{};

  static constexpr auto fields() {
    using J = Job;
    return std::tuple{field("id", &J::id), field("type", &J::type), field("region", &J::region),
                      field("pod_id", &J::pod_id), field("project_id", &J::project_id),
                      field("resource", &J::resource), field("networks", &J::networks), field("wanted", &J::wanted),
                      field("status", &J::status), field("reason", &J::reason), field("timestamp", &J::timestamp)};
  }
  std::string key() const;
  std::vector<IndexEntry> indexes() const;
};

/// A host with ports that a job touches.
struct TouchedHost {
  struct TouchedPort {
    PortId id;
    NetworkId network_id;
  };
  HostName host;
  bool down = false;
  std::vector<TouchedPort> ports;  ///< needed only of a host that names failures
};

struct JobVerdict {
  JobStatus status = JobStatus::open;
  std::string reason;
  bool operator==(const JobVerdict&) const = default;
};
/// What is to be said of the job, given what its region says (none = it was not heard of) and the hosts in its region that the
/// job touches; those that hold everything up to the job and name no failure need not be among them. A failure of a host counts
/// when it is of one of its touched ports, of one of the job's networks or its router, or of the host as a whole.
JobVerdict judge(const Job& job, const std::optional<RegionProgress>& progress, const std::vector<TouchedHost>& hosts);

}  // namespace causeway::domain
