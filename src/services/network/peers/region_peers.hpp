#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "causeway/boundary/control/peer_feeds.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/services/common/housekeeping.hpp"
#include "causeway/services/common/replica.hpp"
#include "causeway/services/common/subscription.hpp"

namespace causeway::services {

/// Hears of other regions' ports from those regions themselves, so that containers of two regions find each other while the
/// centre is away. The centre tells of the same ports, later: see `shared_with_centre`.
///
/// Job: says at the centre where this region can be reached, and keeps one subscription to the feed of each region that has
/// said so. A region that cannot be dialled is no trouble: its ports come by the centre. Lifetime: start() / stop(); the
/// deps outlive it. Concurrency: any thread; one thread for each region.
class RegionPeers {
 public:
  struct Deps {
    boundary::Store& store;
    boundary::PeerFeeds& feeds;
    domain::RegionName region;
    std::chrono::milliseconds look_every{2'000};  ///< for regions that came, went, or moved
  };
  explicit RegionPeers(Deps deps);
  ~RegionPeers();

  /// Where others reach our control API.
  Result<void> announce(const std::string& control_url);
  void start();
  void stop();

  /// What the replica of the centre has to know: a port of which the region itself told something newer stays as it is, and
  /// the ports of a region that we hear, on networks that the centre tells of, are not removed because the centre has not heard of them yet. Deletions count
  /// whoever tells them: a port's id is never used again.
  Replica::Shared shared_with_centre();

 private:
  struct Peer;
  Result<void> look();
  bool hears(std::string_view region) const;

  const Deps deps_;
  mutable std::mutex mutex_;
  std::map<domain::RegionName, std::unique_ptr<Peer>> peers_;
  Housekeeping looking_;
};

}  // namespace causeway::services
