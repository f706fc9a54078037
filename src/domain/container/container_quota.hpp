#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

inline constexpr std::int64_t unlimited = -1;

/// What a project may hold of a region.
struct QuotaLimits {
  std::int64_t containers = 40;
  std::int64_t memory = 51200;  ///< MiB
  std::int64_t cpu = 20;
  std::int64_t disk = 100;  ///< GiB
  static constexpr auto fields() {
    using Q = QuotaLimits;
    return std::tuple{field("containers", &Q::containers), field("memory", &Q::memory), field("cpu", &Q::cpu),
                      field("disk", &Q::disk)};
  }
};

/// What a project holds, or asks for on top of it.
struct QuotaUsage {
  std::int64_t containers = 0;
  std::int64_t memory = 0;
  double cpu = 0;
  std::int64_t disk = 0;
};

/// The limits that an operator set for one project; what is absent is the region's default. id = project.
struct ContainerQuota {
  static constexpr std::string_view kind = "container_quota";
  ProjectId id;
  std::optional<std::int64_t> containers, memory, cpu, disk;
  static constexpr auto fields() {
    using Q = ContainerQuota;
    return std::tuple{field("id", &Q::id), field("containers", &Q::containers), field("memory", &Q::memory),
                      field("cpu", &Q::cpu), field("disk", &Q::disk)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }

  QuotaLimits over(const QuotaLimits& defaults) const {
    return {containers.value_or(defaults.containers), memory.value_or(defaults.memory), cpu.value_or(defaults.cpu),
            disk.value_or(defaults.disk)};
  }
};

/// exhausted "quota.exceeded" naming every resource that would go over.
Result<void> admit(const QuotaLimits& limits, const QuotaUsage& held, const QuotaUsage& asked);

/// Reads "containers", "memory", "cpu", "disk" (an integer or its digits, -1 = unlimited) over what `quota` has.
/// invalid with the field's name; unknown keys are refused.
Result<ContainerQuota> parse_quota(ContainerQuota quota, const JsonObject& wanted);

}  // namespace causeway::domain
