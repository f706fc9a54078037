#pragma once

#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/services/central/central_resource.hpp"

namespace causeway::services {

/// QoS policies with their rules; a new rule has no id and is given one. Who may change policies is the API's policy: limits
/// are the operator's word.
///
/// Fails besides: invalid "qos_policy.bad_limit", "qos_policy.bad_mark"; conflict "qos_policy.rule_exists" (one rule of each
/// type and direction), "qos_policy.in_use" while a network, port or floating IP has it.
class QosPolicies final : public CentralResource<domain::QosPolicy> {
 public:
  using CentralResource::CentralResource;

 protected:
  Result<void> complete(boundary::Writer& writer, const domain::Caller& who, const domain::QosPolicy* before,
                        domain::QosPolicy& policy) override;
  Result<void> check_removal(boundary::Writer& writer, const domain::QosPolicy& policy) override;
  Result<void> written(boundary::Writer& writer, const domain::QosPolicy& policy) override;
  Result<void> removed(boundary::Writer& writer, const domain::QosPolicy& policy) override;
};

}  // namespace causeway::services
