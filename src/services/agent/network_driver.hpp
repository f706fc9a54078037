#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/engine/engine_networks.hpp"
#include "causeway/services/agent/direct/direct_driver.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/port_board.hpp"

namespace causeway::services {

/// The brain of the libnetwork remote driver: says of each of Docker's endpoints which port it is.
///
/// Job: answers from memory. It never calls Docker (which holds a lock while it waits for us) nor the network; only
/// `join` may wait, bounded, for the data plane to put a lost interface back. All answers are idempotent per port:
/// Docker retries some calls, forgets others, and never repeats those from before an agent died. Concurrency:
/// thread-safe, called from the plugin server's workers. Failures: an Error is shown to Docker as its reason to refuse
/// the container's start.
class NetworkDriver {
 public:
  struct Options {
    /// Docker does not try again a container that it starts by itself (restart policies, when it starts): better late than refused.
    std::chrono::milliseconds join_wait{10'000};
    /// A port's interface goes into, or out of, a network namespace; must not block; may be empty.
    std::function<void(const domain::PortId&, const std::string& sandbox)> joined = {};
    std::function<void(const domain::PortId&)> left = {};
    /// For people who use Docker directly: whom the region's networks are asked of, and where that is remembered; none = they cannot.
    boundary::DirectNetworks* direct = nullptr;
    boundary::Store* store = nullptr;
    /// Where to see what Docker forgot of it; none = that stays.
    boundary::EngineNetworks* networks = nullptr;
    std::chrono::milliseconds forgotten_after{60'000};
  };
  NetworkDriver(const HostView& view, PortBoard& board, std::function<void(const domain::PortId&)> wake_port,
                Options options);

  struct Pool {
    std::string id;  ///< the subnet's uuid
    std::string cidr;
  };
  /// `network` from our IPAM options; `cidr` is the subnet that Docker was told of, "" when it has none of this family.
  Result<Pool> request_pool(const domain::NetworkId& network, const std::string& cidr, bool v6);
  /// The address with its prefix length. `address` "" is only good for a gateway, or in a pool without subnet.
  Result<std::string> request_address(const std::string& pool, const std::string& address, bool for_gateway);
  Result<void> create_network(const domain::NetworkId& network);

  struct Endpoint {
    std::string id;
    domain::PortId port;
    std::string address_v4, address_v6;  ///< "10.0.0.5/24", "" = none
    std::string mac;                     ///< "" = Docker asks us for it
  };
  /// The MAC to set when Docker brought none.
  Result<std::optional<domain::Mac>> create_endpoint(const Endpoint& endpoint);

  struct Route {
    domain::Cidr destination;
    domain::IpAddress nexthop;
  };
  struct Joined {
    std::string interface;
    std::optional<domain::IpAddress> gateway_v4, gateway_v6;
    std::vector<Route> routes;
  };
  /// `sandbox`: the path of the namespace that it goes into.
  Result<Joined> join(const std::string& endpoint, const std::string& sandbox = "");
  void leave(const std::string& endpoint);
  void delete_endpoint(const std::string& endpoint);
  /// Of networks that nobody planned; null = there are none on this host.
  DirectDriver* direct() { return direct_ ? &*direct_ : nullptr; }
  std::optional<domain::PortId> port_of(const std::string& endpoint) const { return board_.port_of(endpoint); }

 private:
  std::string unused_link_local(const std::string& pool);
  bool is_primary(const domain::Port& port) const;

  const HostView& view_;
  PortBoard& board_;
  const std::function<void(const domain::PortId&)> wake_port_;
  const Options options_;
  std::optional<DirectDriver> direct_;
  std::mutex mutex_;
  std::map<std::string, std::uint32_t> next_link_local_;  ///< by pool
};

}  // namespace causeway::services
