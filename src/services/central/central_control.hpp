#pragma once

#include <vector>

#include "causeway/boundary/control/central_gateway.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/services/central/central_deps.hpp"
#include "causeway/services/central/deletion.hpp"
#include "causeway/services/central/port_claims.hpp"

namespace causeway::services {

/// What regions ask of the centre (the other end of boundary::CentralGateway). The region is whom the caller's
/// certificate names; it speaks for nobody else. forbidden "pod.unknown" for a region without a pod.
///
/// Taking leases back: a lease ends when its region returns it, when the region releases the network, when the region
/// renews others and this one is over (the region has spoken, and does not hold it), or when its pod is deleted. Never
/// by time alone: a silent region may still run containers on it. Lifetime: as its deps. Concurrency: any thread; each
/// call is one transaction.
class CentralControl {
 public:
  explicit CentralControl(CentralDeps deps) : deps_(std::move(deps)), deletion_(deps_), port_claims_(deps_) {}
  CentralControl(const CentralControl&) = delete;
  CentralControl& operator=(const CentralControl&) = delete;

  /// Records that the region hosts the network from now on. The network may be named by its id, its name or the id of
  /// one of its subnets; "" asks for the project's security groups alone, and answers a network without id.
  Result<boundary::FetchedNetwork> fetch_network(const domain::RegionName& region,
                                                 const boundary::FetchRequest& request);
  /// Empty when a claimed number is the region's already.
  Result<std::vector<domain::Lease>> lease(const domain::RegionName& region, const boundary::LeaseRequest& request);
  Result<void> return_leases(const domain::RegionName& region, const std::vector<domain::LeaseId>& leases);
  /// `leases` is everything that the region holds.
  Result<std::vector<domain::Lease>> renew_leases(const domain::RegionName& region,
                                                  const std::vector<domain::LeaseId>& leases);
  Result<void> release(const domain::RegionName& region, std::string_view kind, const std::string& id, bool in_use);
  PortClaims& port_claims() { return port_claims_; }

 private:
  const CentralDeps deps_;
  Deletion deletion_;
  PortClaims port_claims_;
};

}  // namespace causeway::services
