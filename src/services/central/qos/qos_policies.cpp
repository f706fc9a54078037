#include "causeway/services/central/qos/qos_policies.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "causeway/domain/network/dscp.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/services/central/sharing/rbac_policies.hpp"

namespace causeway::services {

using boundary::Writer;
using domain::QosPolicy;

namespace {

/// What the kernel can count in: bytes a second in 64 bits, and a burst of one packet at least.
constexpr std::uint64_t max_kbps = 2'147'483'647;

Result<void> check_limits(const QosPolicy& policy) {
  std::set<std::string> directions;
  for (const auto& limit : policy.bandwidth_limits) {
    if (limit.direction != "ingress" && limit.direction != "egress") {
      return failed(fail(Code::invalid, "qos_policy.bad_limit", "Invalid input for direction. Reason: '{}' is not in ['egress', 'ingress'].",
                         limit.direction)
                        .at("direction"));
    }
    if (limit.max_kbps == 0 || limit.max_kbps > max_kbps || limit.max_burst_kbps > max_kbps) {
      return failed(fail(Code::invalid, "qos_policy.bad_limit", "Invalid input for max_kbps. Reason: it is not from 1 to {}.", max_kbps).at("max_kbps"));
    }
    if (directions.insert(limit.direction).second) continue;
    return failed(Code::conflict, "qos_policy.rule_exists", "Rule bandwidth_limit for direction {} already exists in QoS Policy {}.", limit.direction,
                  policy.id);
  }
  if (!policy.dscp_mark) return {};
  if (std::ranges::find(domain::dscp_marks, *policy.dscp_mark) != std::end(domain::dscp_marks)) return {};
  return failed(fail(Code::invalid, "qos_policy.bad_mark", "Invalid input for dscp_mark. Reason: {} is no DSCP class.", *policy.dscp_mark).at("dscp_mark"));
}

template <class T>
Result<void> check_not_used(boundary::Reader& reader, const QosPolicy& policy) {
  TRY(const auto all, boundary::list<T>(reader));
  for (const auto& value : all) {
    if (value.qos_policy_id != policy.id) continue;
    return failed(Code::conflict, "qos_policy.in_use", "QoS Policy {} is used by {} {}.", policy.id, T::kind, value.id);
  }
  return {};
}

}  // namespace

Result<void> QosPolicies::complete(Writer& writer, const domain::Caller& who, const QosPolicy* before, QosPolicy& policy) {
  TRY_VOID(domain::check_text("name", policy.name, deps_.options.limits));
  TRY_VOID(domain::check_text("description", policy.description, deps_.options.limits));
  const bool was_shared = before != nullptr && before->shared;
  if (policy.shared != was_shared && !who.is_admin()) return central::denied("qos_policy:shared");
  TRY_VOID(check_limits(policy));
  for (auto& limit : policy.bandwidth_limits) {
    if (limit.id.empty()) limit.id = deps_.ids.uuid();
  }
  if (policy.dscp_mark && policy.dscp_rule_id.empty()) policy.dscp_rule_id = deps_.ids.uuid();
  if (!policy.is_default) return {};
  TRY(const auto own, boundary::list<QosPolicy>(writer, boundary::By{"project_id", policy.project_id.str()}));
  for (const auto& other : own) {
    if (other.id == policy.id || !other.is_default) continue;
    return failed(Code::conflict, "qos_policy.default_exists", "A default QoS policy exists for project {}: {}.", policy.project_id, other.id);
  }
  return {};
}

Result<void> QosPolicies::check_removal(Writer& writer, const QosPolicy& policy) {
  TRY_VOID(check_not_used<domain::Network>(writer, policy));
  TRY_VOID(check_not_used<domain::Port>(writer, policy));
  return check_not_used<domain::FloatingIp>(writer, policy);
}

Result<void> QosPolicies::written(Writer& writer, const QosPolicy& policy) { return central::note_sharing(deps_, writer, policy); }
Result<void> QosPolicies::removed(Writer& writer, const QosPolicy& policy) { return central::forget_sharing(writer, policy.id.str()); }

}  // namespace causeway::services
