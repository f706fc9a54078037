#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "causeway/boundary/network/direct_networks.hpp"
#include "causeway/boundary/store.hpp"
#include "causeway/services/agent/host_view.hpp"
#include "causeway/services/agent/port_board.hpp"

namespace causeway::services {

/// A network that somebody made with Docker: what the agent remembers of it, because Docker does not repeat it. id = Docker's.
struct DockerNetwork {
  static constexpr std::string_view kind = "docker_network";
  std::string id;
  domain::NetworkId network_id;
  bool created = false;   ///< by `docker network create`, and to be deleted with it
  bool internal = false;  ///< no default route
  static constexpr auto fields() {
    using D = DockerNetwork;
    return std::tuple{field("id", &D::id), field("network_id", &D::network_id), field("created", &D::created), field("internal", &D::internal)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

/// An address pool that Docker was given. id = PoolID.
struct DockerPool {
  static constexpr std::string_view kind = "docker_pool";
  std::string id;
  domain::Cidr cidr;
  domain::NetworkId network_id;  ///< "" = of a network that is made with it
  std::optional<domain::SubnetId> subnet_id;
  std::optional<domain::IpAddress> gateway;
  bool taken = false;     ///< by a network
  std::string docker_id;  ///< of that network
  std::string hold;       ///< the boundary::DirectHold that the network is to be made with
  std::optional<domain::SubnetPoolId> subnetpool_id;
  std::int64_t number = 0;  ///< the later it was asked for, the higher
  static constexpr auto fields() {
    using D = DockerPool;
    return std::tuple{field("id", &D::id), field("cidr", &D::cidr), field("network_id", &D::network_id), field("subnet_id", &D::subnet_id),
                      field("gateway", &D::gateway), field("taken", &D::taken), field("docker_id", &D::docker_id), field("hold", &D::hold),
                      field("subnetpool_id", &D::subnetpool_id), field("number", &D::number)};
  }
  std::vector<domain::IndexEntry> indexes() const { return {}; }
};

/// The libnetwork driver for people who use Docker directly: networks and endpoints that nobody planned.
///
/// Job: unlike the rest of the driver it has to ask the region (and the region, for a new network, the centre): a round trip, with the gateway's
/// deadline; Docker holds back only the container or network concerned meanwhile. Answers are idempotent by Docker's ids. What Docker forgot
/// stays here until DirectSweep finds it.
/// Concurrency: thread-safe. Failures: an Error is Docker's reason to refuse.
class DirectDriver {
 public:
  struct Deps {
    boundary::DirectNetworks& region;
    boundary::Store& store;  ///< the agent's
    const HostView& view;
    PortBoard& board;
    std::function<void(const domain::PortId&)> wake_port;
  };
  struct Options {
    std::chrono::milliseconds record_wait{3'000};  ///< for the port that was made to come by the feed
  };
  DirectDriver(Deps deps, Options options) : deps_(std::move(deps)), options_(options) {}

  static bool is_pool(const std::string& pool_id);

  struct PoolWish {
    std::string network, subnet;  ///< options; both "": a new network
    std::string cidr, sub_pool;   ///< as Docker was told, "" = not
    bool v6 = false;
    std::string subnet_pool{}, prefixlen{};  ///< options, of the IP version
  };
  struct Pool {
    std::string id;
    std::string cidr;
  };
  Result<Pool> request_pool(const PoolWish& wish);
  /// One that a network has taken goes with the network.
  Result<void> release_pool(const std::string& pool_id);
  /// With its prefix length.
  Result<std::string> request_address(const std::string& pool_id, const std::string& address, bool for_gateway);
  Result<void> release_address(const std::string& pool_id, const std::string& address);

  struct NetworkWish {
    std::string docker_id;
    std::string network, name;  ///< options: an existing one; how a new one is called
    std::vector<std::string> cidrs;
    bool internal = false;
  };
  Result<void> create_network(const NetworkWish& wish);
  Result<void> delete_network(const std::string& docker_id);

  struct EndpointWish {
    std::string docker_network, id;
    std::vector<std::string> addresses;  ///< with prefix length, as Docker has them
    std::string mac;                     ///< "" = ours to choose
    bool maps_ports = false;
  };
  /// The MAC to set when Docker brought none.
  Result<std::optional<domain::Mac>> create_endpoint(const EndpointWish& wish);
  /// After the board let go of it.
  Result<void> delete_endpoint(const std::string& endpoint);
  bool is_internal(const std::string& docker_network) const;
  /// What is not being made or changed now. Ids: Docker's of networks, and of pools that no network took.
  struct Settled {
    std::vector<std::string> networks, unused_pools;
  };
  Result<Settled> settled();
  /// Whether it is one of these, and not one that the agent made for containers of the cloud.
  bool knows(const std::string& docker_network) const;

 private:
  Result<DockerPool> pool(const std::string& id) const;
  Result<std::vector<DockerPool>> all_pools() const;
  Result<DockerPool> existing_pool(const PoolWish& wish);
  Result<DockerPool> held_pool(const PoolWish& wish);
  Result<std::string> unused_id(const std::string& of) const;
  Result<void> save(const DockerPool& pool);
  Result<std::vector<DockerPool>> pools_for(const NetworkWish& wish) const;
  Result<boundary::DirectNetwork> network_for(const NetworkWish& wish, const std::vector<DockerPool>& pools);
  Result<boundary::DirectNetwork> existing_network(const std::string& network, const std::vector<DockerPool>& pools);
  Result<boundary::DirectNetwork> new_network(const NetworkWish& wish, const std::vector<DockerPool>& pools);
  Result<void> take_pools(const NetworkWish& wish, const boundary::DirectNetwork& network, std::vector<DockerPool> pools);

  const Deps deps_;
  const Options options_;
  std::mutex pools_mutex_;  ///< pools are taken one network at a time
};

}  // namespace causeway::services
