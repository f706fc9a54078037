#include "causeway/services/containers/hosts/host_watch.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include "causeway/base/log.hpp"
#include "causeway/boundary/collection.hpp"
#include "causeway/services/containers/hosts/host_loss.hpp"

namespace causeway::services {

Result<void> HostWatch::start() {
  TRY_VOID(expect_all());
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
  return {};
}

void HostWatch::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

Result<void> HostWatch::expect_all() {
  TRY(const auto hosts,
      boundary::view(deps_.store, [](boundary::Reader& reader) { return boundary::list<domain::Host>(reader); }));
  for (const auto& host : hosts) {
    if (!host.down) deps_.liveness.expect(host.id);
  }
  return {};
}

void HostWatch::look() {
  for (const auto& host : deps_.liveness.silent_for(options_.down_after)) {
    if (const auto done = give_up(host); !done) log::warn("giving up host {}: {}", host, done.error().describe());
  }
}

Result<void> HostWatch::give_up(const domain::HostName& name) {
  const Time now = deps_.clock.now();
  deps_.liveness.doubt(name);  // a report from here on comes to the store, behind us
  TRY_VOID(deps_.store.write([&](boundary::Writer& writer) -> Result<void> {
    TRY(auto host, boundary::find<domain::Host>(writer, name));
    if (!host || host->down || !deps_.liveness.is_silent(name, options_.down_after)) return {};
    const auto since = deps_.liveness.since_record(name);
    host->down = true;
    host->last_seen = std::max(host->last_seen, since.heard);
    host->report_count += since.reports;
    host->updated_at = now;
    TRY_VOID(boundary::put(writer, *host));
    log::warn("host {} is down: nothing was heard of it since {}", name, plain_time(host->last_seen));
    return lose_containers(writer, deps_.network, *host, now);
  }));
  deps_.liveness.want_all(name);
  deps_.liveness.given_up(name, options_.down_after);
  return {};
}

void HostWatch::loop(std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  auto last = deps_.clock.steady();
  while (!stop.stop_requested()) {
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, options_.every, [] { return false; });
    if (stop.stop_requested()) return;
    const auto now = deps_.clock.steady();
    // when even this thread did not run, no report could be taken: the silence is ours
    if (now - last > options_.every * 4) deps_.liveness.excuse_all();
    last = now;
    look();
  }
}

}  // namespace causeway::services
