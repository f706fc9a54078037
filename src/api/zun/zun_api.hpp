#pragma once

#include <string>
#include <vector>

#include "causeway/api/kit/service.hpp"
#include "causeway/api/kit/stream_pumps.hpp"
#include "causeway/boundary/image/image_search.hpp"
#include "causeway/services/containers/actions/action_history.hpp"
#include "causeway/services/containers/capsules/capsules.hpp"
#include "causeway/services/containers/consoles/consoles.hpp"
#include "causeway/services/containers/containers.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/data/container_data.hpp"
#include "causeway/services/containers/host_images/host_images.hpp"
#include "causeway/services/containers/hosts.hpp"
#include "causeway/services/containers/networks/announced_networks.hpp"
#include "causeway/services/containers/quotas.hpp"
#include "causeway/services/containers/registries/registries.hpp"

/// The Zun v1 API (microversions 1.1 to 1.40) of a region's container service. It is mounted on the root of its
/// listener, because it serves "/" and, as Zun does, every path also without "/v1":
///
///   ZunApi zun{.containers = containers, .hosts = hosts, ...};
///   Service service({Mount{zun_style(identity_url), zun_routes(zun)}}, {&tokens, ids, health});
namespace causeway::api {

/// What the handlers work on; outlives the routes.
struct ZunApi {
  services::Containers& containers;
  services::Hosts& hosts;
  services::Quotas& quotas;
  services::AnnouncedNetworks& networks;
  services::ActionHistory& actions;
  services::Registries& registries;
  services::ContainerData& data;
  StreamPumps& followers;
  services::Commits& commits;
  services::Consoles& consoles;
  services::HostImages& host_images;
  boundary::ImageSearch& image_search;
  services::Capsules& capsules;
};

/// `identity_url` is named to clients that come without a valid token.
Style zun_style(std::string identity_url);
/// `policy` says whom each row admits.
std::vector<BoundRoute> zun_routes(ZunApi& api, const domain::Policy& policy = {});

}  // namespace causeway::api
