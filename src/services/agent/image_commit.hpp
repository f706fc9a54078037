#pragma once

#include <mutex>
#include <set>
#include <stop_token>
#include <string>

#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/boundary/engine/container_engine.hpp"
#include "causeway/boundary/engine/engine_data.hpp"

namespace causeway::services {

/// Makes an image of a container and sends its data to the region, as it is read.
///
/// The image has a name of ours in the Engine until the region has it whole. A run that broke off goes on with the image
/// that it finds, so that what is sent is what the container was when it was first asked; a region that has the data
/// already says so. Names that a dead process left are removed before the first run.
///
/// Concurrency: thread-safe; may block for as long as the data takes. Failures: `may_pass` tells those after which
/// another run makes sense; after any other nothing is left in the Engine.
class ImageCommit {
 public:
  ImageCommit(boundary::ContainerEngine& engine, boundary::EngineData& data, boundary::RegionGateway& region)
      : engine_(engine), data_(data), region_(region) {}
  Result<void> run(const domain::ContainerId& container, const domain::ImageId& image);
  static bool may_pass(const Error& error);
  /// Breaks transfers off; run() fails with `cancelled` from now on.
  void stop() { stop_.request_stop(); }

 private:
  Result<void> make_and_send(const domain::ContainerId& container, const domain::ImageId& image,
                             const std::string& reference);
  Result<void> sweep_once();

  boundary::ContainerEngine& engine_;
  boundary::EngineData& data_;
  boundary::RegionGateway& region_;
  std::stop_source stop_;
  std::mutex mutex_;
  bool swept_ = false;
};

}  // namespace causeway::services
