#pragma once

#include <array>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"
#include "causeway/domain/network/address.hpp"

namespace causeway::domain {

enum class FloatingIpStatus { down, active, error };
constexpr auto names_of(FloatingIpStatus) {
  using enum FloatingIpStatus;
  return std::array{std::pair{down, std::string_view("DOWN")}, std::pair{active, std::string_view("ACTIVE")},
                    std::pair{error, std::string_view("ERROR")}};
}

/// An address of an external network that stands for one address of a port (Neutron "floating IP"). Owned by the centre.
/// Its address is held by a port of the external network (device_owner "network:floatingip", device_id = this id).
/// It is translated on the host of the gateway of `router_id` that is on that network.
struct FloatingIp {
  static constexpr std::string_view kind = "floatingip";
  FloatingIpId id;
  ProjectId project_id;
  std::string description;
  NetworkId floating_network_id;
  SubnetId floating_subnet_id;
  IpAddress floating_ip_address;
  PortId floating_port_id;                     ///< the port that holds the address
  std::optional<PortId> port_id;               ///< whom it stands for
  std::optional<IpAddress> fixed_ip_address;   ///< which address of that port
  std::optional<RouterId> router_id;           ///< set with port_id
  std::optional<QosPolicyId> qos_policy_id;
  FloatingIpStatus status = FloatingIpStatus::down;  ///< active: the gateway host's kernel was seen to hold it
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using F = FloatingIp;
    return std::tuple{field("id", &F::id), field("project_id", &F::project_id), field("description", &F::description),
                      field("floating_network_id", &F::floating_network_id),
                      field("floating_subnet_id", &F::floating_subnet_id),
                      field("floating_ip_address", &F::floating_ip_address),
                      field("floating_port_id", &F::floating_port_id), field("port_id", &F::port_id),
                      field("fixed_ip_address", &F::fixed_ip_address), field("router_id", &F::router_id),
                      field("qos_policy_id", &F::qos_policy_id), field("status", &F::status), field("tags", &F::tags),
                      field("revision_number", &F::revision_number), field("created_at", &F::created_at),
                      field("updated_at", &F::updated_at)};
  }
  /// A fixed address has at most one floating address of an external network.
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"id", id.str()},
                                {"project_id", project_id.str()},
                                {"floating_network_id", floating_network_id.str()},
                                {"address", floating_network_id.str() + "/" + floating_ip_address.to_string(), true}};
    if (router_id) out.push_back({"router_id", router_id->str()});
    if (port_id) out.push_back({"port_id", port_id->str()});
    if (port_id && fixed_ip_address) {
      out.push_back({"fixed_on", fixed_on(*port_id, *fixed_ip_address, floating_network_id), true});
    }
    return out;
  }
  static std::string fixed_on(const PortId& port, const IpAddress& fixed, const NetworkId& external) {
    return port.str() + "/" + fixed.to_string() + "/" + external.str();
  }
};

}  // namespace causeway::domain
