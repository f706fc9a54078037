#pragma once

#include <optional>
#include <string>
#include <vector>

#include "causeway/base/result.hpp"
#include "causeway/domain/identity/caller.hpp"
#include "causeway/domain/network/network.hpp"
#include "causeway/domain/network/port.hpp"
#include "causeway/domain/network/security_group.hpp"
#include "causeway/domain/network/subnet.hpp"

/// What the Neutron API needs of the network service behind it. The centre implements all of it; a region implements reads
/// out of its replicas (fetching a network that it meets for the first time) and everything about ports, while writes to
/// what the centre owns are forwarded to the centre by the API layer.
///
/// Drafts carry parsed values; semantic checks (does the network exist, do ranges overlap, may the caller) are the service's.
/// Every function hides what the caller may not see as not_found.
namespace causeway::boundary {

struct NetworkDraft {
  domain::ProjectId project_id;
  std::string name, description;
  bool admin_state_up = true;
  bool shared = false;
  std::optional<std::uint32_t> mtu;
  std::optional<std::uint32_t> vni;  ///< provider:segmentation_id, admin only; of a "vlan" network its VLAN id
  bool external = false;             ///< admin only
  bool is_default = false;
  std::optional<std::string> network_type;  ///< provider:network_type, admin only
  std::string physical_network;             ///< provider:physical_network, admin only
  bool port_security_enabled = true;
  std::vector<std::string> availability_zone_hints;
};
struct NetworkChange {
  std::optional<std::string> name, description;
  std::optional<bool> admin_state_up, shared, port_security_enabled, external, is_default;
  std::optional<std::uint32_t> mtu;
};

struct SubnetDraft {
  domain::NetworkId network_id;
  domain::ProjectId project_id;
  std::string name, description;
  int ip_version = 4;
  domain::Cidr cidr;
  /// absent: the first host of the cidr; present and null: none
  std::optional<std::optional<domain::IpAddress>> gateway_ip;
  std::optional<std::vector<domain::AddressRange>> allocation_pools;  ///< absent: all hosts but the gateway
  std::vector<domain::IpAddress> dns_nameservers;
  std::vector<domain::HostRoute> host_routes;
  bool enable_dhcp = true;
};
struct SubnetChange {
  std::optional<std::string> name, description;
  std::optional<std::optional<domain::IpAddress>> gateway_ip;
  std::optional<std::vector<domain::AddressRange>> allocation_pools;
  std::optional<std::vector<domain::IpAddress>> dns_nameservers;
  std::optional<std::vector<domain::HostRoute>> host_routes;
  std::optional<bool> enable_dhcp;
};

/// Which address a port wants: of this subnet, this very address, or both.
struct FixedIpWish {
  std::optional<domain::SubnetId> subnet_id;
  std::optional<domain::IpAddress> ip_address;
};
struct PortDraft {
  domain::NetworkId network_id;
  domain::ProjectId project_id;
  std::string name, description;
  bool admin_state_up = true;
  std::optional<domain::Mac> mac_address;
  std::optional<std::vector<FixedIpWish>> fixed_ips;  ///< absent: one address of each IP version there is; empty: none
  std::string device_id, device_owner;
  std::optional<std::vector<domain::SecurityGroupId>> security_groups;  ///< absent: the project's default group
  bool port_security_enabled = true;
  domain::HostName host;
  Json binding_profile = JsonObject();
  std::string vnic_type = "normal";
  std::vector<std::string> tags;
};
struct PortChange {
  std::optional<std::string> name, description, device_id, device_owner, vnic_type;
  std::optional<bool> admin_state_up, port_security_enabled;
  std::optional<domain::Mac> mac_address;
  std::optional<std::vector<FixedIpWish>> fixed_ips;
  std::optional<std::vector<domain::SecurityGroupId>> security_groups;
  std::optional<domain::HostName> host;
  std::optional<Json> binding_profile;
};

/// Narrowing that the store can do by index; the API filters the rest. Empty members do not narrow.
struct Narrow {
  std::string id;
  std::string name;
  std::string network_id;
  std::string device_id;
  std::string project_id;
};

class NetworkService {
 public:
  virtual ~NetworkService() = default;

  virtual Result<std::vector<domain::Network>> list_networks(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<domain::Network> get_network(const domain::Caller& who, const domain::NetworkId& id) = 0;
  virtual Result<std::vector<domain::Subnet>> list_subnets(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<domain::Subnet> get_subnet(const domain::Caller& who, const domain::SubnetId& id) = 0;
  virtual Result<std::vector<domain::Port>> list_ports(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<domain::Port> get_port(const domain::Caller& who, const domain::PortId& id) = 0;
  virtual Result<std::vector<domain::SecurityGroup>> list_security_groups(const domain::Caller& who, const Narrow& narrow) = 0;
  virtual Result<domain::SecurityGroup> get_security_group(const domain::Caller& who, const domain::SecurityGroupId& id) = 0;

  /// All or none of a bulk request.
  virtual Result<std::vector<domain::Port>> create_ports(const domain::Caller& who, const std::vector<PortDraft>& drafts) = 0;
  virtual Result<domain::Port> update_port(const domain::Caller& who, const domain::PortId& id, const PortChange& change,
                                           std::optional<std::int64_t> if_revision) = 0;
  virtual Result<void> delete_port(const domain::Caller& who, const domain::PortId& id) = 0;
};

/// What only the centre can do.
class CentralNetworkService : public NetworkService {
 public:
  virtual Result<std::vector<domain::Network>> create_networks(const domain::Caller& who, const std::vector<NetworkDraft>& drafts) = 0;
  virtual Result<domain::Network> update_network(const domain::Caller& who, const domain::NetworkId& id, const NetworkChange& change,
                                                 std::optional<std::int64_t> if_revision) = 0;
  /// Asks every region that hosts the network to let go of it. conflict "network.in_use" while any port is left anywhere;
  /// unavailable "region.unreachable" when a region that holds leases of it does not answer.
  virtual Result<void> delete_network(const domain::Caller& who, const domain::NetworkId& id) = 0;
  virtual Result<std::vector<domain::Subnet>> create_subnets(const domain::Caller& who, const std::vector<SubnetDraft>& drafts) = 0;
  virtual Result<domain::Subnet> update_subnet(const domain::Caller& who, const domain::SubnetId& id, const SubnetChange& change,
                                               std::optional<std::int64_t> if_revision) = 0;
  virtual Result<void> delete_subnet(const domain::Caller& who, const domain::SubnetId& id) = 0;
  virtual Result<domain::SecurityGroup> create_security_group(const domain::Caller& who, const domain::ProjectId& project,
                                                              const std::string& name, const std::string& description) = 0;
  virtual Result<domain::SecurityGroup> update_security_group(const domain::Caller& who, const domain::SecurityGroupId& id,
                                                              std::optional<std::string> name, std::optional<std::string> description) = 0;
  virtual Result<void> delete_security_group(const domain::Caller& who, const domain::SecurityGroupId& id) = 0;
  virtual Result<domain::SecurityGroupRule> add_rule(const domain::Caller& who, const domain::SecurityGroupId& group,
                                                     const domain::SecurityGroupRule& rule) = 0;
  virtual Result<void> remove_rule(const domain::Caller& who, const std::string& rule_id) = 0;
  /// Replaces the tags of "network", "subnet", "port" or "security_group" `id`.
  virtual Result<std::vector<std::string>> set_tags(const domain::Caller& who, std::string_view kind, const std::string& id,
                                                    std::vector<std::string> tags) = 0;
};

}  // namespace causeway::boundary
