#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// What a project may have of each resource where it differs from the usual. Owned by the centre; regions have replicas,
/// because they make ports. A limit of -1 is none.
struct NetworkQuota {
  static constexpr std::string_view kind = "network_quota";
  ProjectId id;
  std::map<std::string, std::int64_t> limits;
  static constexpr auto fields() {
    return std::tuple{field("id", &NetworkQuota::id), field("limits", &NetworkQuota::limits)};
  }
  std::vector<IndexEntry> indexes() const { return {{"id", id.str()}}; }
};

inline constexpr std::int64_t no_limit = -1;

/// A resource that is counted: the quota's name is also the kind of its records, but for rules, which live in their groups.
struct QuotaResource {
  std::string_view name;
  std::int64_t usual;  ///< unless configured
};
inline constexpr QuotaResource quota_resources[] = {
    {"network", 100},        {"subnet", 100},     {"port", 500},       {"router", 10}, {"floatingip", 50}, {"security_group", 100},
    {"security_group_rule", 1000}, {"subnetpool", no_limit}, {"rbac_policy", 10}, {"qos_policy", 50}, {"address_scope", 50}, {"trunk", 50},
};

inline std::optional<std::int64_t> own_limit(const std::optional<NetworkQuota>& quota, std::string_view resource) {
  if (!quota) return std::nullopt;
  const auto found = quota->limits.find(std::string(resource));
  return found == quota->limits.end() ? std::nullopt : std::optional(found->second);
}

/// May a project that has `used` of it have `adding` more?
inline bool within(std::int64_t limit, std::size_t used, std::size_t adding) {
  return limit < 0 || used + adding <= std::size_t(limit);
}

}  // namespace causeway::domain
