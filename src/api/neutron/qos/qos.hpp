#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/neutron/resource_docs.hpp"

namespace causeway::api {

JsonObject limit_view(const domain::QosPolicy& policy, const domain::BandwidthLimit& limit);
/// Neutron's rule of type dscp_marking; a policy has one at most.
struct DscpRule {
  std::string id;
  std::uint32_t mark = 0;
};
std::vector<DscpRule> dscp_rules_of(const domain::QosPolicy& policy);
JsonObject dscp_view(const domain::QosPolicy& policy, const DscpRule& rule);
void add_qos_rule_routes(std::vector<BoundRoute>& into, NeutronApi& api);
ResourceDoc qos_policy_doc();
ResourceDoc bandwidth_limit_doc();
ResourceDoc dscp_marking_doc();

}  // namespace causeway::api
