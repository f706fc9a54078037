#pragma once

#include <functional>
#include "causeway/adapters/region_http/control_client.hpp"
#include "causeway/adapters/region_http/host_clients.hpp"
#include "causeway/boundary/control/central_gateway.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/boundary/host/host_gateway.hpp"

namespace causeway::adapters {

/// Region to centre.
class HttpCentralGateway final : public boundary::CentralGateway {
 public:
  explicit HttpCentralGateway(ControlClient& client);
  Result<boundary::FetchedNetwork> fetch_network(const boundary::FetchRequest& request) override;
  Result<std::vector<domain::Lease>> lease(const boundary::LeaseRequest& request) override;
  Result<void> return_leases(const std::vector<domain::LeaseId>& leases) override;
  Result<std::vector<domain::Lease>> renew_leases(const std::vector<domain::LeaseId>& leases) override;
  Result<void> release(std::string_view kind, const std::string& id, bool in_use) override;
  Result<boundary::ClaimedPort> claim_port(const boundary::ClaimRequest& request) override;
  Result<void> return_port(const boundary::PortReturn& message) override;
  Result<std::vector<domain::PortClaim>> claimed_ports() override;

 private:
  ControlClient& client_;
};

/// Host to region.
class HttpRegionGateway final : public boundary::RegionGateway {
 public:
  explicit HttpRegionGateway(ControlClient& client);
  Result<boundary::ReportAnswer> report(const boundary::HostReport& report) override;
  Result<void> fetch_image(const domain::ImageId& image, std::uint64_t from, const std::function<Result<void>(std::string_view)>& piece,
                           std::stop_token stop) override;
  Result<void> store_image(const domain::ImageId& image, boundary::ByteSource& data, std::stop_token stop) override;

 private:
  ControlClient& client_;
};

/// Region to its hosts.
class HttpHostGateway final : public boundary::HostGateway {
 public:
  explicit HttpHostGateway(HostClients& clients) : clients_(clients) {}
  Result<boundary::ExecResult> execute(const domain::Host& host, const domain::ContainerId& container, const std::vector<std::string>& command,
                                       std::chrono::seconds timeout) override;

 private:
  HostClients& clients_;
};

}  // namespace causeway::adapters
