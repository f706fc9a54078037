#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/container/container_spec.hpp"
#include "causeway/domain/host/cpu_set.hpp"
#include "causeway/domain/host/host.hpp"

/// Choosing the host of a new container. Pure: a function of the spec and of what the region knows of its hosts.
namespace causeway::domain {

/// What the containers of a host were promised.
struct HostUsage {
  std::int64_t containers = 0;
  double cpu = 0;
  std::int64_t memory_mib = 0;
  std::int64_t disk_gib = 0;
  CpuSet pinned{};          ///< CPUs that belong to one container alone
  std::int64_t sharing = 0;  ///< containers without CPUs of their own
  bool has_image = false;   ///< one of them was made from the image in question
};

struct HostCandidate {
  Host host;
  HostUsage usage;
};

struct PlacementRules {
  std::string default_zone = "nova";  ///< of hosts that name none
  double cpu_ratio = 16.0;            ///< promised to real; Zun's numbers
  double memory_ratio = 1.5;
  double disk_ratio = 1.0;
};

/// What the new container takes, defaults filled in.
struct Footprint {
  double cpu = 1.0;
  std::int64_t memory_mib = 512;
  std::int64_t disk_gib = 0;
};

/// Where the containers are that the hints name.
struct Affinity {
  std::optional<std::set<HostName>> same_host;  ///< none = no such hint; any of these will do
  std::set<HostName> different_host;
};

struct Placement {
  HostName host;
  std::string cpuset;  ///< CPUs of its own, "" = shared ones
};

std::string zone_of(const Host& host, const std::string& default_zone);

/// The CPUs that a container with cpu_policy "dedicated" gets, as whole ones.
int dedicated_cpus(const Footprint& needs);

/// The least loaded host that passes every filter: fewest containers, then the smallest share of memory promised, then
/// one that has the image, then the first by name. exhausted "placement.no_host" with a message that begins as clients
/// know it, and goes on to say how many hosts each filter refused.
Result<Placement> place(const ContainerSpec& spec, const Footprint& needs, const Affinity& affinity,
                        const std::vector<HostCandidate>& candidates, const PlacementRules& rules);

}  // namespace causeway::domain
