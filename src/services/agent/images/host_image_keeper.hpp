#pragma once

#include <map>
#include <mutex>

#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/image_keeper.hpp"
#include "causeway/services/common/reconciler.hpp"

namespace causeway::services {

/// Brings the images that administrators want on this host into the Engine, and takes them out again: the steps of the
/// reconciler keys "image/<id>".
///
/// Job: look, transfer, report. An image that was removed behind our back is fetched again; one that a container uses
/// stays in the Engine when its record goes. Concurrency: thread-safe for different keys. Failures: those that may pass
/// are returned, and tried again with backoff; final ones are reported and tried again with the next look that is asked
/// for by a change of the record.
class HostImageKeeper {
 public:
  HostImageKeeper(const HostView& view, boundary::ContainerEngine& engine, ImageKeeper& images, boundary::PullGateway& region)
      : view_(view), engine_(engine), images_(images), region_(region) {}
  Result<Step> step(const std::string& key);

 private:
  Result<Step> remove(const domain::HostImage& image);
  Result<void> report(const domain::HostImage& image, domain::HostImageReport report);

  const HostView& view_;
  boundary::ContainerEngine& engine_;
  ImageKeeper& images_;
  boundary::PullGateway& region_;
};

}  // namespace causeway::services
