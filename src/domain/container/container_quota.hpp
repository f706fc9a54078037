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

/// Limits that an operator set; what is absent is left to the defaults below.
struct QuotaOverrides {
  std::optional<std::int64_t> containers, memory, cpu, disk;
  static constexpr auto fields() {
    using Q = QuotaOverrides;
    return std::tuple{field("containers", &Q::containers), field("memory", &Q::memory), field("cpu", &Q::cpu),
                      field("disk", &Q::disk)};
  }
  QuotaLimits over(const QuotaLimits& defaults) const {
    return {containers.value_or(defaults.containers), memory.value_or(defaults.memory), cpu.value_or(defaults.cpu),
            disk.value_or(defaults.disk)};
  }
};

/// The limits of one project, over those of the default class. id = project.
struct ContainerQuota {
  static constexpr std::string_view kind = "container_quota";
  ProjectId id;
  QuotaOverrides limits;
  static constexpr auto fields() {
    return std::tuple{field("id", &ContainerQuota::id), field("limits", &ContainerQuota::limits)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};

/// The limits of a class, over those of the configuration. The class "default" is that of every project; others are
/// kept and shown, as in Zun, and nothing refers to them. id = name.
struct ContainerQuotaClass {
  static constexpr std::string_view kind = "container_quota_class";
  std::string id;
  QuotaOverrides limits;
  static constexpr auto fields() {
    return std::tuple{field("id", &ContainerQuotaClass::id), field("limits", &ContainerQuotaClass::limits)};
  }
  std::vector<IndexEntry> indexes() const { return {}; }
};
inline constexpr const char* default_quota_class = "default";

/// exhausted "quota.exceeded" naming every resource that would go over.
Result<void> admit(const QuotaLimits& limits, const QuotaUsage& held, const QuotaUsage& asked);

/// Reads "containers", "memory", "cpu", "disk" (an integer or its digits, -1 = unlimited) over what `limits` has.
/// invalid with the field's name; unknown keys are refused.
Result<QuotaOverrides> parse_quota(QuotaOverrides limits, const JsonObject& wanted);

}  // namespace causeway::domain
