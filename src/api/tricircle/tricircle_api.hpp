#pragma once

#include "causeway/api/kit/route.hpp"
#include "causeway/api/kit/service.hpp"
#include "causeway/services/central/jobs/jobs.hpp"
#include "causeway/services/central/jobs/routings.hpp"
#include "causeway/services/central/pods.hpp"

namespace causeway::api {

/// The Tricircle Admin API v1.0: pods (regions that take part), routings (what is in which region) and jobs (which changes
/// have reached whom). Administrators only.
/// Mounting: Mount{tricircle_style(identity_url), tricircle_routes(api)}.
struct TricircleApi {
  services::Pods& pods;
  services::Routings& routings;
  services::Jobs& jobs;
};
Style tricircle_style(std::string identity_url);
std::vector<BoundRoute> tricircle_routes(TricircleApi& api);

void bind_routing_routes(std::vector<BoundRoute>& into, TricircleApi& api);
void bind_job_routes(std::vector<BoundRoute>& into, TricircleApi& api);

}  // namespace causeway::api
