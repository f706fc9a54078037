#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::domain {

/// A machine with a Docker Engine and an agent, as the agent reports it and the operator sets it. id = name.
struct Host {
  static constexpr std::string_view kind = "host";
  HostName id;
  std::string uuid;  ///< Zun shows hosts by uuid too
  RegionName region;
  std::optional<IpAddress> vtep;  ///< underlay address of tunnels
  std::string api_address;        ///< host API, "address:port"
  // inventory, reported
  double cpus = 0;
  std::int64_t memory_mib = 0;
  std::int64_t disk_gib = 0;
  std::string architecture;
  std::string os_type;
  std::string os;
  std::string kernel_version;
  std::string engine_version;
  std::map<std::string, std::string> labels;
  std::vector<std::string> runtimes;
  std::vector<std::string> physical_networks;  ///< external networks that it reaches: it can be a gateway to them
  std::map<std::string, std::string> cannot;   ///< what its kernel lacks (names of Ability), with the reason
  bool disk_quota = false;  ///< its Engine can limit the disk space of a container
  bool cpu_pinning = false;  ///< containers may have CPUs of their own
  // liveness and operator's word
  Time created_at{};
  Time last_seen{};  ///< while it is up, fresher in services/containers/hosts/host_liveness.hpp
  std::int64_t report_count = 0;
  bool down = false;  ///< the region has given it up: it was silent for too long
  bool disabled = false;
  std::string disabled_reason;
  bool forced_down = false;
  std::string availability_zone;
  Time updated_at{};

  static constexpr auto fields() {
    using H = Host;
    return std::tuple{field("id", &H::id),
                      field("uuid", &H::uuid),
                      field("region", &H::region),
                      field("vtep", &H::vtep),
                      field("api_address", &H::api_address),
                      field("cpus", &H::cpus),
                      field("memory_mib", &H::memory_mib),
                      field("disk_gib", &H::disk_gib),
                      field("architecture", &H::architecture),
                      field("os_type", &H::os_type),
                      field("os", &H::os),
                      field("kernel_version", &H::kernel_version),
                      field("engine_version", &H::engine_version),
                      field("labels", &H::labels),
                      field("runtimes", &H::runtimes),
                      field("physical_networks", &H::physical_networks),
                      field("cannot", &H::cannot),
                      field("disk_quota", &H::disk_quota),
                      field("cpu_pinning", &H::cpu_pinning),
                      field("created_at", &H::created_at),
                      field("last_seen", &H::last_seen),
                      field("report_count", &H::report_count),
                      field("down", &H::down),
                      field("disabled", &H::disabled),
                      field("disabled_reason", &H::disabled_reason),
                      field("forced_down", &H::forced_down),
                      field("availability_zone", &H::availability_zone),
                      field("updated_at", &H::updated_at)};
  }
  std::vector<IndexEntry> indexes() const { return {{"uuid", uuid, true}, {"region", region.str()}}; }
};

}  // namespace causeway::domain
