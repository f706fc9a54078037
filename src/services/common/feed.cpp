#include "causeway/services/common/feed.hpp"

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <set>
#include <thread>

#include "causeway/base/log.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/services/common/feed_line.hpp"

namespace causeway::services {

using boundary::Change;
using boundary::Revision;
using Steady = std::chrono::steady_clock;

namespace {

FeedLine line_of(const Change& change, std::optional<Revision> cursor) {
  FeedLine line;
  line.op = change.erased ? FeedLine::Op::del : FeedLine::Op::put;
  line.kind = change.record.kind;
  line.id = change.record.id;
  if (!change.erased) line.body = change.record.body;
  line.cursor = cursor;
  return line;
}

FeedLine control_line(FeedLine::Op op, std::optional<Revision> cursor) {
  FeedLine line;
  line.op = op;
  line.cursor = cursor;
  return line;
}

struct Subscriber {
  std::string name;
  std::shared_ptr<boundary::LineSink> sink;
  std::unique_ptr<Interest> interest;
  Revision cursor = 0;             ///< of the pump's thread
  std::atomic<Revision> sent = 0;  ///< `cursor`, for everybody
  Revision complete_at_start = 0;  ///< of the stream: tombstones up to here went before it, and do not matter to it
  Revision synced_at = 0;          ///< end of the snapshot that is under way; 0 = none
  bool greeted = false;
  bool needs_reset = false;
  Steady::time_point last_line{};
};

}  // namespace

struct FeedServer::Impl : std::enable_shared_from_this<FeedServer::Impl> {
  boundary::Store& store;
  Options options;
  /// Never held while a sink is called, and taken in the callbacks of sinks and store: nothing is locked under it.
  std::mutex wake_mutex;
  std::condition_variable wake;
  bool woken = false;
  bool stopping = false;
  mutable std::mutex list_mutex;
  std::list<std::shared_ptr<Subscriber>> subscribers;
  std::shared_ptr<void> commits;
  std::thread thread;
  metrics::Counter lines = metrics::counter("causeway_feed_lines_total", "Lines written to feed subscribers");

  Impl(boundary::Store& s, Options o) : store(s), options(o) {}

  void nudge() {
    {
      std::lock_guard lock(wake_mutex);
      woken = true;
    }
    wake.notify_one();
  }

  void loop() {
    while (true) {
      {
        std::unique_lock lock(wake_mutex);
        wake.wait_for(lock, options.heartbeat / 2, [&] { return woken || stopping; });
        if (stopping) return;
        woken = false;
      }
      for (const auto& subscriber : present()) {
        if (auto served = serve(*subscriber); !served) {
          log::warn("feed to {}: {}", subscriber->name, served.error().describe());
          subscriber->sink->close();
        }
      }
    }
  }

  /// Who is connected; forgets the others.
  std::vector<std::shared_ptr<Subscriber>> present() {
    std::lock_guard lock(list_mutex);
    subscribers.remove_if([](const auto& s) {
      const bool left = s->sink->closed();
      if (left) log::info("feed subscriber {} left", s->name);
      return left;
    });
    return {subscribers.begin(), subscribers.end()};
  }

  Result<void> serve(Subscriber& s) {
    if (!s.greeted) TRY_VOID(greet(s));
    while (s.sink->pending() < options.max_pending && s.cursor < store.revision()) {
      std::string chunk;
      const auto read = store.read([&](boundary::Reader& reader) { return append_batch(s, reader, chunk); });
      TRY_VOID(read);
      if (!chunk.empty() && !send(s, std::move(chunk))) return {};
    }
    if (s.synced_at == 0) s.sent = s.cursor;
    if (Steady::now() - s.last_line >= options.heartbeat && s.sink->pending() == 0) {
      send(s, write_line(control_line(FeedLine::Op::beat, s.synced_at == 0 ? std::optional(s.cursor) : std::nullopt)));
    }
    return {};
  }

  Result<void> greet(Subscriber& s) {
    s.greeted = true;
    FeedLine hello = control_line(FeedLine::Op::hello, std::nullopt);
    hello.store = store.store_id();
    std::string chunk = write_line(hello);
    TRY_VOID(store.read([&](boundary::Reader& reader) -> Result<void> {
      TRY(const Revision complete, reader.oldest_complete());
      TRY(const Revision now, reader.revision());
      s.complete_at_start = complete;
      if (s.needs_reset || s.cursor < complete || s.cursor > now || s.cursor == 0) {
        s.cursor = 0;
        s.synced_at = now;
        chunk += write_line(control_line(FeedLine::Op::reset, std::nullopt));
        if (now == 0) {
          s.synced_at = 0;
          chunk += write_line(control_line(FeedLine::Op::synced, Revision{0}));
        }
      }
      return s.interest->resume(reader, s.cursor);
    }));
    send(s, std::move(chunk));
    return {};
  }

