#pragma once

#include <map>
#include <vector>

#include "causeway/api/neutron/neutron_api.hpp"
#include "causeway/api/neutron/resource_docs.hpp"

namespace causeway::api {

/// `trunk_details` of those of the ports that are parents.
Result<std::map<domain::PortId, Json>> trunk_views(NeutronApi& api, const std::vector<domain::Port>& ports);
void add_trunk_routes(std::vector<BoundRoute>& into, NeutronApi& api);
ResourceDoc trunk_doc();

}  // namespace causeway::api
