#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/boundary/network/network_service.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/router/floating_ip.hpp"
#include "causeway/domain/router/router.hpp"

/// What the Neutron API needs for routers and floating IPs. Only the centre has it: they join networks of several regions, so a
/// region passes every request for them on. As with the network service, what the caller may not see is not_found.
namespace causeway::boundary {

struct GatewayDraft {
  domain::NetworkId network_id;
  bool enable_snat = true;
  std::optional<std::vector<FixedIpWish>> external_fixed_ips;  ///< absent: one address of each IP version there is
};
struct RouterDraft {
  domain::ProjectId project_id;
  std::string name, description;
  bool admin_state_up = true;
  std::optional<GatewayDraft> gateway;
  std::vector<std::string> availability_zone_hints;
  std::vector<GatewayDraft> gateways = {};  ///< besides that one
};
struct RouterChange {
  std::optional<std::string> name, description;
  std::optional<bool> admin_state_up;
  std::optional<std::optional<GatewayDraft>> gateway;  ///< the first; present and null: it goes
  std::optional<std::vector<GatewayDraft>> gateways;   ///< all of them
  std::optional<std::vector<domain::HostRoute>> routes;
};

/// By its subnet, by its port, or (to remove it) both.
struct InterfaceWish {
  std::optional<domain::SubnetId> subnet_id;
  std::optional<domain::PortId> port_id;
};
/// What was added or removed.
struct InterfaceResult {
  domain::Router router;
  domain::PortId port_id;
  domain::NetworkId network_id;
  std::vector<domain::SubnetId> subnet_ids;
};
enum class RouteChange { add, remove };
enum class GatewaysChange { add, update, remove };

struct FloatingIpDraft {
  domain::ProjectId project_id;
  std::string description;
  domain::NetworkId floating_network_id;
  std::optional<domain::SubnetId> subnet_id;              ///< out of which the address is taken
  std::optional<domain::IpAddress> floating_ip_address;   ///< this very address
  std::optional<domain::PortId> port_id;
  std::optional<domain::IpAddress> fixed_ip_address;      ///< absent: the port's only IPv4 address
};
struct FloatingIpChange {
  std::optional<std::string> description;
  std::optional<std::optional<domain::PortId>> port_id;  ///< present and null: it stands for nobody from now on
  std::optional<domain::IpAddress> fixed_ip_address;
};
/// A floating IP with the port for which it stands.
struct FloatingIpDetails {
  domain::FloatingIp floating_ip;
  std::optional<domain::Port> port;
};

class RouterService {
 public:
  virtual ~RouterService() = default;

  virtual Result<std::vector<domain::Router>> list_routers(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<domain::Router> get_router(const domain::Caller& who, const domain::RouterId& id) = 0;
  /// All of them, or none.
  virtual Result<std::vector<domain::Router>> create_routers(const domain::Caller& who, const std::vector<RouterDraft>& drafts) = 0;
  virtual Result<domain::Router> update_router(const domain::Caller& who, const domain::RouterId& id, const RouterChange& change,
                                               std::optional<std::int64_t> if_revision) = 0;
  /// conflict "router.in_use" while it has interfaces.
  virtual Result<void> delete_router(const domain::Caller& who, const domain::RouterId& id) = 0;
  virtual Result<InterfaceResult> add_interface(const domain::Caller& who, const domain::RouterId& id, const InterfaceWish& wish) = 0;
  virtual Result<InterfaceResult> remove_interface(const domain::Caller& who, const domain::RouterId& id, const InterfaceWish& wish) = 0;
  virtual Result<domain::Router> change_routes(const domain::Caller& who, const domain::RouterId& id, RouteChange change,
                                               const std::vector<domain::HostRoute>& routes) = 0;
  /// invalid "router.gateways_unmatched" when it cannot be told which gateway is meant, "router.no_gateways" when there is none.
  virtual Result<domain::Router> change_gateways(const domain::Caller& who, const domain::RouterId& id, GatewaysChange change,
                                                 const std::vector<GatewayDraft>& drafts, std::optional<std::int64_t> if_revision) = 0;
};

class FloatingIpService {
 public:
  virtual ~FloatingIpService() = default;

  virtual Result<std::vector<FloatingIpDetails>> list_floating_ips(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<FloatingIpDetails> get_floating_ip(const domain::Caller& who, const domain::FloatingIpId& id) = 0;
  /// All of them, or none.
  virtual Result<std::vector<FloatingIpDetails>> create_floating_ips(const domain::Caller& who, const std::vector<FloatingIpDraft>& drafts) = 0;
  virtual Result<FloatingIpDetails> update_floating_ip(const domain::Caller& who, const domain::FloatingIpId& id,
                                                       const FloatingIpChange& change, std::optional<std::int64_t> if_revision) = 0;
  virtual Result<void> delete_floating_ip(const domain::Caller& who, const domain::FloatingIpId& id) = 0;
};

}  // namespace causeway::boundary
