#include "causeway/adapters/region_http/pull_gateway.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {

Result<domain::RegistryCredentials> HttpPullGateway::credentials_for(const domain::ContainerId& container) {
  std::string path = contract::registry_credentials_path;
  path.replace(path.find("{id}"), 4, percent_encode(container.str()));
  return client_.call_for<domain::RegistryCredentials>("GET", path, nullptr);
}

Result<void> HttpPullGateway::report_image(const domain::HostImageReport& report) {
  TRY_VOID(client_.call("POST", contract::image_report_path, encode(report)));
  return {};
}

Result<std::vector<boundary::FoundImage>> HttpHostImageSearch::search(const domain::Host& host, const std::string& term) {
  if (host.api_address.empty()) return failed(Code::unavailable, "host.unreachable", "Host {} has not said where it can be reached.", host.id);
  TRY(auto endpoint, http::Endpoint::parse((tls_ ? "https://" : "http://") + host.api_address));
  endpoint.tls = tls_;
  ControlClient client("host " + host.id.str(), std::move(endpoint));
  return client.call_for<std::vector<boundary::FoundImage>>("GET", std::string(contract::host_search_path) + "?term=" + percent_encode(term),
                                                           nullptr);
}

}  // namespace causeway::adapters
