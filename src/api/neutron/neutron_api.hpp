#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/route.hpp"
#include "causeway/api/kit/service.hpp"
#include "causeway/boundary/control/forwarder.hpp"
#include "causeway/boundary/network/network_agents.hpp"
#include "causeway/boundary/network/network_details.hpp"
#include "causeway/boundary/network/network_facts.hpp"
#include "causeway/boundary/network/network_quotas.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/boundary/network/resource_service.hpp"
#include "causeway/boundary/network/router_service.hpp"
#include "causeway/boundary/network/trunk_details.hpp"
#include "causeway/domain/network/pools/address_scope.hpp"
#include "causeway/domain/network/pools/subnet_pool.hpp"
#include "causeway/domain/network/qos_policy.hpp"
#include "causeway/domain/network/sharing/rbac_policy.hpp"

namespace causeway::api {

/// The other families of objects that the centre serves.
struct CentralResources {
  boundary::ResourceService<domain::AddressScope>& address_scopes;
  boundary::ResourceService<domain::SubnetPool>& subnet_pools;
  boundary::ResourceService<domain::RbacPolicy>& rbac_policies;
  boundary::ResourceService<domain::QosPolicy>& qos_policies;
  boundary::NetworkQuotas& quotas;
  boundary::NetworkAgents& agents;
  boundary::NetworkFacts& facts;
  boundary::ResourceService<domain::Trunk>& trunks;
};

/// The Networking API v2.0 (reference: the Neutron API; networking-api section of the docs), for the centre and for regions.
///
/// At the centre `central` is set and everything is served here. In a region `forwarder` is set: reads and everything about
/// ports are served here; writes to what the centre owns are forwarded to it with the caller's token.
/// Mounting: Mount{neutron_style(identity_url), neutron_routes(api)}. The object outlives the Service. Stateless.
struct NeutronApi {
  boundary::NetworkService& network;
  boundary::CentralNetworkService* central = nullptr;
  boundary::Forwarder* forwarder = nullptr;
  std::string region;
  boundary::RouterService* routers = nullptr;          ///< at the centre
  boundary::FloatingIpService* floating_ips = nullptr;  ///< at the centre
  CentralResources* resources = nullptr;  ///< where `central` is
  boundary::TrunkDetails* trunk_details = nullptr;  ///< none: ports show no trunks
  boundary::NetworkDetails* network_details = nullptr;  ///< none: networks show neither subnets nor zones
};

/// Passes the request on to the centre as it is.
Result<Reply> forward_to_centre(NeutronApi& api, Call& call);

Style neutron_style(std::string identity_url);
std::vector<BoundRoute> neutron_routes(NeutronApi& api);

}  // namespace causeway::api
