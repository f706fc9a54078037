#include "causeway/api/neutron/views.hpp"

#include <algorithm>

#include "causeway/domain/network/port_fault.hpp"
#include "causeway/domain/network/sharing/sharing.hpp"

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

JsonObject network_view(const domain::Caller& who, const domain::Network& network, const boundary::DetailsOfNetwork& details) {
  JsonObject view{{"id", network.id.str()},
                  {"name", network.name},
                  {"status", network.deleting ? "DOWN" : "ACTIVE"},
                  {"admin_state_up", network.admin_state_up},
                  {"shared", domain::shared_to(network, who.project_id)},
                  {"qos_policy_id", encode(network.qos_policy_id)},
                  {"dns_domain", network.dns_domain},
                  {"mtu", network.mtu},
                  {"router:external", network.external},
                  {"is_default", network.is_default},
                  {"port_security_enabled", network.port_security_enabled},
                  {"availability_zone_hints", encode(network.availability_zone_hints)},
                  {"availability_zones", encode(details.regions)},
                  {"ipv4_address_scope", encode(details.v4_scope)},
                  {"ipv6_address_scope", encode(details.v6_scope)},
                  {"subnets", encode(details.subnets)}};
  if (who.is_admin()) {
    const std::uint32_t segment = network.network_type == "vlan" ? network.vlan : network.vni;
    view["provider:network_type"] = network.network_type;
    view["provider:physical_network"] = network.physical_network.empty() ? Json(nullptr) : Json(network.physical_network);
    view["provider:segmentation_id"] = segment == 0 ? Json(nullptr) : Json(segment);
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
                  {"ipv6_ra_mode", encode(subnet.ipv6_ra_mode)},
                  {"ipv6_address_mode", encode(subnet.ipv6_address_mode)},
                  {"subnetpool_id", encode(subnet.subnetpool_id)},
                  {"segment_id", nullptr},
                  {"service_types", encode(subnet.service_types)},
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
                  {"extra_dhcp_opts", port.extra_dhcp_opts},
                  {"qos_policy_id", encode(port.qos_policy_id)},
                  {"dns_name", port.dns_name},
                  {"port_security_enabled", port.port_security_enabled},
                  {"binding:vnic_type", port.vnic_type},
                  {"region", port.region.str()}};
  if (who.is_admin()) {
    view["binding:host_id"] = port.host.str();
    const auto fault = domain::fault_of(port);
    view["binding:profile"] = domain::profile_without_fault(port);
    view["binding:vif_type"] = port.host.empty() ? "unbound" : fault.empty() ? "bridge" : "binding_failed";
    view["binding:vif_details"] = fault.empty() ? JsonObject() : JsonObject{{"reason", fault}};
  }
  add_standard(view, port);
  return view;
}

JsonObject router_view(const domain::Caller& who, const domain::Router& router) {
  JsonArray gateways, zones, hosts;
  for (const auto& gateway : router.gateways) {
    gateways.push_back(JsonObject{{"network_id", gateway.network_id.str()},
                                  {"enable_snat", gateway.enable_snat},
                                  {"external_fixed_ips", encode(gateway.external_fixed_ips)}});
    hosts.push_back(Json(gateway.host.str()));
    const Json zone(gateway.region.str());
    if (!gateway.region.empty() && std::ranges::find(zones, zone) == zones.end()) zones.push_back(zone);
  }
  const Json gateway_info = gateways.empty() ? Json(nullptr) : gateways.front();
  JsonObject view{{"id", router.id.str()},
                  {"name", router.name},
                  {"status", router.admin_state_up ? "ACTIVE" : "DOWN"},
                  {"admin_state_up", router.admin_state_up},
                  {"external_gateway_info", gateway_info},
                  {"external_gateways", std::move(gateways)},
                  {"routes", encode(router.routes)},
                  {"availability_zone_hints", encode(router.availability_zone_hints)},
                  {"availability_zones", std::move(zones)},
                  {"flavor_id", nullptr}};
  if (who.is_admin()) {
    view["distributed"] = true;
    view["ha"] = false;
    // ours: which host carries the (first) gateway, "" = none fits; and of all of them
    view["gateway_region"] = router.gateways.empty() ? "" : router.gateways.front().region.str();
    view["gateway_host"] = router.gateways.empty() ? "" : router.gateways.front().host.str();
    view["gateway_hosts"] = std::move(hosts);
  }
  add_standard(view, router);
  return view;
}

JsonObject floating_ip_view(const boundary::FloatingIpDetails& details) {
  const auto& floating_ip = details.floating_ip;
  Json port_details = nullptr;
  if (details.port) {
    const auto& port = *details.port;
    port_details = JsonObject{{"name", port.name},
                              {"network_id", port.network_id.str()},
                              {"mac_address", port.mac_address.to_string()},
                              {"admin_state_up", port.admin_state_up},
                              {"status", to_name(port.status)},
                              {"device_id", port.device_id},
                              {"device_owner", port.device_owner}};
  }
  JsonObject view{{"id", floating_ip.id.str()},
                  {"floating_network_id", floating_ip.floating_network_id.str()},
                  {"floating_ip_address", floating_ip.floating_ip_address.to_string()},
                  {"fixed_ip_address", encode(floating_ip.fixed_ip_address)},
                  {"port_id", encode(floating_ip.port_id)},
                  {"router_id", encode(floating_ip.router_id)},
                  {"status", to_name(floating_ip.status)},
                  {"port_details", std::move(port_details)},
                  {"qos_policy_id", encode(floating_ip.qos_policy_id)},
                  {"dns_name", ""},
                  {"dns_domain", ""}};
  add_standard(view, floating_ip);
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
