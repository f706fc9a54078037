#pragma once

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/control/feed_source.hpp"
#include "causeway/boundary/control/progress_receiver.hpp"

namespace causeway::adapters {

/// The feed of a centre (for a region) or of a region (for a host): GET watch_path.
class HttpFeedSource final : public boundary::FeedSource {
 public:
  /// `silence`: without a byte for so long the peer counts as gone; three of its heartbeats.
  HttpFeedSource(ControlClient& client, std::chrono::milliseconds silence);
  Result<void> watch(const std::string& store_id, boundary::Revision from, std::stop_token stop,
                     const std::function<Result<void>(const std::vector<std::string_view>&)>& lines) override;

 private:
  ControlClient& client_;
  const std::chrono::milliseconds silence_;
};

/// The centre's side of a region's upstream: upstream_path.
class HttpFeedReceiver final : public boundary::FeedReceiver {
 public:
  explicit HttpFeedReceiver(ControlClient& client);
  Result<Position> position() override;
  Result<Position> push(boundary::Revision from, const std::string& lines) override;

 private:
  ControlClient& client_;
};

/// The centre hears how far the region is: progress_path.
class HttpProgressReceiver final : public boundary::ProgressReceiver {
 public:
  explicit HttpProgressReceiver(ControlClient& client) : client_(client) {}
  Result<void> progress(const domain::RegionProgress& progress) override;

 private:
  ControlClient& client_;
};

}  // namespace causeway::adapters
