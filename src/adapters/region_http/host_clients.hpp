#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/domain/host/host.hpp"

namespace causeway::adapters {

/// The clients of a region's hosts, one for each, made on first use. Thread-safe. unavailable "host.unreachable" for a host
/// that has not said where it is.
class HostClients {
 public:
  explicit HostClients(std::optional<http::ClientTls> tls) : tls_(std::move(tls)) {}
  Result<std::shared_ptr<ControlClient>> of(const domain::Host& host);

 private:
  const std::optional<http::ClientTls> tls_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<ControlClient>> clients_;  ///< by "<host> <address>"
};

/// A contract's path with its {id} filled in.
std::string path_with_id(std::string path, const std::string& id);

}  // namespace causeway::adapters
