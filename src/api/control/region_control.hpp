#pragma once

#include "causeway/api/control/control_style.hpp"
#include "causeway/boundary/image/image_data.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/services/common/feed.hpp"
#include "causeway/services/containers/data/commits.hpp"
#include "causeway/services/containers/host_images/host_images.hpp"
#include "causeway/services/containers/registries/registries.hpp"
#include "causeway/services/containers/reports.hpp"

namespace causeway::api {

/// What a region serves to its hosts over the control API: desired state by feed, reports, image data both ways; and to other
/// regions: the data of its images.
/// Mounting: Mount{control_style("control"), region_control_routes(api)} on a listener with mutual TLS.
struct RegionControlApi {
  services::FeedServer& feeds;
  services::Reports& reports;
  boundary::ImageData& images;
  services::Registries& registries;
  services::HostImages& host_images;
  domain::RegionName region;
  services::Commits& commits;
};
std::vector<BoundRoute> region_control_routes(RegionControlApi& api);

}  // namespace causeway::api
