#pragma once

#include <vector>

#include "causeway/api/kit/service.hpp"
#include "causeway/services/images/images.hpp"

/// The Image API v2 as Glance speaks it. The app mounts it so:
///
///   services::Images images({store, blobs, digests, clock, ids});
///   TRY_VOID(images.recover());
///   api::GlanceApi glance{images};
///   api::Service service({{api::glance_style(), api::glance_routes(glance)}}, {&tokens, ids, health});
///   server.listen({"127.0.1.1", 9292}, service);
///
/// An upload holds one of the server's worker threads until it ends.
namespace causeway::api {

/// Outlives the routes bound to it. Thread-safe, as the service is.
struct GlanceApi {
  services::Images& images;
};

Style glance_style();
std::vector<BoundRoute> glance_routes(GlanceApi& api);

}  // namespace causeway::api
