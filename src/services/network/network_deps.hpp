#pragma once

#include <chrono>
#include <cstddef>
#include <functional>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/control/central_gateway.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/network/subnet_rules.hpp"

namespace causeway::services {

struct NetworkOptions {
  std::chrono::seconds quarantine{60};
  std::chrono::milliseconds renew_every{60'000};
  /// An empty lease that is not needed goes back to the centre after this long.
  std::chrono::seconds surplus_age{60};
  /// How long a resource of which the centre has no more is left alone by the refill in the background.
  std::chrono::seconds exhausted_pause{30};
  int max_refills = 16;          ///< of one request
  std::size_t port_quota = 500;  ///< per project, of what this region knows
  int workers = 2;
  domain::NetworkLimits limits;
};

/// What the parts of a region's network service share. The references outlive them.
struct NetworkDeps {
  boundary::Store& store;
  boundary::Clock& clock;
  boundary::IdSource& ids;
  boundary::CentralGateway& central;
  domain::RegionName region;
  NetworkOptions options{};
  /// Whether the centre has taken all that we had to tell up to here; waits for it a little.
  std::function<bool(boundary::Revision)> centre_has_taken = [](boundary::Revision) { return true; };
};

}  // namespace causeway::services
