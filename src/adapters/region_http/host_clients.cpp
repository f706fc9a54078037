#include "causeway/adapters/region_http/host_clients.hpp"

#include "causeway/base/encoding.hpp"

namespace causeway::adapters {

Result<std::shared_ptr<ControlClient>> HostClients::of(const domain::Host& host) {
  if (host.api_address.empty()) return failed(Code::unavailable, "host.unreachable", "Host {} has not said where it can be reached.", host.id);
  std::lock_guard lock(mutex_);
  auto& client = clients_[host.id.str() + " " + host.api_address];
  if (client == nullptr) {
    TRY(auto endpoint, http::Endpoint::parse((tls_ ? "https://" : "http://") + host.api_address));
    endpoint.tls = tls_;
    client = std::make_shared<ControlClient>("host " + host.id.str(), std::move(endpoint));
  }
  return client;
}

std::string path_with_id(std::string path, const std::string& id) {
  const auto at = path.find("{id}");
  return path.replace(at, 4, percent_encode(id));
}

}  // namespace causeway::adapters
