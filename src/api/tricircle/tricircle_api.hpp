#pragma once

#include "causeway/api/kit/route.hpp"
#include "causeway/api/kit/service.hpp"
#include "causeway/services/central/pods.hpp"

namespace causeway::api {

/// The Tricircle Admin API v1.0: pods (regions that take part). Administrators only.
/// Mounting: Mount{tricircle_style(identity_url), tricircle_routes(api)}.
struct TricircleApi {
  services::Pods& pods;
};
Style tricircle_style(std::string identity_url);
std::vector<BoundRoute> tricircle_routes(TricircleApi& api);

}  // namespace causeway::api
