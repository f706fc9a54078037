#include "causeway/services/containers/hosts/host_liveness.hpp"

#include <algorithm>

namespace causeway::services {

HostLiveness::HostLiveness(boundary::Clock& clock) : clock_(clock), excused_(clock.steady()) {}

HostLiveness::Word HostLiveness::heard(const boundary::HostReport& report, Duration grain) {
  auto inventory = encode(report.host);
  std::lock_guard lock(mutex_);
  auto& entry = hosts_[report.host.id];
  if (!report.session.empty() && entry.session == report.session && report.seq <= entry.seq) return Word::late;
  entry.session = report.session;
  entry.seq = report.seq;
  entry.heard = clock_.steady();
  entry.heard_at = clock_.now();
  entry.given_up = false;
  ++entry.uncounted;
  const bool known = entry.inventory == inventory && entry.heard - entry.counted < grain;
  const bool empty = report.containers.empty() && report.ports.empty() && !report.routing && !report.full;
  return known && empty ? Word::routine : Word::news;
}

void HostLiveness::recorded(const boundary::HostReport& report) {
  auto inventory = encode(report.host);
  std::lock_guard lock(mutex_);
  auto& entry = hosts_[report.host.id];
  entry.inventory = std::move(inventory);
}

void HostLiveness::counted(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  auto& entry = hosts_[host];
  entry.counted = clock_.steady();
  entry.uncounted = 0;
}

void HostLiveness::doubt(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  if (const auto found = hosts_.find(host); found != hosts_.end()) found->second.inventory.reset();
}

void HostLiveness::want_all(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  hosts_[host].wants_all = true;
}

void HostLiveness::received_all(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  hosts_[host].wants_all = false;
}

bool HostLiveness::wants_all(const domain::HostName& host) const {
  std::lock_guard lock(mutex_);
  const auto found = hosts_.find(host);
  return found == hosts_.end() || found->second.wants_all;
}

void HostLiveness::expect(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  hosts_[host].heard = clock_.steady();
}

void HostLiveness::excuse_all() {
  std::lock_guard lock(mutex_);
  excused_ = clock_.steady();
}

bool HostLiveness::silent(const Entry& entry, Duration limit) const {
  return clock_.steady() - std::max(entry.heard, excused_) > limit;
}

std::vector<domain::HostName> HostLiveness::silent_for(Duration limit) const {
  std::lock_guard lock(mutex_);
  std::vector<domain::HostName> out;
  for (const auto& [host, entry] : hosts_) {
    if (!entry.given_up && silent(entry, limit)) out.push_back(host);
  }
  return out;
}

bool HostLiveness::is_silent(const domain::HostName& host, Duration limit) const {
  std::lock_guard lock(mutex_);
  const auto found = hosts_.find(host);
  return found == hosts_.end() || silent(found->second, limit);
}

void HostLiveness::given_up(const domain::HostName& host, Duration limit) {
  std::lock_guard lock(mutex_);
  auto& entry = hosts_[host];
  entry.given_up = silent(entry, limit);
  entry.uncounted = 0;
}

void HostLiveness::forget(const domain::HostName& host) {
  std::lock_guard lock(mutex_);
  hosts_.erase(host);
}

HostLiveness::Since HostLiveness::since_record(const domain::HostName& host) const {
  std::lock_guard lock(mutex_);
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return {};
  return {found->second.heard_at, found->second.uncounted};
}

}  // namespace causeway::services
