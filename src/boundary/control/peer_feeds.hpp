#pragma once

#include <memory>
#include <string>

#include "causeway/boundary/control/feed_source.hpp"

namespace causeway::boundary {

/// The feeds of other regions.
class PeerFeeds {
 public:
  virtual ~PeerFeeds() = default;
  /// Does not dial yet. invalid for what is no URL of a control API.
  virtual Result<std::unique_ptr<FeedSource>> open(const std::string& region, const std::string& control_url) = 0;
};

}  // namespace causeway::boundary
