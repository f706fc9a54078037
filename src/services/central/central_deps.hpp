#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "causeway/boundary/clock.hpp"
#include "causeway/boundary/ids.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/ipam.hpp"
#include "causeway/domain/network/subnet_rules.hpp"

namespace causeway::services {

struct CentralOptions {
  std::chrono::seconds lease_term{std::chrono::hours(24)};
  /// How far the clock of a region may be from ours: a lease is only dead so long after its expiry.
  std::chrono::seconds clock_bound{300};
  std::chrono::seconds quarantine{60};
  domain::NumberRange vnis{2, (1U << 24U) - 1};
  domain::NumberRange macs{1, (1U << 24U) - 1};
  std::uint32_t default_mtu = 1450;
  std::uint32_t max_mtu = 1450;
  // per project
  std::size_t network_quota = 100;
  std::size_t subnet_quota = 100;
  std::size_t port_quota = 500;
  std::size_t security_group_quota = 100;
  std::size_t security_group_rule_quota = 1000;
  std::size_t router_quota = 10;
  std::size_t floating_ip_quota = 50;
  /// How long a deletion waits for the regions to let go.
  std::chrono::milliseconds release_timeout{5'000};
  domain::NetworkLimits limits;
};

/// What the parts of the central network service share. The references outlive them.
struct CentralDeps {
  boundary::Store& store;
  boundary::Clock& clock;
  boundary::IdSource& ids;
  domain::RegionName region;  ///< the centre's own name: it holds leases and ports like a region
  CentralOptions options{};
};

}  // namespace causeway::services
