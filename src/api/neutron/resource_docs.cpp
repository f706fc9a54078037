#include "causeway/api/neutron/resource_docs.hpp"

#include "causeway/api/neutron/qos/qos.hpp"
#include "causeway/api/neutron/resources.hpp"
#include "causeway/api/neutron/trunks/trunk_views.hpp"

namespace causeway::api {

std::vector<ResourceDoc> neutron_resource_docs() {
  return {network_doc(),       subnet_doc(),      port_doc(),  security_group_doc(), security_group_rule_doc(), router_doc(), floating_ip_doc(), subnet_pool_doc(),
          address_scope_doc(), rbac_policy_doc(), agent_doc(), qos_policy_doc(),     bandwidth_limit_doc(), dscp_marking_doc(), trunk_doc()};
}

}  // namespace causeway::api
