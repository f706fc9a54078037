#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "causeway/domain/ids.hpp"

namespace causeway::services {

/// What the network driver and the data plane tell each other of this host's ports: whose links wait for Docker, and
/// which of Docker's endpoints are whose. In memory only: Docker does not repeat what it said before an agent died, so
/// whether a port is plugged is always observed in the kernel as well.
///
/// Concurrency: thread-safe; only wait_* block, with a bound.
class PortBoard {
 public:
  /// The container's end is here, for Docker to take.
  void set_ready(const domain::PortId& port);
  /// Nothing is known of its links now.
  void set_unready(const domain::PortId& port);
  bool wait_ready(const domain::PortId& port, std::chrono::milliseconds limit);
  /// Docker waits for the container's end, to put it into a new container: who had it before is gone. Until it is ready.
  void set_awaited(const domain::PortId& port);
  bool is_awaited(const domain::PortId& port) const;

  /// Docker made an endpoint for the port; one that it forgot to delete is replaced.
  void attach(const std::string& endpoint, const domain::PortId& port);
  std::optional<domain::PortId> port_of(const std::string& endpoint) const;
  void set_joined(const std::string& endpoint, bool joined);
  bool is_joined(const std::string& endpoint) const;
  /// Docker knows which interface is the port's, and takes it, or has.
  bool is_joined(const domain::PortId& port) const;
  /// The endpoint is no more: its port's links come back, or are gone. None for an unknown one.
  std::optional<domain::PortId> detach(const std::string& endpoint);
  /// Docker deleted the port's endpoint, and nobody has looked at the links since.
  bool is_returning(const domain::PortId& port) const;
  bool has_endpoint(const domain::PortId& port) const;
  /// False when Docker still has an endpoint of it after `limit`.
  bool wait_detached(const domain::PortId& port, std::chrono::milliseconds limit);
  void forget(const domain::PortId& port);

 private:
  struct Endpoint {
    domain::PortId port;
    bool joined = false;
  };
  bool has_endpoint_locked(const domain::PortId& port) const;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, Endpoint> endpoints_;  ///< by Docker's endpoint id
  std::set<domain::PortId> ready_, returning_, awaited_;
};

}  // namespace causeway::services
