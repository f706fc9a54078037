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
#include "causeway/domain/network/tags.hpp"

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
  std::optional<domain::QosPolicyId> qos_policy_id;
  std::string dns_domain;
};
struct NetworkChange {
  std::optional<std::string> name, description, dns_domain;
  std::optional<std::optional<domain::QosPolicyId>> qos_policy_id;
  std::optional<bool> admin_state_up, shared, port_security_enabled, external, is_default;
  std::optional<std::uint32_t> mtu;
};

struct SubnetDraft {
  domain::NetworkId network_id;
  domain::ProjectId project_id;
  std::string name, description;
  int ip_version = 4;
  domain::Cidr cidr;
  bool cidr_given = true;  ///< false: the pool chooses
  std::optional<domain::SubnetPoolId> subnetpool_id;
  bool use_default_subnetpool = false;
  std::optional<int> prefixlen;  ///< absent: the pool's default
  /// absent: the first host of the cidr; present and null: none
  std::optional<std::optional<domain::IpAddress>> gateway_ip;
  std::optional<std::vector<domain::AddressRange>> allocation_pools;  ///< absent: all hosts but the gateway
  std::vector<domain::IpAddress> dns_nameservers;
  std::vector<domain::HostRoute> host_routes;
  bool enable_dhcp = true;
  std::optional<std::string> ipv6_ra_mode, ipv6_address_mode;
  std::vector<std::string> service_types;
};
struct SubnetChange {
  std::optional<std::string> name, description;
  std::optional<std::optional<domain::IpAddress>> gateway_ip;
  std::optional<std::vector<domain::AddressRange>> allocation_pools;
  std::optional<std::vector<domain::IpAddress>> dns_nameservers;
  std::optional<std::vector<domain::HostRoute>> host_routes;
  std::optional<bool> enable_dhcp;
  std::optional<std::vector<std::string>> service_types;
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
  std::optional<bool> port_security_enabled;  ///< absent: as the network says
  std::vector<domain::AddressPair> allowed_address_pairs;
  domain::HostName host;
  Json binding_profile = JsonObject();
  std::string vnic_type = "normal";
  std::vector<std::string> tags;
  std::optional<domain::QosPolicyId> qos_policy_id;
  std::string dns_name;
  Json extra_dhcp_opts = JsonArray();
};
struct PortChange {
  std::optional<std::string> name, description, device_id, device_owner, vnic_type;
  std::optional<bool> admin_state_up, port_security_enabled;
  std::optional<domain::Mac> mac_address;
  std::optional<std::vector<FixedIpWish>> fixed_ips;
  std::optional<std::vector<domain::SecurityGroupId>> security_groups;
  std::optional<std::vector<domain::AddressPair>> allowed_address_pairs;
  std::optional<domain::HostName> host;
  std::optional<Json> binding_profile;
  std::optional<std::optional<domain::QosPolicyId>> qos_policy_id;
  std::optional<std::string> dns_name;
  std::optional<Json> extra_dhcp_opts;
  std::optional<domain::TagChange> tags;
};

struct SecurityGroupDraft {
  domain::ProjectId project_id;
  std::string name, description;
  bool stateful = true;
};
struct RuleDraft {
  domain::SecurityGroupId group;
  domain::SecurityGroupRule rule;
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
  virtual Result<std::vector<domain::SecurityGroup>> create_security_groups(const domain::Caller& who,
                                                                            const std::vector<SecurityGroupDraft>& drafts) = 0;
  virtual Result<domain::SecurityGroup> update_security_group(const domain::Caller& who, const domain::SecurityGroupId& id,
                                                              std::optional<std::string> name, std::optional<std::string> description,
                                                              std::optional<bool> stateful) = 0;
  virtual Result<void> delete_security_group(const domain::Caller& who, const domain::SecurityGroupId& id) = 0;
  virtual Result<std::vector<domain::SecurityGroupRule>> add_rules(const domain::Caller& who, const std::vector<RuleDraft>& drafts) = 0;
  virtual Result<void> remove_rule(const domain::Caller& who, const std::string& rule_id) = 0;
  Result<domain::SecurityGroup> create_security_group(const domain::Caller& who, const domain::ProjectId& project,
                                                      const std::string& name, const std::string& description,
                                                      bool stateful = true) {
    TRY(auto made, create_security_groups(who, {{project, name, description, stateful}}));
    return std::move(made.front());
  }
  Result<domain::SecurityGroupRule> add_rule(const domain::Caller& who, const domain::SecurityGroupId& group,
                                             const domain::SecurityGroupRule& rule) {
    TRY(auto made, add_rules(who, {{group, rule}}));
    return std::move(made.front());
  }
  /// Tags of a record of any kind that has some, by the kind's name; not_found "<kind>.not_found".
  virtual Result<std::vector<std::string>> get_tags(const domain::Caller& who, std::string_view kind, const std::string& id) = 0;
  /// The tags afterwards. Fails besides as domain::tags_after.
  virtual Result<std::vector<std::string>> change_tags(const domain::Caller& who, std::string_view kind, const std::string& id,
                                                       const domain::TagChange& change) = 0;
};

}  // namespace causeway::boundary
