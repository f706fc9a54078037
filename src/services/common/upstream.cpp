#include "causeway/services/common/upstream.hpp"

#include "causeway/base/log.hpp"
#include "causeway/services/common/feed_line.hpp"

namespace causeway::services {

using boundary::Revision;

namespace {

FeedLine line(FeedLine::Op op, std::optional<Revision> cursor = std::nullopt) {
  FeedLine made;
  made.op = op;
  made.cursor = cursor;
  return made;
}

}  // namespace

Upstream::Upstream(boundary::Store& store, boundary::FeedReceiver& receiver, Ours ours, Options options)
    : store_(store), receiver_(receiver), ours_(std::move(ours)), options_(std::move(options)) {}

Upstream::~Upstream() { stop(); }

void Upstream::start() {
  commits_ = store_.on_commit([this](Revision) {
    {
      std::lock_guard lock(mutex_);
      woken_ = true;
    }
    wake_.notify_one();
  });
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void Upstream::stop() {
  commits_.reset();
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Upstream::loop(std::stop_token stop) {
  auto backoff = options_.first_backoff;
  std::string last_error;
  while (!stop.stop_requested()) {
    const Revision before = passed_;
    const auto outcome = talk(stop);
    if (stop.stop_requested()) return;
    if (passed_ != before) backoff = options_.first_backoff;
    const std::string error = outcome ? "" : outcome.error().describe();
    if (error != last_error) log::warn("{}: {}", options_.name, error);
    last_error = error;
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, backoff, [] { return false; });
    backoff = std::min(backoff * 2, options_.max_backoff);
  }
}

void Upstream::pass(Revision cursor) {
  {
    std::lock_guard lock(mutex_);
    passed_ = cursor;
  }
  passing_.notify_all();
}

bool Upstream::wait_until_passed(Revision revision, std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return passing_.wait_for(lock, patience, [&] { return passed_ >= revision; });
}

Result<void> Upstream::talk(std::stop_token stop) {
  TRY(const auto known, receiver_.position());
  Revision told = known.cursor;  // by the receiver
  Revision cursor = known.store_id == store_.store_id() ? told : 0;
  TRY_VOID(store_.read([&](boundary::Reader& reader) -> Result<void> {
    TRY(complete_at_start_, reader.oldest_complete());
    return {};
  }));
  Revision snapshot_end = 0;
  std::string lines;
  if (cursor == 0 || cursor < complete_at_start_ || cursor > store_.revision()) {
    cursor = 0;
    snapshot_end = std::max<Revision>(store_.revision(), 1);
    FeedLine hello = line(FeedLine::Op::hello);
    hello.store = store_.store_id();
    lines = write_line(hello) + write_line(line(FeedLine::Op::reset));
  }
  while (!stop.stop_requested()) {
    TRY(cursor, batch_from(cursor, snapshot_end, lines));
    if (snapshot_end != 0 && cursor >= std::min(snapshot_end, store_.revision())) {
      snapshot_end = 0;
      lines += write_line(line(FeedLine::Op::synced, cursor));
    }
    if (!lines.empty()) {
      TRY(const auto answer, receiver_.push(told, lines));
      lines.clear();
      told = answer.cursor;
      if (snapshot_end == 0) {
        if (answer.store_id != store_.store_id()) return failed(Code::conflict, "feed.store", "The receiver has forgotten us.");
        if (answer.cursor != cursor) return failed(Code::conflict, "feed.cursor", "The receiver is at {}, we are at {}.", answer.cursor, cursor);
      }
    }
    if (snapshot_end == 0) pass(cursor);
    std::unique_lock lock(mutex_);
    if (cursor < store_.revision()) continue;
    const bool news = wake_.wait_for(lock, stop, options_.heartbeat, [&] { return woken_; });
    woken_ = false;
    lock.unlock();
    if (!news && !stop.stop_requested()) lines = write_line(line(FeedLine::Op::beat, cursor));
  }
  return {};
}

/// Appends the lines of the next batch; the new cursor.
Result<Revision> Upstream::batch_from(Revision cursor, Revision snapshot_end, std::string& lines) {
  Revision reached = cursor;
  bool sent = false;
  TRY_VOID(store_.read([&](boundary::Reader& reader) -> Result<void> {
    TRY(const Revision complete, reader.oldest_complete());
    if (complete > complete_at_start_ && cursor < complete) return failed(Code::unavailable, "feed.history_gone", "The history after revision {} is gone.", cursor);
    TRY(const auto changes, reader.changes(cursor, options_.batch));
    for (const auto& change : changes) {
      reached = change.record.revision;
      if (!ours_(change)) continue;
      FeedLine made = line(change.erased ? FeedLine::Op::del : FeedLine::Op::put);
      made.kind = change.record.kind;
      made.id = change.record.id;
      if (!change.erased) made.body = change.record.body;
      if (snapshot_end == 0) made.cursor = reached;
      lines += write_line(made);
      sent = true;
    }
    if (changes.size() < options_.batch) {  // the newest revisions may be those of tombstones that are forgotten by now
      TRY(reached, reader.revision());
    }
    return {};
  }));
  if (sent && snapshot_end == 0) lines += write_line(line(FeedLine::Op::beat, reached));
  return reached;
}

}  // namespace causeway::services
