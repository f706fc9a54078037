#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "causeway/base/fields.hpp"
#include "causeway/domain/ids.hpp"

namespace causeway::domain {

/// A virtual layer-2 network (Neutron "network"). Owned by the centre; a region's copy is a replica.
struct Network {
  static constexpr std::string_view kind = "network";
  NetworkId id;
  ProjectId project_id;
  std::string name;
  std::string description;
  bool admin_state_up = true;
  bool shared = false;
  std::vector<ProjectId> shared_with;  ///< projects that may use it where it is not `shared` (RBAC policies)
  std::vector<ProjectId> external_to;  ///< of an external network, the only projects that see it; empty = all
  bool external = false;    ///< router:external: routers may have gateways on it; containers are not attached to it
  bool is_default = false;  ///< of the external networks, the one that is meant when none is named
  /// provider:network_type: "vxlan" (a tenant network), "flat" or "vlan" (an external network, on `physical_network`)
  std::string network_type = "vxlan";
  std::string physical_network;  ///< provider:physical_network: the operator's name for what is outside, "" = none
  std::uint32_t vlan = 0;        ///< IEEE 802.1Q VLAN id of a "vlan" network, 1..4094
  std::uint32_t vni = 0;     ///< RFC 7348 VXLAN network identifier, 24 bits; unique in the cloud; 0 = none (not "vxlan")
  std::uint32_t mtu = 1450;  ///< of the containers' interfaces, bytes: underlay MTU less 50 for VXLAN over IPv4
  bool port_security_enabled = true;
  std::optional<QosPolicyId> qos_policy_id;
  std::string dns_domain;  ///< "" or fully qualified, with the final dot
  std::vector<std::string> availability_zone_hints;  ///< regions in which it may appear; empty = all
  std::vector<std::string> tags;
  bool deleting = false;  ///< the centre is asking the regions to let go of it; no new ports
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using N = Network;
    return std::tuple{field("id", &N::id), field("project_id", &N::project_id), field("name", &N::name),
                      field("description", &N::description), field("admin_state_up", &N::admin_state_up),
                      field("shared", &N::shared), field("shared_with", &N::shared_with),
                      field("external_to", &N::external_to), field("external", &N::external),
                      field("is_default", &N::is_default), field("network_type", &N::network_type),
                      field("physical_network", &N::physical_network), field("vlan", &N::vlan),
                      field("vni", &N::vni), field("mtu", &N::mtu), field("qos_policy_id", &N::qos_policy_id),
                      field("dns_domain", &N::dns_domain),
                      field("port_security_enabled", &N::port_security_enabled),
                      field("availability_zone_hints", &N::availability_zone_hints), field("tags", &N::tags),
                      field("deleting", &N::deleting), field("revision_number", &N::revision_number),
                      field("created_at", &N::created_at), field("updated_at", &N::updated_at)};
  }
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"id", id.str()}, {"project_id", project_id.str()}, {"name", name}};
    if (vni != 0) out.push_back({"vni", std::to_string(vni), true});
    if (external) out.push_back({"external", "1"});
    if (shared) out.push_back({"shared", "1"});
    for (const auto* projects : {&shared_with, &external_to}) {
      for (const auto& project : *projects) out.push_back({"shared_with", project.str()});
    }
    if (deleting) out.push_back({"deleting", "1"});
    return out;
  }
};

}  // namespace causeway::domain
