#include <algorithm>

#include "causeway/api/neutron/error_docs.hpp"
#include "causeway/api/neutron/neutron_api.hpp"

namespace causeway::api {
namespace {

struct TypeRow {
  std::string_view reason;
  std::string_view type;
  int status;
};

/// Our reasons to Neutron's exception names, which clients match on, with Neutron's status.
constexpr TypeRow types[] = {
    {"network.not_found", "NetworkNotFound", 404},
    {"subnet.not_found", "SubnetNotFound", 404},
    {"port.not_found", "PortNotFound", 404},
    {"security_group.not_found", "SecurityGroupNotFound", 404},
    {"security_group_rule.not_found", "SecurityGroupRuleNotFound", 404},
    {"subnetpool.not_found", "SubnetPoolNotFound", 404},
    {"address_scope.not_found", "AddressScopeNotFound", 404},
    {"rbac_policy.not_found", "RbacPolicyNotFound", 404},
    {"qos_policy.not_found", "QosPolicyNotFound", 404},
    {"qos_rule.not_found", "QosRuleNotFound", 404},
    {"qos_rule_type.not_found", "QosRuleTypeNotFound", 404},
    {"quota.not_found", "TenantQuotaNotFound", 404},
    {"agent.not_found", "AgentNotFound", 404},
    {"subnetpool.in_use", "SubnetPoolDeleteError", 409},
    {"subnetpool.bad_bounds", "IllegalSubnetPoolPrefixBounds", 400},
    {"subnetpool.mixed_versions", "PrefixVersionMismatch", 400},
    {"subnetpool.no_prefix", "EmptySubnetPoolPrefixList", 400},
    {"subnetpool.fewer_prefixes", "IllegalSubnetPoolPrefixUpdate", 400},
    {"subnetpool.too_short", "MinPrefixSubnetAllocationError", 400},
    {"subnetpool.too_long", "MaxPrefixSubnetAllocationError", 400},
    {"subnetpool.not_available", "SubnetAllocationError", 409},
    {"subnetpool.exhausted", "SubnetAllocationError", 409},
    {"subnetpool.quota", "SubnetPoolQuotaExceeded", 409},
    {"subnetpool.affinity", "NetworkSubnetPoolAffinityError", 400},
    {"subnetpool.scope_version", "IllegalSubnetPoolIpVersionAssociationToAddressScope", 400},
    {"subnetpool.scope_overlap", "AddressScopePrefixConflict", 409},
    {"subnetpool.default_exists", "InvalidInput", 400},
    {"subnet.no_cidr", "BadRequest", 400},
    {"address_scope.in_use", "AddressScopeInUse", 409},
    {"address_scope.unshare", "AddressScopeUpdateError", 400},
    {"rbac_policy.exists", "DuplicateRbacPolicy", 409},
    {"rbac_policy.in_use", "RbacPolicyInUse", 409},
    {"rbac_policy.bad_type", "RbacPolicyInvalidType", 400},
    {"rbac_policy.bad_action", "InvalidInput", 400},
    {"qos_policy.in_use", "QosPolicyInUse", 409},
    {"qos_policy.rule_exists", "QoSRulesConflict", 409},
    {"qos_rule.unsupported", "QosRuleNotSupported", 409},
    {"trunk.not_found", "TrunkNotFound", 404},
    {"trunk.sub_port_not_found", "SubPortNotFound", 404},
    {"trunk.parent_in_use", "ParentPortInUse", 409},
    {"trunk.port_in_use_as_parent", "PortInUseAsTrunkParent", 409},
    {"trunk.port_in_use_as_sub_port", "PortInUseAsSubPort", 409},
    {"trunk.duplicate_sub_port", "DuplicateSubPort", 409},
    {"trunk.mtu", "SubPortMtuGreaterThanTrunkPortMtu", 409},
    {"trunk.disabled", "TrunkDisabled", 409},
    {"quota.below_use", "QuotaLimitTooLow", 400},
    {"agent.in_use", "AgentInUse", 409},
    {"tags.bad_tag", "InvalidInput", 400},
    {"tags.too_many", "InvalidInput", 400},
    {"body.no_tags", "HTTPBadRequest", 400},
    {"http.delete_body", "HTTPBadRequest", 400},
    {"network.in_use", "NetworkInUse", 409},
    {"network.deleting", "NetworkInUse", 409},
    {"subnet.in_use", "SubnetInUse", 409},
    {"port.in_use", "PortInUse", 409},
    {"port.mac_in_use", "MacAddressInUse", 409},
    {"ipam.pool_exhausted", "IpAddressGenerationFailure", 409},
    {"ipam.address_in_use", "IpAddressAlreadyAllocated", 409},
    {"ipam.address_leased", "IpAddressAlreadyAllocated", 409},
    {"ipam.invalid_ip_for_subnet", "InvalidIpForSubnet", 400},
    {"ipam.invalid_ip_for_network", "InvalidIpForNetwork", 400},
    {"subnet.gateway_in_pool", "GatewayConflictWithAllocationPools", 409},
    {"subnet.gateway_in_use", "GatewayIpInUse", 409},
    {"subnet.pools_overlap", "OverlappingAllocationPools", 409},
    {"subnet.pool_out_of_bounds", "OutOfBoundsAllocationPool", 400},
    {"subnet.bad_pool", "InvalidAllocationPool", 400},
    {"subnet.bad_cidr", "InvalidCIDR", 400},
    {"subnet.overlap", "InvalidInput", 400},
    {"network.vni_in_use", "TunnelIdInUse", 409},
    {"network.no_vni", "NoNetworkAvailable", 503},
    {"security_group.in_use", "SecurityGroupInUse", 409},
    {"security_group.default", "SecurityGroupCannotRemoveDefault", 409},
    {"security_group_rule.exists", "SecurityGroupRuleExists", 409},
    {"router.not_found", "RouterNotFound", 404},
    {"router.in_use", "RouterInUse", 409},
    {"router.interface_not_found", "RouterInterfaceNotFound", 404},
    {"router.interface_not_found_for_subnet", "RouterInterfaceNotFoundForSubnet", 404},
    {"router.interface_in_use_by_floating_ip", "RouterInterfaceInUseByFloatingIP", 409},
    {"router.interface_in_use_by_route", "RouterInterfaceInUseByRoute", 409},
    {"router.gateway_in_use_by_floating_ip", "RouterExternalGatewayInUseByFloatingIp", 409},
    {"router.gateways_unmatched", "UnableToMatchGateways", 400},
    {"router.no_gateways", "UnableToRemoveGateways", 400},
    {"router.bad_routes", "InvalidRoutes", 400},
    {"router.too_many_routes", "RoutesExhausted", 400},
    {"router.bad_request", "BadRequest", 400},
    {"router.location_mismatch", "RouterNetworkLocationMismatch", 400},
    {"router.network_on_other_router", "NetAttachedToNonLocalRouter", 409},
    {"floatingip.not_found", "FloatingIPNotFound", 404},
    {"floatingip.bad_request", "BadRequest", 400},
    {"floatingip.port_associated", "FloatingIPPortAlreadyAssociated", 409},
    {"floatingip.no_gateway", "ExternalGatewayForFloatingIPNotFound", 404},
    {"floatingip.exhausted", "ExternalIpAddressExhausted", 400},
    {"zone.not_found", "AvailabilityZoneNotFound", 404},
    {"port.service_port", "ServicePortInUse", 409},
    {"port.bad_device_owner", "HTTPBadRequest", 400},
    {"network.flat_in_use", "FlatNetworkInUse", 409},
    {"network.vlan_in_use", "VlanIdInUse", 409},
    {"network.default_exists", "DefaultExternalNetworkExists", 409},
    {"security_group.mixed", "SecurityGroupConflict", 409},
    {"security_group_rule.bad_protocol", "SecurityGroupRuleInvalidProtocol", 400},
    {"security_group_rule.bad_ethertype", "SecurityGroupEthertypeConflictWithProtocol", 400},
    {"security_group_rule.bad_port_range_min", "SecurityGroupInvalidPortRange", 400},
    {"port.has_groups", "PortSecurityPortHasSecurityGroup", 409},
    {"port.groups_need_security", "PortSecurityAndIPRequiredForSecurityGroups", 400},
    {"port.pairs_need_security", "AddressPairAndPortSecurityRequired", 409},
    {"port.too_many_pairs", "AllowedAddressPairExhausted", 400},
    {"port.duplicate_pair", "DuplicateAddressPairInRequest", 400},
    {"port.pair_without_address", "AllowedAddressPairsMissingIP", 400},
    {"quota.exceeded", "OverQuota", 409},
    {"revision.mismatch", "RevisionNumberConstraintFailed", 412},
    {"policy.denied", "PolicyNotAuthorized", 403},
    {"policy.no_project", "PolicyNotAuthorized", 403},
    {"http.no_route", "HTTPNotFound", 404},
    {"http.method", "HTTPMethodNotAllowed", 405},
    {"json.malformed", "HTTPBadRequest", 400},
    {"body.no_envelope", "HTTPBadRequest", 400},
    {"body.bad_bulk", "HTTPBadRequest", 400},
    {"attribute.invalid", "HTTPBadRequest", 400},
    {"attribute.unknown", "HTTPBadRequest", 400},
    {"attribute.read_only", "HTTPBadRequest", 400},
    {"attribute.missing", "HTTPBadRequest", 400},
    {"attribute.project", "HTTPBadRequest", 400},
    {"filter.unknown", "HTTPBadRequest", 400},
    {"filter.fixed_ips", "HTTPBadRequest", 400},
    {"tag.not_found", "TagNotFound", 404},
    {"extension.not_found", "HTTPNotFound", 404},
};

std::string_view type_of_code(Code code) {
  switch (code) {
    case Code::invalid: return "InvalidInput";
    case Code::unauthenticated: return "HTTPUnauthorized";
    case Code::forbidden: return "PolicyNotAuthorized";
    case Code::not_found: return "NotFound";
    case Code::conflict: return "Conflict";
    case Code::exhausted: return "OverQuota";
    case Code::too_large: return "HTTPRequestEntityTooLarge";
    case Code::unavailable:
    case Code::timeout:
    case Code::cancelled: return "ServiceUnavailable";
    case Code::internal: return "HTTPInternalServerError";
  }
  return "HTTPInternalServerError";
}

http::Response render(const Error& error, int status, const Call*) {
  std::string_view type = type_of_code(error.code);
  for (const auto& row : types) {
    if (row.reason != error.reason) continue;
    type = row.type;
    if (status == status_of(error.code)) status = row.status;
  }
  const std::string message = status == 500 ? "Request Failed: internal server error while processing your request." : error.message;
  http::Response response;
  response.status = status;
  response.headers.set("Content-Type", "application/json");
  if (status == 401) {
    // what keystonemiddleware answers in front of Neutron
    response.body = to_text(JsonObject{{"error", JsonObject{{"code", 401}, {"title", "Unauthorized"}, {"message", message}}}});
  } else {
    response.body = to_text(JsonObject{{"NeutronError", JsonObject{{"type", type}, {"message", message}, {"detail", error.field}}}});
  }
  return response;
}

}  // namespace

std::vector<ErrorDoc> neutron_error_docs() {
  std::vector<ErrorDoc> out;
  for (const auto& row : types) {
    if (std::ranges::find(out, row.type, &ErrorDoc::type) == out.end()) out.push_back({row.type, row.status});
  }
  std::ranges::sort(out, {}, &ErrorDoc::type);
  return out;
}

Style neutron_style(std::string identity_url) {
  Style style;
  style.name = "neutron";
  style.service_type = "network";
  style.render_error = &render;
  style.strip_json_suffix = true;
  style.begin = [](Call& call) -> Result<void> {
    if (call.request.method != "DELETE" || call.request.body.empty()) return {};
    return failed(Code::invalid, "http.delete_body", "Body is not allowed in DELETE request.");
  };
  style.identity_url = std::move(identity_url);
  return style;
}

}  // namespace causeway::api
