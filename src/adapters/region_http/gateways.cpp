#include "causeway/adapters/region_http/gateways.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {
namespace {

std::string with_id(std::string path, const std::string& id) {
  const auto at = path.find("{id}");
  return path.replace(at, 4, percent_encode(id));
}

Json ids_of(const std::vector<domain::LeaseId>& leases) {
  contract::LeaseIds message;
  for (const auto& lease : leases) message.leases.push_back(lease.str());
  return encode(message);
}

}  // namespace

HttpCentralGateway::HttpCentralGateway(ControlClient& client) : client_(client) {}

Result<boundary::FetchedNetwork> HttpCentralGateway::fetch_network(const boundary::FetchRequest& request) {
  return client_.call_for<boundary::FetchedNetwork>("POST", contract::fetch_network_path, encode(request));
}

Result<std::vector<domain::Lease>> HttpCentralGateway::lease(const boundary::LeaseRequest& request) {
  return client_.call_for<std::vector<domain::Lease>>("POST", contract::lease_path, encode(request));
}

Result<void> HttpCentralGateway::return_leases(const std::vector<domain::LeaseId>& leases) {
  TRY_VOID(client_.call("POST", contract::return_leases_path, ids_of(leases)));
  return {};
}

Result<std::vector<domain::Lease>> HttpCentralGateway::renew_leases(const std::vector<domain::LeaseId>& leases) {
  return client_.call_for<std::vector<domain::Lease>>("POST", contract::renew_leases_path, ids_of(leases));
}

Result<void> HttpCentralGateway::release(std::string_view kind, const std::string& id, bool in_use) {
  TRY_VOID(client_.call("POST", contract::release_path, encode(contract::ReleaseMessage{std::string(kind), id, in_use})));
  return {};
}

HttpRegionGateway::HttpRegionGateway(ControlClient& client) : client_(client) {}

Result<void> HttpRegionGateway::report(const boundary::HostReport& report) {
  TRY_VOID(client_.call("POST", contract::report_path, encode(report)));
  return {};
}

Result<void> HttpRegionGateway::fetch_image(const domain::ImageId& image, const std::function<Result<void>(std::string_view)>& piece,
                                            std::stop_token stop) {
  http::CallOptions options;
  options.stop = std::move(stop);
  return client_.stream(with_id(contract::image_data_path, image.str()), piece, options);
}

HttpHostGateway::HttpHostGateway(std::optional<http::ClientTls> tls) : tls_(std::move(tls)) {}

Result<std::shared_ptr<ControlClient>> HttpHostGateway::client_of(const domain::Host& host) {
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

Result<std::string> HttpHostGateway::logs(const domain::Host& host, const domain::ContainerId& container, const boundary::LogQuery& query) {
  TRY(const auto client, client_of(host));
  std::string target = with_id(contract::host_logs_path, container.str());
  target += fmt::format("?stdout={}&stderr={}&timestamps={}", query.stdout_, query.stderr_, query.timestamps);
  if (query.tail) target += fmt::format("&tail={}", *query.tail);
  if (query.since) target += fmt::format("&since={}", *query.since);
  TRY(const Json answer, client->call("GET", target, nullptr));
  if (!answer.is_string()) return failed(Code::internal, "control.bad_answer", "Host {} answered logs that are no text.", host.id);
  return to_std(answer.get_string());
}

Result<boundary::ExecResult> HttpHostGateway::execute(const domain::Host& host, const domain::ContainerId& container,
                                                      const std::vector<std::string>& command, std::chrono::seconds timeout) {
  TRY(const auto client, client_of(host));
  const contract::ExecMessage message{command, int(timeout.count())};
  http::CallOptions options;
  options.timeout = timeout + std::chrono::seconds(5);
  return client->call_for<boundary::ExecResult>("POST", with_id(contract::host_exec_path, container.str()), encode(message), options);
}

}  // namespace causeway::adapters
