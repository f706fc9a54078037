#pragma once

#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/neutron/resource_docs.hpp"

namespace causeway::api {

JsonObject limit_view(const domain::QosPolicy& policy, const domain::BandwidthLimit& limit);
void add_qos_rule_routes(std::vector<BoundRoute>& into, NeutronApi& api);
ResourceDoc qos_policy_doc();
ResourceDoc bandwidth_limit_doc();

}  // namespace causeway::api
