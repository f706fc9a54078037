#pragma once

#include "causeway/boundary/network/network_details.hpp"
#include "causeway/boundary/store.hpp"

namespace causeway::services {

/// What a store says of networks: the centre's and, as far as its replicas go, a region's. Lifetime: the store outlives it.
/// Concurrency: any thread; each call is one transaction. Fails: with what the store says.
class NetworkFactsOfStore final : public boundary::NetworkDetails {
 public:
  explicit NetworkFactsOfStore(boundary::Store& store) : store_(store) {}
  Result<std::map<domain::NetworkId, boundary::DetailsOfNetwork>> of(const std::vector<domain::Network>& networks) override;

 private:
  boundary::Store& store_;
};

}  // namespace causeway::services
