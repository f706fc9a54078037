#pragma once

#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/boundary/control/pull_gateway.hpp"
#include "causeway/boundary/host/host_image_search.hpp"

namespace causeway::adapters {

/// Host to region. Thread-safe.
class HttpPullGateway final : public boundary::PullGateway {
 public:
  explicit HttpPullGateway(ControlClient& client) : client_(client) {}
  Result<domain::RegistryCredentials> credentials_for(const domain::ContainerId& container) override;
  Result<void> report_image(const domain::HostImageReport& report) override;

 private:
  ControlClient& client_;
};

/// Region to host: a client for each call, because people search seldom. Thread-safe.
class HttpHostImageSearch final : public boundary::HostImageSearch {
 public:
  explicit HttpHostImageSearch(std::optional<http::ClientTls> tls) : tls_(std::move(tls)) {}
  Result<std::vector<boundary::FoundImage>> search(const domain::Host& host, const std::string& term) override;

 private:
  const std::optional<http::ClientTls> tls_;
};

}  // namespace causeway::adapters
