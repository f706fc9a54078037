#pragma once

#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/subnet.hpp"

namespace causeway::boundary {

struct NetworkZone {
  std::string name;  ///< a region, or a zone of several
  bool available = false;  ///< a host of it is up
};

struct SubnetUse {
  domain::Subnet subnet;
  std::uint64_t total = 0;  ///< in its allocation pools, at most 2^64 - 1
  std::uint64_t used = 0;   ///< addresses of ports, wherever they are
};
struct NetworkUse {
  domain::Network network;
  std::vector<SubnetUse> subnets;
};

/// What is derived from records and no record itself. Concurrency: any thread. Who may ask is the API's policy.
class NetworkFacts {
 public:
  virtual ~NetworkFacts() = default;
  virtual Result<std::vector<NetworkZone>> zones() = 0;
  virtual Result<std::vector<NetworkUse>> address_use() = 0;
  /// not_found "network.not_found".
  virtual Result<NetworkUse> address_use(const domain::NetworkId& network) = 0;
};

}  // namespace causeway::boundary
