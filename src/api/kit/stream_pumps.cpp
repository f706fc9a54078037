#include "causeway/api/kit/stream_pumps.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "causeway/async/turnstile.hpp"
#include "causeway/base/log.hpp"

namespace causeway::api {
namespace {

constexpr std::size_t piece_size = 32 * 1024;
constexpr std::size_t max_pending = 256 * 1024;

class SourceBody final : public http::BodySource {
 public:
  explicit SourceBody(std::unique_ptr<boundary::ByteSource> source) : source_(std::move(source)) {}
  Result<std::size_t> read(std::span<char> into) override { return source_->read(into); }
  std::optional<std::uint64_t> length() const override { return source_->length(); }

 private:
  std::unique_ptr<boundary::ByteSource> source_;
};

/// One stream under way, or about to be.
struct Pump {
  std::unique_ptr<boundary::ByteSource> source;
  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable_any drained;

  void wake() {
    { const std::lock_guard lock(mutex); }
    drained.notify_all();
  }

  void run(http::StreamWriter& writer) {
    std::string piece(piece_size, '\0');
    while (!writer.closed() && !stop.stop_requested()) {
      const auto count = source->read(piece);
      if (!count) {
        if (count.error().code != Code::cancelled) log::warn("a stream broke off: {}", count.error().describe());
        writer.break_off();
        return;
      }
      if (*count == 0) {
        writer.close();
        return;
      }
      if (!writer.write(piece.substr(0, *count))) return;
      std::unique_lock lock(mutex);
      drained.wait(lock, stop.get_token(), [&] { return writer.closed() || writer.pending() < max_pending; });
    }
    writer.break_off();
  }
};

}  // namespace

struct StreamPumps::Shared {
  Shared(std::size_t most, std::size_t most_of_one) : places(most, most_of_one) {}

  async::Turnstile places;
  std::mutex mutex;
  bool stopping = false;
  std::uint64_t next = 0;
  std::map<std::uint64_t, std::pair<std::jthread, std::shared_ptr<Pump>>> running;
  std::vector<std::jthread> finished;

  void start(const std::shared_ptr<Pump>& pump, std::shared_ptr<http::StreamWriter> writer,
             std::shared_ptr<void> slot, const std::shared_ptr<Shared>& self) {
    std::vector<std::jthread> reaped;
    const std::lock_guard lock(mutex);
    reaped.swap(finished);
    if (stopping) return;  // the writer closes with its last copy
    const auto number = next++;
    auto& entry = running[number];
    entry.second = pump;
    entry.first = std::jthread([self, pump, number, writer = std::move(writer), slot = std::move(slot)]() mutable {
      writer->on_drain([weak = std::weak_ptr<Pump>(pump), seen = std::weak_ptr<http::StreamWriter>(writer)] {
        const auto here = weak.lock();
        const auto stream = seen.lock();
        if (!here) return;
        if (!stream || stream->closed()) here->stop.request_stop();
        here->wake();
      });
      pump->run(*writer);
      writer.reset();
      pump->source.reset();
      slot.reset();
      const std::lock_guard done(self->mutex);
      const auto mine = self->running.find(number);
      if (mine == self->running.end()) return;  // stop() has it
      self->finished.push_back(std::move(mine->second.first));
      self->running.erase(mine);
    });
  }
};

StreamPumps::StreamPumps(std::size_t most, std::size_t most_of_one)
    : shared_(std::make_shared<Shared>(most, most_of_one)) {}
StreamPumps::~StreamPumps() { stop(); }

void StreamPumps::stop() {
  std::map<std::uint64_t, std::pair<std::jthread, std::shared_ptr<Pump>>> ending;
  std::vector<std::jthread> reaped;
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->stopping = true;
    ending.swap(shared_->running);
    reaped.swap(shared_->finished);
  }
  for (auto& [number, entry] : ending) {
    entry.second->stop.request_stop();
    entry.second->wake();
  }
}

std::size_t StreamPumps::open_streams() const { return shared_->places.inside(); }

Result<Reply> StreamPumps::carry(const std::string& owner, const Open& open, std::string content_type) {
  {
    const std::lock_guard lock(shared_->mutex);
    if (shared_->stopping) return failed(Code::unavailable, "streams.stopping", "The service is stopping.");
  }
  // whatever becomes of the answer, its place is free again when the last of it goes
  auto slot = shared_->places.enter(owner);
  if (!slot) {
    return failed(Code::exhausted, "streams.too_many", "As many streams are open as are allowed; try again later.");
  }
  auto pump = std::make_shared<Pump>();
  TRY(pump->source, open(pump->stop.get_token()));
  http::Response response;
  response.headers.set("Content-Type", content_type);
  response.open_stream = [shared = shared_, pump, slot = std::move(slot)](std::shared_ptr<http::StreamWriter> writer) {
    shared->start(pump, std::move(writer), slot, shared);
  };
  Reply reply;
  reply.raw = std::move(response);
  return reply;
}

std::unique_ptr<http::BodySource> body_of_source(std::unique_ptr<boundary::ByteSource> source) {
  return std::make_unique<SourceBody>(std::move(source));
}

Result<std::size_t> RequestBytes::read(std::span<char> into) {
  if (stream_ != nullptr) return stream_->read(into);
  const auto count = rest_.copy(into.data(), into.size());
  rest_.remove_prefix(count);
  return count;
}

void RequestBytes::drain() {
  constexpr std::uint64_t most = 256u << 20;
  std::string dropped(64 * 1024, '\0');
  for (std::uint64_t total = 0; total < most;) {
    const auto count = read(dropped);
    if (!count || *count == 0) return;
    total += *count;
  }
}

std::optional<std::uint64_t> RequestBytes::length() const {
  if (stream_ != nullptr) return stream_->length();
  return rest_.size();
}

}  // namespace causeway::api
