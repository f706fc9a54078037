#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>

#include "causeway/boundary/container_engine.hpp"
#include "causeway/boundary/digest.hpp"
#include "causeway/boundary/region_gateway.hpp"

namespace causeway::services {

/// Gets images into the Engine: from the region's image service, streamed and verified, or from a registry.
///
/// Concurrency: thread-safe; an image that several containers wait for is fetched once. Failures: not_found and invalid
/// are final
/// ("image.bad_archive", "image.bad_checksum", "engine.no_image"); others may pass.
class ImageKeeper {
 public:
  ImageKeeper(boundary::ContainerEngine& engine, boundary::RegionGateway& region, boundary::Digests& digests);
  /// What to tell the Engine to run. Blocks for the time of the transfer.
  Result<std::string> ensure(const domain::ImageRef& image);
  /// Breaks transfers off; ensure() fails with `cancelled` from now on.
  void stop() { stop_.request_stop(); }

 private:
  Result<std::string> ensure_from_region(const domain::ImageRef& image);
  Result<std::string> ensure_from_registry(const domain::ImageRef& image);
  std::shared_ptr<std::mutex> turn_of(const std::string& reference);

  boundary::ContainerEngine& engine_;
  boundary::RegionGateway& region_;
  boundary::Digests& digests_;
  std::stop_source stop_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<std::mutex>> turns_;
};

/// The name under which an image of the image service is known to the Engine. Names that archives bring are never used:
/// two tenants' archives may bring the same.
std::string engine_reference(const std::string& image_id);

}  // namespace causeway::services