  Result<void> append_batch(Subscriber& s, boundary::Reader& reader, std::string& chunk) {
    TRY(const Revision complete, reader.oldest_complete());
    if (complete > s.complete_at_start && s.cursor < complete) {  // it was too slow: when it dials again it gets a snapshot
      return failed(Code::unavailable, "feed.history_gone", "The history after revision {} is gone.", s.cursor);
    }
    TRY(const auto changes, reader.changes(s.cursor, options.batch));
    TRY(const Revision now, reader.revision());
    std::set<std::pair<std::string, std::string>> opened;
    for (const auto& change : changes) {
      for (auto& closed : s.interest->closes(change)) append_closed(std::move(closed), opened, chunk);
      for (const auto& select : s.interest->opens(change)) TRY_VOID(append_opened(s, select, reader, opened, chunk));
      // while a snapshot is under way nothing is in order yet: a cut in the middle starts it again
      const auto cursor = s.synced_at == 0 ? std::optional(change.record.revision) : std::nullopt;
      if (s.interest->wants(change)) {
        chunk += write_line(line_of(change, cursor));
        lines.add();
      }
      s.cursor = change.record.revision;
      note_synced(s, chunk);
    }
    if (changes.size() < options.batch) s.cursor = std::max(s.cursor, now);
    note_synced(s, chunk);
    return {};
  }

  void note_synced(Subscriber& s, std::string& chunk) {
    if (s.synced_at == 0 || s.cursor < s.synced_at) return;
    s.synced_at = 0;
    chunk += write_line(control_line(FeedLine::Op::synced, s.cursor));
  }

  Result<void> append_opened(Subscriber& s, const boundary::Select& select, boundary::Reader& reader, std::set<std::pair<std::string, std::string>>& opened,
                             std::string& chunk) {
    std::vector<boundary::Record> records;
    if (select.index == "id") {
      TRY(auto record, reader.find(select.kind, select.value));
      if (record) records.push_back(*std::move(record));
    } else {
      TRY(records, reader.list(select));
    }
    for (auto& record : records) {
      const Change now{std::move(record), false};
      if (!s.interest->wants(now) || !opened.emplace(now.record.kind, now.record.id).second) continue;
      chunk += write_line(line_of(now, std::nullopt));
      lines.add();
    }
    return {};
  }

  void append_closed(Interest::Closed closed, std::set<std::pair<std::string, std::string>>& opened, std::string& chunk) {
    FeedLine line = control_line(FeedLine::Op::leave, std::nullopt);
    line.kind = std::move(closed.kind);
    line.id = std::move(closed.id);
    chunk += write_line(line);
    lines.add();
    opened.clear();  // what comes back within this batch has to be sent again
  }

  bool send(Subscriber& s, std::string chunk) {
    s.last_line = Steady::now();
    return s.sink->write(std::move(chunk));
  }
};

FeedServer::FeedServer(boundary::Store& store, Options options) : impl_(std::make_shared<Impl>(store, options)) {}

FeedServer::~FeedServer() { stop(); }

void FeedServer::start() {
  impl_->commits = impl_->store.on_commit([impl = impl_.get()](Revision) { impl->nudge(); });
  impl_->thread = std::thread([this] { impl_->loop(); });
}

void FeedServer::stop() {
  impl_->commits.reset();
  {
    std::lock_guard lock(impl_->wake_mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->thread.joinable()) impl_->thread.join();
  std::list<std::shared_ptr<Subscriber>> leaving;
  {
    std::lock_guard lock(impl_->list_mutex);
    leaving.swap(impl_->subscribers);
  }
  for (const auto& subscriber : leaving) subscriber->sink->close();
}

void FeedServer::subscribe(std::string name, std::shared_ptr<boundary::LineSink> sink, std::unique_ptr<Interest> interest,
                           const std::string& store_id, Revision from) {
  auto subscriber = std::make_shared<Subscriber>();
  subscriber->name = std::move(name);
  subscriber->interest = std::move(interest);
  subscriber->cursor = from;
  subscriber->needs_reset = store_id != impl_->store.store_id();
  subscriber->sink = sink;
  log::info("feed subscriber {} from revision {}", subscriber->name, from);
  std::vector<std::shared_ptr<Subscriber>> replaced;
  {
    std::lock_guard lock(impl_->list_mutex);
    // a peer that dials again replaces its former stream, which may be half open for a long time
    std::erase_if(impl_->subscribers, [&](const auto& other) {
      if (other->name != subscriber->name) return false;
      replaced.push_back(other);
      return true;
    });
    impl_->subscribers.push_back(std::move(subscriber));
  }
  for (const auto& former : replaced) former->sink->close();
  sink->on_drain([weak = std::weak_ptr<Impl>(impl_)] {
    if (const auto impl = weak.lock()) impl->nudge();
  });
  impl_->nudge();
}

std::vector<std::string> FeedServer::subscribers() const {
  std::lock_guard lock(impl_->list_mutex);
  std::vector<std::string> names;
  for (const auto& subscriber : impl_->subscribers) {
    if (!subscriber->sink->closed()) names.push_back(subscriber->name);
  }
  return names;
}

Revision FeedServer::sent(const std::string& name) const {
  std::lock_guard lock(impl_->list_mutex);
  for (const auto& subscriber : impl_->subscribers) {
    if (subscriber->name == name && !subscriber->sink->closed()) return subscriber->sent;
  }
  return 0;
}

}  // namespace causeway::services
