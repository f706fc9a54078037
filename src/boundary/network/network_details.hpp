#pragma once

#include <map>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/network.hpp"

namespace causeway::boundary {

/// What is known of a network besides its record.
struct DetailsOfNetwork {
  std::vector<domain::SubnetId> subnets;
  std::vector<domain::RegionName> regions;  ///< that host it, in order
  std::optional<domain::AddressScopeId> v4_scope, v6_scope;  ///< of the pools that its subnets are of
};

class NetworkDetails {
 public:
  virtual ~NetworkDetails() = default;
  /// Of those networks that have any.
  virtual Result<std::map<domain::NetworkId, DetailsOfNetwork>> of(const std::vector<domain::Network>& networks) = 0;
};

}  // namespace causeway::boundary
