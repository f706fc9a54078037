#pragma once

#include <memory>
#include <optional>

#include "causeway/adapters/glance/glance_client.hpp"
#include "causeway/adapters/region_http/region_images.hpp"
#include "causeway/adapters/system/digest.hpp"
#include "causeway/adapters/system/file_blobs.hpp"
#include "causeway/app/common/service_process.hpp"
#include "causeway/services/common/housekeeping.hpp"
#include "causeway/services/common/presented_tokens.hpp"
#include "causeway/services/images/external/external_images.hpp"
#include "causeway/services/images/images.hpp"
#include "causeway/services/images/remote_images.hpp"

namespace causeway::app {

/// Where the images of a region are, as `images.source` has it: here (embedded), or in a Glance (external), with what is
/// here behind it.
///
///   embedded:  catalog, search, data = Images -- RemoteImages -- other regions
///   external:  catalog, search, data = ExternalImages -- GlanceClient -- Glance
///                                                     -- Images (what it had before; images of other regions)
///
/// Lifetime: the process, whose state is open, and what `open` is given outlive it. `stop` before the listeners go: what
/// waits for others is broken off.
class RegionImageService {
 public:
  struct Deps {
    ServiceProcess& process;
    std::optional<http::ClientTls> tls;  ///< towards other regions
    boundary::TokenVerifier& tokens;
    boundary::ServiceIdentity* us = nullptr;  ///< null: identity is embedded, and with it (config.cpp) the images
  };
  static Result<std::unique_ptr<RegionImageService>> open(const Deps& deps);
  void start();
  void stop();

  boundary::ImageCatalog& catalog();
  boundary::ImageSearch& search();
  boundary::ImageData& data();
  services::Images& own() { return *images_; }
  /// For listeners whose requests may go on to Glance.
  boundary::TokenVerifier& verifier() { return *tokens_; }

 private:
  RegionImageService() = default;
  Result<void> open_own(const Deps& deps);
  Result<void> open_glance(const Deps& deps);

  adapters::SystemDigests digests_;
  std::unique_ptr<services::PresentedTokens> presented_;
  boundary::TokenVerifier* tokens_ = nullptr;
  std::unique_ptr<adapters::FileBlobs> blobs_;
  std::unique_ptr<adapters::HttpRegionImages> regions_;
  std::unique_ptr<services::RemoteImages> remote_;
  std::unique_ptr<services::Images> images_;
  std::unique_ptr<services::Housekeeping> copies_;
  std::unique_ptr<adapters::GlanceClient> glance_;
  std::unique_ptr<services::ExternalCommits> commits_;
  std::unique_ptr<services::ExternalImages> external_;
  std::unique_ptr<services::Housekeeping> ended_commits_;
};

}  // namespace causeway::app
