#pragma once

#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/container/container_spec.hpp"
#include "causeway/domain/host/host.hpp"

/// Choosing the host of a new container. Pure: a function of the spec and of what the region knows of its hosts.
namespace causeway::domain {

/// What the containers of a host were promised.
struct HostUsage {
  std::int64_t containers = 0;
  double cpu = 0;
  std::int64_t memory_mib = 0;
  std::int64_t disk_gib = 0;
};

struct HostCandidate {
  Host host;
  HostUsage usage;
};

struct PlacementRules {
  std::string default_zone = "nova";                 ///< of hosts that name none
  double cpu_ratio = 16.0;                           ///< promised to real; Zun's numbers
  double memory_ratio = 1.5;
};

/// What the new container takes, defaults filled in.
struct Footprint {
  double cpu = 1.0;
  std::int64_t memory_mib = 512;
};

std::string zone_of(const Host& host, const std::string& default_zone);

/// The least loaded host that passes every filter: fewest containers, then the smallest share of memory promised, then
/// the first by name. exhausted "placement.no_host" with the message that clients know; how many hosts each filter
/// refused
/// ("capacity 2, zone 1") is the innermost context.
Result<HostName> place(const ContainerSpec& spec, const Footprint& needs, const std::vector<HostCandidate>& candidates,
                       const PlacementRules& rules);

}  // namespace causeway::domain
