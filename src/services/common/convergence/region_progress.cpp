#include "causeway/services/common/convergence/region_progress.hpp"

#include <algorithm>

#include "causeway/base/log.hpp"

namespace causeway::services {

using boundary::Revision;

RegionProgress::RegionProgress(const boundary::Store& store, boundary::ProgressReceiver& centre, Options options)
    : store_(store), centre_(centre), options_(options) {}

RegionProgress::~RegionProgress() { stop(); }

void RegionProgress::start() {
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void RegionProgress::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void RegionProgress::applied(const std::string& centre_store, Revision cursor) {
  const Revision own = store_.revision();
  {
    std::lock_guard lock(mutex_);
    if (centre_store != progress_.store || cursor < progress_.applied) {  // another centre, or one that went back in time
      pairs_.clear();
      hosts_.clear();
      progress_.store = centre_store;
    } else if (cursor == progress_.applied) {
      return;
    }
    progress_.applied = cursor;
    // two revisions of the centre between which nothing of ours changed: one pair says it
    if (!pairs_.empty() && pairs_.back().own == own) {
      pairs_.back().centre = cursor;
    } else {
      pairs_.push_back({cursor, own});
    }
    trim();
    news_ = true;
  }
  wake_.notify_one();
}

void RegionProgress::trim() {
  if (pairs_.size() <= options_.max_pairs) return;
  std::deque<Pair> kept;
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    if (i % 2 == 1 || i + 1 == pairs_.size()) kept.push_back(pairs_[i]);
  }
  pairs_ = std::move(kept);
}

void RegionProgress::host_applied(const domain::HostName& host, const domain::HostApplied& applied) {
  if (applied.store != store_.store_id()) return;
  {
    std::lock_guard lock(mutex_);
    const auto [entry, is_new] = hosts_.try_emplace(host);
    auto& known = entry->second;
    if (!is_new && known.own == applied.applied && known.failures == applied.failures) return;
    known.own = applied.applied;
    known.failures = applied.failures;
    news_ = true;
  }
  wake_.notify_one();
}

Revision RegionProgress::centre_revision(Revision own) const {
  const auto after =
      std::upper_bound(pairs_.begin(), pairs_.end(), own, [](Revision revision, const Pair& pair) { return revision < pair.own; });
  return after == pairs_.begin() ? 0 : std::prev(after)->centre;
}

domain::RegionProgress RegionProgress::now() {
  std::lock_guard lock(mutex_);
  auto out = progress_;
  for (auto& [name, host] : hosts_) {
    host.centre = std::max(host.centre, centre_revision(host.own));
    out.hosts.push_back({name, host.centre, host.failures});
  }
  return out;
}

void RegionProgress::loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, options_.heartbeat, [this] { return news_; });
      news_ = false;
    }
    if (stop.stop_requested()) return;
    const auto told = now();
    if (told.store.empty()) continue;  // nothing was heard of the centre yet
    const bool sent = centre_.progress(told).has_value();
    std::unique_lock lock(mutex_);
    news_ = news_ || !sent;
    wake_.wait_for(lock, stop, sent ? options_.gap : options_.retry, [] { return false; });
  }
}

}  // namespace causeway::services
