#include "causeway/api/neutron/views.hpp"

namespace causeway::api {
namespace {

template <class T>
void add_standard(JsonObject& view, const T& object) {
  view["description"] = object.description;
  view["tags"] = encode(object.tags);
  view["revision_number"] = object.revision_number;
  view["created_at"] = iso_time(object.created_at);
  view["updated_at"] = iso_time(object.updated_at);
  view["tenant_id"] = object.project_id.str();
  view["project_id"] = object.project_id.str();
}

}  // namespace

JsonObject network_view(const domain::Caller& who, const domain::Network& network, const std::vector<domain::SubnetId>& subnets) {
  JsonObject view{{"id", network.id.str()},
                  {"name", network.name},
                  {"status", network.deleting ? "DOWN" : "ACTIVE"},
                  {"admin_state_up", network.admin_state_up},
                  {"shared", network.shared},
                  {"mtu", network.mtu},
                  {"router:external", false},
                  {"port_security_enabled", network.port_security_enabled},
                  {"availability_zone_hints", encode(network.availability_zone_hints)},
                  {"availability_zones", JsonArray()},
                  {"ipv4_address_scope", nullptr},
                  {"ipv6_address_scope", nullptr},
                  {"subnets", encode(subnets)}};
  if (who.is_admin()) {
    view["provider:network_type"] = "vxlan";
    view["provider:physical_network"] = nullptr;
    view["provider:segmentation_id"] = network.vni;
  }
  add_standard(view, network);
  return view;
}

JsonObject subnet_view(const domain::Subnet& subnet) {
  JsonObject view{{"id", subnet.id.str()},
                  {"network_id", subnet.network_id.str()},
                  {"name", subnet.name},
                  {"ip_version", subnet.ip_version},
                  {"cidr", subnet.cidr.to_string()},
                  {"gateway_ip", encode(subnet.gateway_ip)},
                  {"allocation_pools", encode(subnet.allocation_pools)},
                  {"dns_nameservers", encode(subnet.dns_nameservers)},
                  {"host_routes", encode(subnet.host_routes)},
                  {"enable_dhcp", subnet.enable_dhcp},
                  {"ipv6_ra_mode", nullptr},
                  {"ipv6_address_mode", nullptr},
                  {"subnetpool_id", nullptr},
                  {"segment_id", nullptr},
                  {"service_types", JsonArray()},
                  {"dns_publish_fixed_ip", false}};
  add_standard(view, subnet);
  return view;
}

JsonArray pairs_view(const domain::Port& port) {
  JsonArray out;
  for (const auto& pair : port.allowed_address_pairs) {
    const auto& block = pair.ip_address;
    const bool single = block.prefix_length() == block.network().bits();
    out.push_back(JsonObject{{"ip_address", single ? block.network().to_string() : block.to_string()},
                             {"mac_address", pair.mac_address.value_or(port.mac_address).to_string()}});
  }
  return out;
}

JsonObject port_view(const domain::Caller& who, const domain::Port& port) {
  JsonObject view{{"id", port.id.str()},
                  {"network_id", port.network_id.str()},
                  {"name", port.name},
                  {"status", to_name(port.status)},
                  {"admin_state_up", port.admin_state_up},
                  {"mac_address", port.mac_address.to_string()},
                  {"fixed_ips", encode(port.fixed_ips)},
                  {"device_id", port.device_id},
                  {"device_owner", port.device_owner},
                  {"security_groups", encode(port.security_groups)},
                  {"allowed_address_pairs", pairs_view(port)},
                  {"extra_dhcp_opts", JsonArray()},
                  {"port_security_enabled", port.port_security_enabled},
                  {"binding:vnic_type", port.vnic_type},
                  {"region", port.region.str()}};
  if (who.is_admin()) {
    view["binding:host_id"] = port.host.str();
    view["binding:profile"] = port.binding_profile;
    view["binding:vif_type"] = port.host.empty() ? "unbound" : "bridge";
    view["binding:vif_details"] = JsonObject();
  }
  add_standard(view, port);
  return view;
}

JsonObject rule_view(const domain::SecurityGroup& group, const domain::SecurityGroupRule& rule) {
  return JsonObject{{"id", rule.id},
                    {"security_group_id", group.id.str()},
                    {"direction", rule.direction},
                    {"ethertype", rule.ethertype},
                    {"protocol", encode(rule.protocol)},
                    {"port_range_min", encode(rule.port_range_min)},
                    {"port_range_max", encode(rule.port_range_max)},
                    {"remote_ip_prefix", encode(rule.remote_ip_prefix)},
                    {"remote_group_id", encode(rule.remote_group_id)},
                    {"remote_address_group_id", nullptr},
                    {"description", rule.description},
                    {"revision_number", 0},
                    {"created_at", iso_time(rule.created_at)},
                    {"updated_at", iso_time(rule.created_at)},
                    {"tenant_id", group.project_id.str()},
                    {"project_id", group.project_id.str()}};
}

JsonObject security_group_view(const domain::SecurityGroup& group) {
  JsonArray rules;
  for (const auto& rule : group.rules) rules.push_back(rule_view(group, rule));
  JsonObject view{{"id", group.id.str()}, {"name", group.name}, {"stateful", group.stateful}, {"shared", false}, {"security_group_rules", std::move(rules)}};
  add_standard(view, group);
  return view;
}

}  // namespace causeway::api
