#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A limit of a QoS policy (Neutron "bandwidth_limit_rule"). Egress is what the container sends.
struct BandwidthLimit {
  std::string id;
  std::string direction = "egress";   ///< "ingress" or "egress"; at most one rule of each in a policy
  std::uint64_t max_kbps = 0;         ///< kilobits a second, 1 and up
  std::uint64_t max_burst_kbps = 0;   ///< kilobits; 0 = chosen by the host
  static constexpr auto fields() {
    using B = BandwidthLimit;
    return std::tuple{field("id", &B::id), field("direction", &B::direction), field("max_kbps", &B::max_kbps),
                      field("max_burst_kbps", &B::max_burst_kbps)};
  }
};

/// What ports or whole networks may use (Neutron "QoS policy"). Owned by the centre.
struct QosPolicy {
  static constexpr std::string_view kind = "qos_policy";
  QosPolicyId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  bool shared = false;
  std::vector<ProjectId> shared_with;  ///< as Network::shared_with
  bool is_default = false;
  std::vector<BandwidthLimit> bandwidth_limits;
  std::optional<std::uint32_t> dscp_mark;  ///< RFC 2474, 0..63
  std::string dscp_rule_id;                ///< of the rule that set it
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using Q = QosPolicy;
    return std::tuple{field("id", &Q::id), field("project_id", &Q::project_id), field("name", &Q::name),
                      field("description", &Q::description), field("shared", &Q::shared), field("shared_with", &Q::shared_with),
                      field("is_default", &Q::is_default), field("bandwidth_limits", &Q::bandwidth_limits),
                      field("dscp_mark", &Q::dscp_mark), field("dscp_rule_id", &Q::dscp_rule_id),
                      field("tags", &Q::tags), field("revision_number", &Q::revision_number),
                      field("created_at", &Q::created_at), field("updated_at", &Q::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    return {{"id", id.str()}, {"project_id", project_id.str()}, {"name", name}};
  }
};

}  // namespace causeway::domain
