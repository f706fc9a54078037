#pragma once

#include "causeway/api/neutron/resource_rows.hpp"

/// Each resource adds its rows; a resource that the centre owns adds forwarding rows where `forwarder` is set.
namespace causeway::api {

void add_network_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_subnet_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_port_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_security_group_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_address_scope_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_subnet_pool_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_rbac_policy_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_quota_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_agent_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_fact_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_qos_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_router_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_floating_ip_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_tag_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_discovery_routes(std::vector<BoundRoute>& into, NeutronApi& api);

/// And tells its attributes.
ResourceDoc network_doc();
ResourceDoc subnet_doc();
ResourceDoc port_doc();
ResourceDoc security_group_doc();
ResourceDoc security_group_rule_doc();
ResourceDoc router_doc();
ResourceDoc floating_ip_doc();
ResourceDoc address_scope_doc();
ResourceDoc subnet_pool_doc();
ResourceDoc rbac_policy_doc();
ResourceDoc agent_doc();


}  // namespace causeway::api
