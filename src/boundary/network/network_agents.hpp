#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/host/host.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/router/router.hpp"

namespace causeway::boundary {

/// The agent on a host, as the network API shows it: its id is the host's uuid.
struct NetworkAgent {
  domain::Host host;
  bool alive = false;
  std::string description;  ///< the operator's
  std::size_t ports = 0;    ///< bound to the host
};

/// Concurrency: any thread. Who may ask is the API's policy.
class NetworkAgents {
 public:
  virtual ~NetworkAgents() = default;
  virtual Result<std::vector<NetworkAgent>> list() = 0;
  /// not_found "agent.not_found".
  virtual Result<NetworkAgent> get(const std::string& id) = 0;
  virtual Result<NetworkAgent> describe(const std::string& id, const std::string& description) = 0;
  /// Those of the hosts that carry the network, or the router. not_found "network.not_found", "router.not_found".
  virtual Result<std::vector<NetworkAgent>> of_network(const domain::NetworkId& network) = 0;
  virtual Result<std::vector<NetworkAgent>> of_router(const domain::RouterId& router) = 0;
  /// The other way round. not_found "agent.not_found".
  virtual Result<std::vector<domain::Network>> networks_of(const std::string& id) = 0;
  virtual Result<std::vector<domain::Router>> routers_of(const std::string& id) = 0;
  /// Forgets a host that is gone. conflict "agent.in_use" while it is alive or ports are bound to it.
  virtual Result<void> remove(const std::string& id) = 0;
};

}  // namespace causeway::boundary
