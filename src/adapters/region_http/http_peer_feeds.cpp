#include "causeway/adapters/region_http/http_peer_feeds.hpp"

#include "causeway/adapters/region_http/feeds.hpp"

namespace causeway::adapters {
namespace {

/// A feed with the client that it alone dials by.
class OwnedFeed final : public boundary::FeedSource {
 public:
  OwnedFeed(std::string name, http::Endpoint endpoint, std::chrono::milliseconds silence)
      : client_(std::move(name), std::move(endpoint)), feed_(client_, silence) {}
  Result<void> watch(const std::string& store_id, boundary::Revision from, std::stop_token stop,
                     const std::function<Result<void>(const std::vector<std::string_view>&)>& lines) override {
    return feed_.watch(store_id, from, std::move(stop), lines);
  }

 private:
  ControlClient client_;
  HttpFeedSource feed_;
};

}  // namespace

Result<std::unique_ptr<boundary::FeedSource>> HttpPeerFeeds::open(const std::string& region, const std::string& control_url) {
  TRY(auto endpoint, http::Endpoint::parse(control_url));
  endpoint.tls = tls_;
  return std::make_unique<OwnedFeed>("region " + region, std::move(endpoint), silence_);
}

}  // namespace causeway::adapters
