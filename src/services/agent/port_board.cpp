#include "causeway/services/agent/port_board.hpp"

#include <algorithm>

namespace causeway::services {

void PortBoard::set_ready(const domain::PortId& port) {
  {
    std::lock_guard lock(mutex_);
    ready_.insert(port);
    returning_.erase(port);
    awaited_.erase(port);
  }
  changed_.notify_all();
}

void PortBoard::set_awaited(const domain::PortId& port) {
  std::lock_guard lock(mutex_);
  awaited_.insert(port);
}

bool PortBoard::is_awaited(const domain::PortId& port) const {
  std::lock_guard lock(mutex_);
  return awaited_.contains(port);
}

void PortBoard::set_unready(const domain::PortId& port) {
  std::lock_guard lock(mutex_);
  ready_.erase(port);
}

bool PortBoard::wait_ready(const domain::PortId& port, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return ready_.contains(port); });
}

void PortBoard::attach(const std::string& endpoint, const domain::PortId& port) {
  std::lock_guard lock(mutex_);
  std::erase_if(endpoints_, [&](const auto& entry) { return entry.first != endpoint && entry.second.port == port; });
  endpoints_.try_emplace(endpoint, Endpoint{port, false});
}

std::optional<domain::PortId> PortBoard::port_of(const std::string& endpoint) const {
  std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  if (found == endpoints_.end()) return std::nullopt;
  return found->second.port;
}

void PortBoard::set_joined(const std::string& endpoint, bool joined) {
  std::lock_guard lock(mutex_);
  if (const auto found = endpoints_.find(endpoint); found != endpoints_.end()) found->second.joined = joined;
}

bool PortBoard::is_joined(const domain::PortId& port) const {
  std::lock_guard lock(mutex_);
  return std::ranges::any_of(endpoints_, [&](const auto& entry) { return entry.second.port == port && entry.second.joined; });
}

bool PortBoard::is_joined(const std::string& endpoint) const {
  std::lock_guard lock(mutex_);
  const auto found = endpoints_.find(endpoint);
  return found != endpoints_.end() && found->second.joined;
}

std::optional<domain::PortId> PortBoard::detach(const std::string& endpoint) {
  std::optional<domain::PortId> port;
  {
    std::lock_guard lock(mutex_);
    const auto found = endpoints_.find(endpoint);
    if (found == endpoints_.end()) return std::nullopt;
    port = found->second.port;
    endpoints_.erase(found);
    ready_.erase(*port);
    returning_.insert(*port);
  }
  changed_.notify_all();
  return port;
}

bool PortBoard::is_returning(const domain::PortId& port) const {
  std::lock_guard lock(mutex_);
  return returning_.contains(port);
}

bool PortBoard::has_endpoint_locked(const domain::PortId& port) const {
  return std::ranges::any_of(endpoints_, [&](const auto& entry) { return entry.second.port == port; });
}

bool PortBoard::has_endpoint(const domain::PortId& port) const {
  std::lock_guard lock(mutex_);
  return has_endpoint_locked(port);
}

bool PortBoard::wait_detached(const domain::PortId& port, std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return !has_endpoint_locked(port); });
}

void PortBoard::forget(const domain::PortId& port) {
  std::lock_guard lock(mutex_);
  std::erase_if(endpoints_, [&](const auto& entry) { return entry.second.port == port; });
  ready_.erase(port);
  returning_.erase(port);
  awaited_.erase(port);
}

}  // namespace causeway::services
