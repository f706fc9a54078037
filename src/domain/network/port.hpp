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

struct FixedIp {
  SubnetId subnet_id;
  IpAddress ip_address;
  static constexpr auto fields() {
    return std::tuple{field("subnet_id", &FixedIp::subnet_id), field("ip_address", &FixedIp::ip_address)};
  }
};

/// An address besides its own that a port may send from (extension "allowed-address-pairs").
struct AddressPair {
  Cidr ip_address;                 ///< a single address is a /32 or /128
  std::optional<Mac> mac_address;  ///< absent: the port's own
  static constexpr auto fields() {
    return std::tuple{field("ip_address", &AddressPair::ip_address), field("mac_address", &AddressPair::mac_address)};
  }
};

/// down: nobody has seen it work. active: the host's kernel was seen to hold it, at `status_at`.
enum class PortStatus { down, build, active, error };
constexpr auto names_of(PortStatus) {
  using enum PortStatus;
  return std::array{std::pair{down, std::string_view("DOWN")}, std::pair{build, std::string_view("BUILD")},
                    std::pair{active, std::string_view("ACTIVE")}, std::pair{error, std::string_view("ERROR")}};
}

/// An endpoint of a network (Neutron "port"). Owned by the region that made it (`region`); everywhere else it is a replica
/// and serves as the forwarding entry: (MAC, addresses) are behind `vtep`.
struct Port {
  static constexpr std::string_view kind = "port";
  PortId id;
  NetworkId network_id;
  ProjectId project_id;
  RegionName region;
  std::string name;
  std::string description;
  bool admin_state_up = true;
  Mac mac_address;
  std::vector<FixedIp> fixed_ips;
  std::string device_id;     ///< the container's uuid
  std::string device_owner;  ///< "compute:kuryr" for containers, as Zun's users expect
  std::vector<SecurityGroupId> security_groups;
  bool port_security_enabled = true;  ///< false: no groups, and it may send from any address
  std::vector<AddressPair> allowed_address_pairs;
  std::optional<QosPolicyId> qos_policy_id;
  std::string dns_name;               ///< a label under the network's dns_domain
  Json extra_dhcp_opts = JsonArray();  ///< kept and shown; there is no DHCP server here
  HostName host;                  ///< binding:host_id
  std::optional<IpAddress> vtep;  ///< tunnel endpoint of that host, RFC 7348
  Json binding_profile = JsonObject();
  std::string vnic_type = "normal";
  PortStatus status = PortStatus::down;
  Time status_at{};
  std::vector<std::string> tags;
  std::int64_t revision_number = 0;
  Time created_at{};
  Time updated_at{};

  static constexpr auto fields() {
    using P = Port;
    return std::tuple{field("id", &P::id), field("network_id", &P::network_id), field("project_id", &P::project_id),
                      field("region", &P::region), field("name", &P::name), field("description", &P::description),
                      field("admin_state_up", &P::admin_state_up), field("mac_address", &P::mac_address),
                      field("fixed_ips", &P::fixed_ips), field("device_id", &P::device_id),
                      field("device_owner", &P::device_owner), field("security_groups", &P::security_groups),
                      field("port_security_enabled", &P::port_security_enabled),
                      field("allowed_address_pairs", &P::allowed_address_pairs),
                      field("qos_policy_id", &P::qos_policy_id), field("dns_name", &P::dns_name),
                      field("extra_dhcp_opts", &P::extra_dhcp_opts), field("host", &P::host),
                      field("vtep", &P::vtep), field("binding_profile", &P::binding_profile),
                      field("vnic_type", &P::vnic_type), field("status", &P::status), field("status_at", &P::status_at),
                      field("tags", &P::tags), field("revision_number", &P::revision_number),
                      field("created_at", &P::created_at), field("updated_at", &P::updated_at)};
  }
  /// The unique entries are the last line of defence of "nothing is ever owned twice": an address per subnet, a MAC per network.
  std::vector<IndexEntry> indexes() const {
    std::vector<IndexEntry> out{{"network_id", network_id.str()},
                                {"project_id", project_id.str()},
                                {"mac", network_id.str() + "/" + mac_address.to_string(), true}};
    if (!device_id.empty()) out.push_back({"device_id", device_id});
    if (!region.empty()) out.push_back({"project_region", at(project_id.str(), region.str())});
    if (!host.empty()) {
      out.push_back({"host", host.str()});
      out.push_back({"network_host", at(network_id.str(), host.str())});
      out.push_back({"project_host", at(project_id.str(), host.str())});
    }
    for (const auto& ip : fixed_ips) out.push_back({"address", ip.subnet_id.str() + "/" + ip.ip_address.to_string(), true});
    return out;
  }
  /// Value of the indexes "network_host", "project_host" and "project_region": whether there is anything of `whose` at a place.
  static std::string at(const std::string& whose, const std::string& place) { return whose + "@" + place; }
};

}  // namespace causeway::domain
