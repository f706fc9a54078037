#pragma once

#include <optional>

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/control/peer_feeds.hpp"

namespace causeway::adapters {

/// GET watch_path of another region's control API, with this region's certificate.
class HttpPeerFeeds final : public boundary::PeerFeeds {
 public:
  /// `silence`: as HttpFeedSource.
  HttpPeerFeeds(std::optional<http::ClientTls> tls, std::chrono::milliseconds silence) : tls_(std::move(tls)), silence_(silence) {}
  Result<std::unique_ptr<boundary::FeedSource>> open(const std::string& region, const std::string& control_url) override;

 private:
  const std::optional<http::ClientTls> tls_;
  const std::chrono::milliseconds silence_;
};

}  // namespace causeway::adapters
