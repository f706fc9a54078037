#include "causeway/adapters/region_http/gateways.hpp"

#include "causeway/adapters/http_bytes/byte_bodies.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {
namespace {

/// A region that does not answer a report is asked anew, so that it hears of this host soon after a cut.
constexpr std::chrono::milliseconds report_timeout{10'000};

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

Result<boundary::ClaimedPort> HttpCentralGateway::claim_port(const boundary::ClaimRequest& request) {
  return client_.call_for<boundary::ClaimedPort>("POST", contract::claim_port_path, encode(request));
}

Result<void> HttpCentralGateway::return_port(const boundary::PortReturn& message) {
  TRY_VOID(client_.call("POST", contract::return_port_path, encode(message)));
  return {};
}

Result<std::vector<domain::PortClaim>> HttpCentralGateway::claimed_ports() {
  return client_.call_for<std::vector<domain::PortClaim>>("GET", contract::claimed_ports_path, Json());
}

HttpRegionGateway::HttpRegionGateway(ControlClient& client) : client_(client) {}

Result<boundary::ReportAnswer> HttpRegionGateway::report(const boundary::HostReport& report) {
  http::CallOptions options;
  options.timeout = report_timeout;
  return client_.call_for<boundary::ReportAnswer>("POST", contract::report_path, encode(report), options);
}

Result<void> HttpRegionGateway::fetch_image(const domain::ImageId& image, std::uint64_t from,
                                            const std::function<Result<void>(std::string_view)>& piece, std::stop_token stop) {
  http::CallOptions options;
  options.stop = std::move(stop);
  auto target = path_with_id(contract::image_data_path, image.str());
  if (from > 0) target += fmt::format("?{}={}", contract::image_data_from, from);
  return client_.stream(target, piece, options);
}

Result<void> HttpRegionGateway::store_image(const domain::ImageId& image, boundary::ByteSource& data, std::stop_token stop) {
  std::optional<Error> trouble;
  http::CallOptions options;
  options.stop = std::move(stop);
  options.idle_timeout = std::chrono::minutes(10);  // the Engine may be copying layers before a byte moves
  auto answer = client_.open("PUT", path_with_id(contract::image_data_path, image.str()), std::make_unique<UploadBody>(data, trouble), options);
  if (trouble) return failed(*std::move(trouble));
  if (!answer) return failed(std::move(answer).error());
  TRY_VOID(http::read_all(*answer->body, 64 * 1024));
  return {};
}

Result<boundary::ExecResult> HttpHostGateway::execute(const domain::Host& host, const domain::ContainerId& container,
                                                      const std::vector<std::string>& command, std::chrono::seconds timeout) {
  TRY(const auto client, clients_.of(host));
  const contract::ExecMessage message{command, int(timeout.count())};
  http::CallOptions options;
  options.timeout = timeout + std::chrono::seconds(5);
  return client->call_for<boundary::ExecResult>("POST", path_with_id(contract::host_exec_path, container.str()), encode(message), options);
}

}  // namespace causeway::adapters
