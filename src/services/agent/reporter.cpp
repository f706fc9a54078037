#include "causeway/services/agent/reporter.hpp"

#include <algorithm>

#include "causeway/base/fields.hpp"
#include "causeway/base/log.hpp"

namespace causeway::services {
namespace {

template <class T>
bool same(const T& a, const T& b) {
  return encode(a) == encode(b);
}

}  // namespace

Reporter::Reporter(boundary::RegionGateway& region, std::function<domain::Host()> inventory,
                   std::function<Containers()> containers, Options options)
    : region_(region), inventory_(std::move(inventory)), all_containers_(std::move(containers)), options_(std::move(options)) {}

Reporter::~Reporter() { stop(); }

void Reporter::start() {
  thread_ = std::jthread([this](std::stop_token stop) { loop(std::move(stop)); });
}

void Reporter::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Reporter::container(const domain::ContainerReport& report) {
  {
    std::lock_guard lock(mutex_);
    const auto found = containers_.find(report.id);
    if (found != containers_.end() && same(found->second, report)) return;
    containers_[report.id] = report;
    dirty_containers_.insert(report.id);
  }
  wake_.notify_one();
}

void Reporter::port(const domain::PortReport& report) {
  {
    std::lock_guard lock(mutex_);
    const auto found = ports_.find(report.id);
    if (found != ports_.end() && same(found->second, report)) return;
    ports_[report.id] = report;
    dirty_ports_.insert(report.id);
  }
  wake_.notify_one();
}

void Reporter::routing(const domain::HostRouting& routing) {
  {
    std::lock_guard lock(mutex_);
    if (routing_ && same(*routing_, routing)) return;
    routing_ = routing;
    routing_is_dirty_ = true;
  }
  wake_.notify_one();
}

void Reporter::forget(const domain::ContainerId& id) {
  std::lock_guard lock(mutex_);
  containers_.erase(id);
  dirty_containers_.erase(id);
}

void Reporter::forget(const domain::PortId& id) {
  std::lock_guard lock(mutex_);
  ports_.erase(id);
  dirty_ports_.erase(id);
}

void Reporter::resend_all() {
  {
    std::lock_guard lock(mutex_);
    full_ = true;
    for (const auto& [id, report] : containers_) dirty_containers_.insert(id);
    for (const auto& [id, report] : ports_) dirty_ports_.insert(id);
  }
  wake_.notify_one();
}

void Reporter::beat() {
  {
    std::lock_guard lock(mutex_);
    beat_ = true;
  }
  wake_.notify_one();
}

bool Reporter::full_is_due() {
  const auto expected = all_containers_();
  std::lock_guard lock(mutex_);
  return full_ && expected && std::ranges::all_of(*expected, [&](const auto& id) { return containers_.contains(id); });
}

Reporter::Round Reporter::gather(bool full) {
  Round out;
  std::lock_guard lock(mutex_);
  out.report.full = full;
  out.containers.swap(dirty_containers_);
  out.ports.swap(dirty_ports_);
  for (const auto& [id, report] : containers_) {
    if (full || out.containers.contains(id)) out.report.containers.push_back(report);
  }
  for (const auto& [id, report] : ports_) {
    if (full || out.ports.contains(id)) out.report.ports.push_back(report);
  }
  if (full || routing_is_dirty_) out.report.routing = routing_;
  routing_is_dirty_ = false;
  if (full) full_ = false;
  return out;
}

void Reporter::put_back(const Round& round) {
  std::lock_guard lock(mutex_);
  full_ = true;
  routing_is_dirty_ = routing_is_dirty_ || round.report.routing.has_value();
  for (const auto& id : round.containers) {
    if (containers_.contains(id)) dirty_containers_.insert(id);
  }
  for (const auto& id : round.ports) {
    if (ports_.contains(id)) dirty_ports_.insert(id);
  }
}

bool Reporter::owes_all() {
  std::lock_guard lock(mutex_);
  return full_;
}

void Reporter::loop(std::stop_token stop) {
  auto backoff = options_.first_backoff;
  std::string last_error;
  while (!stop.stop_requested()) {
    // asked first: what was seen up to then is in the report
    auto applied = options_.applied ? options_.applied() : domain::HostApplied();
    auto round = gather(full_is_due());
    round.report.applied = std::move(applied);
    round.report.host = inventory_();
    round.report.session = options_.session;
    round.report.seq = ++seq_;
    const auto sent = region_.report(round.report);
    if (!sent) put_back(round);
    const auto text = sent ? std::string() : sent.error().describe();
    if (!text.empty() && text != last_error) log::warn("reporting to the region: {}", text);
    last_error = text;
    // one that is owed already is on its way: asking again must not send everything twice
    if (sent && sent->full && !owes_all()) resend_all();

    std::unique_lock lock(mutex_);
    if (!sent) {
      wake_.wait_for(lock, stop, backoff, [] { return false; });
      backoff = std::min(backoff * 2, options_.max_backoff);
      continue;
    }
    backoff = options_.first_backoff;
    wake_.wait_for(lock, stop, options_.heartbeat,
                   [&] { return beat_ || routing_is_dirty_ || !dirty_containers_.empty() || !dirty_ports_.empty(); });
    beat_ = false;
  }
}

}  // namespace causeway::services
