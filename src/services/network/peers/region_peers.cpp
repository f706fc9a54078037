#include "causeway/services/network/peers/region_peers.hpp"

#include <utility>
#include <vector>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/region/region.hpp"

namespace causeway::services {

using domain::RegionContact;
using domain::RegionName;

namespace {

bool tells_of_network(const Json& port, const Replica::Snapshot& snapshot) {
  return snapshot.contains({std::string(domain::Network::kind), text_member(port, "network_id")});
}

/// The snapshot says of which networks it tells (see PeerInterest). Of others that are here the region has not heard yet that they are of
/// interest: that its ports there are not in the snapshot says nothing, until it opens them.
bool is_on_untold_network(boundary::Reader& reader, std::string_view, const Json& port, const Replica::Snapshot& snapshot) {
  if (tells_of_network(port, snapshot)) return false;
  const auto network = reader.find(domain::Network::kind, text_member(port, "network_id"));
  return !network || *network;
}

}  // namespace

struct RegionPeers::Peer {
  Peer(boundary::Store& store, const RegionName& region, std::string url, std::unique_ptr<boundary::FeedSource> feed)
      : control_url(std::move(url)),
        source(std::move(feed)),
        replica(store, "region " + region.str(), {std::string(domain::Port::kind)},
                [region](std::string_view kind, const Json& body) {
                  return kind == domain::Port::kind && text_member(body, "region") == region.str();
                },
                {nullptr, is_on_untold_network}),
        subscription(*source, replica, {"feed from region " + region.str()}, {}) {
    subscription.start();
  }

  const std::string control_url;
  const std::unique_ptr<boundary::FeedSource> source;
  Replica replica;
  Subscription subscription;
};

namespace {

std::int64_t revision_of(const Json& body) {
  const Json* revision = member(body, "revision_number");
  return revision != nullptr && revision->is_int64() ? revision->get_int64() : 0;
}

}  // namespace

RegionPeers::RegionPeers(Deps deps)
    : deps_(std::move(deps)), looking_("other regions", deps_.look_every, [this] { return look(); }) {}

RegionPeers::~RegionPeers() { stop(); }

Result<void> RegionPeers::announce(const std::string& control_url) {
  return deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY(const auto known, boundary::find<RegionContact>(writer, deps_.region));
    if (known && known->control_url == control_url) return {};
    TRY_VOID(boundary::put(writer, RegionContact{deps_.region, deps_.region, control_url}));
    return {};
  });
}

void RegionPeers::start() { looking_.start(); }

void RegionPeers::stop() {
  looking_.stop();
  decltype(peers_) ending;
  {
    const std::lock_guard lock(mutex_);
    ending = std::exchange(peers_, {});
  }
  for (const auto& [region, peer] : ending) peer->subscription.stop();
}

Result<void> RegionPeers::look() {
  TRY(const auto contacts, boundary::view(deps_.store, [](boundary::Reader& reader) { return boundary::list<RegionContact>(reader); }));
  std::map<RegionName, std::string> wanted;
  for (const auto& contact : contacts) {
    if (contact.region != deps_.region) wanted.emplace(contact.region, contact.control_url);
  }
  std::vector<std::unique_ptr<Peer>> ending;
  {
    const std::lock_guard lock(mutex_);
    for (auto peer = peers_.begin(); peer != peers_.end();) {
      const auto found = wanted.find(peer->first);
      const bool stays = found != wanted.end() && found->second == peer->second->control_url;
      if (!stays) ending.push_back(std::move(peer->second));
      peer = stays ? std::next(peer) : peers_.erase(peer);
    }
  }
  ending.clear();  // waits for their threads, which may be asking hears()
  for (const auto& [region, url] : wanted) {
    const std::lock_guard lock(mutex_);
    if (peers_.contains(region)) continue;
    auto feed = deps_.feeds.open(region.str(), url);
    if (!feed) {
      log::warn("region {} says that it is at {}: {}", region, url, feed.error().describe());
      continue;
    }
    peers_.emplace(region, std::make_unique<Peer>(deps_.store, region, url, *std::move(feed)));
  }
  return {};
}

bool RegionPeers::hears(std::string_view region) const {
  const std::lock_guard lock(mutex_);
  const auto found = peers_.find(RegionName(std::string(region)));
  return found != peers_.end() && found->second->subscription.connected() && found->second->replica.synced();
}

Replica::Shared RegionPeers::shared_with_centre() {
  return {[](std::string_view kind, const Json& present, const Json& incoming) {
            return kind == domain::Port::kind && revision_of(present) >= revision_of(incoming);
          },
          [this](boundary::Reader&, std::string_view kind, const Json& body, const Replica::Snapshot& snapshot) {
            return kind == domain::Port::kind && hears(text_member(body, "region")) && tells_of_network(body, snapshot);
          }};
}

}  // namespace causeway::services
