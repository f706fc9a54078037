#include "causeway/services/agent/convergence/applied_watch.hpp"

namespace causeway::services {
namespace {

/// In a report: a host on which everything fails must not flood its region.
constexpr std::size_t max_failures = 32;
constexpr std::size_t max_text = 300;
constexpr int failures_before_told = 3;

}  // namespace

AppliedWatch::AppliedWatch(const boundary::Store& store, const HostView& view, const Reconciler& loop, std::function<void()> hurry, Options options)
    : store_(store), view_(view), keys_(loop), hurry_(std::move(hurry)), options_(options) {}

AppliedWatch::~AppliedWatch() { stop(); }

void AppliedWatch::start() {
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void AppliedWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void AppliedWatch::replica_at(const std::string& region_store, boundary::Revision cursor) {
  std::lock_guard lock(mutex_);
  if (replica_.store != region_store || cursor < replica_.revision) {
    candidate_.reset();
    applied_ = {};
  }
  replica_ = {region_store, cursor};
}

void AppliedWatch::changed() {
  {
    std::lock_guard lock(mutex_);
    woken_ = true;
  }
  wake_.notify_one();
}

void AppliedWatch::advance_locked() {
  for (int round = 0; round < 2; ++round) {  // the second takes up what came while the first was waited for
    if (!candidate_) {
      if (replica_ == applied_ || replica_.store.empty()) return;
      candidate_ = Candidate{replica_, store_.revision(), std::nullopt};
    }
    if (!candidate_->mark && view_.told() >= candidate_->own) candidate_->mark = keys_.mark();
    if (!candidate_->mark || !keys_.attempted(*candidate_->mark)) return;
    applied_ = std::move(candidate_->point);
    candidate_.reset();
  }
}

domain::HostApplied AppliedWatch::now() {
  domain::HostApplied out;
  {
    std::lock_guard lock(mutex_);
    advance_locked();
    out.store = applied_.store;
    out.applied = applied_.revision;
  }
  for (auto& key : keys_.status()) {
    if (key.failures < failures_before_told) continue;
    if (out.failures.size() == max_failures) break;
    out.failures.push_back({std::move(key.key), key.last_error.substr(0, max_text)});
  }
  return out;
}

void AppliedWatch::loop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, stop, [this] { return woken_; });
    woken_ = false;
    const Point before = applied_;
    const auto end = std::chrono::steady_clock::now() + options_.patience;
    for (advance_locked(); applied_ != replica_ && std::chrono::steady_clock::now() < end && !stop.stop_requested(); advance_locked()) {
      wake_.wait_for(lock, stop, options_.poll, [] { return false; });
    }
    const bool news = applied_ != before;
    lock.unlock();
    if (news) hurry_();
    lock.lock();
    wake_.wait_for(lock, stop, options_.gap, [] { return false; });
  }
}

}  // namespace causeway::services
