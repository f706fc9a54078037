#pragma once

#include "causeway/api/neutron/neutron_api.hpp"

/// Each resource adds its rows; a resource that the centre owns adds forwarding rows where `forwarder` is set.
namespace causeway::api {

void add_network_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_subnet_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_port_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_security_group_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_router_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_floating_ip_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_tag_routes(std::vector<BoundRoute>& into, NeutronApi& api);
void add_discovery_routes(std::vector<BoundRoute>& into, NeutronApi& api);

/// Passes the request on to the centre as it is.
Result<Reply> forward_to_centre(NeutronApi& api, Call& call);

}  // namespace causeway::api
