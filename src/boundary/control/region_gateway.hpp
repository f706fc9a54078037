#pragma once

#include <functional>
#include <stop_token>
#include <string_view>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/boundary/blobs.hpp"
#include "causeway/domain/container/container.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/region/progress.hpp"
#include "causeway/domain/router/host_routing.hpp"

namespace causeway::boundary {

/// Host to region. `full` reports name everything the host holds; the others name what changed.
struct HostReport {
  domain::Host host;  ///< inventory; the region ignores the operator's fields
  std::string session;   ///< of the agent's process
  std::int64_t seq = 0;  ///< grows within the session: one that was overtaken is old news
  bool full = false;
  std::vector<domain::ContainerReport> containers;
  std::vector<domain::PortReport> ports;
  domain::HostApplied applied;
  std::optional<domain::HostRouting> routing;  ///< whole, when it changed, and in every full report
  static constexpr auto fields() {
    using H = HostReport;
    return std::tuple{field("host", &H::host), field("session", &H::session), field("seq", &H::seq), field("full", &H::full), field("containers", &H::containers), field("ports", &H::ports),
                      field("applied", &H::applied), field("routing", &H::routing)};
  }
};

/// Region to host: `full` asks for a full report, because the region may believe what is not so any more.
struct ReportAnswer {
  bool full = false;
  static constexpr auto fields() { return std::tuple{field("full", &ReportAnswer::full)}; }
};

/// What an agent asks of its region over the control API (mutual TLS). Desired state comes by feed, not through here.
class RegionGateway {
 public:
  virtual ~RegionGateway() = default;
  virtual Result<ReportAnswer> report(const HostReport& report) = 0;
  /// Streams the data of an image of the region's image service from byte `from` on, piece by piece. An error of `piece`
  /// ends it. After one of the way (unavailable, timeout) the rest may be asked for.
  virtual Result<void> fetch_image(const domain::ImageId& image, std::uint64_t from,
                                   const std::function<Result<void>(std::string_view)>& piece, std::stop_token stop) = 0;
  /// The data of an image that a commit was asked into, as it is read; a region that has it already is content without
  /// reading. An error of `data` is returned as it is. forbidden "commit.foreign"; unavailable "image.upload_under_way".
  virtual Result<void> store_image(const domain::ImageId& image, ByteSource& data, std::stop_token stop) = 0;
};

}  // namespace causeway::boundary
