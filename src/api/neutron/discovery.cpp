#include "causeway/api/neutron/resources.hpp"

namespace causeway::api {
namespace {

/// What a client may count on here. Only what is implemented is listed: clients offer options by it.
struct Extension {
  std::string_view alias;
  std::string_view name;
  std::string_view description;
};
constexpr Extension extensions[] = {
    {"address-scope", "Address scope", "Address scopes extension."},
    {"agent", "agent", "The agent management extension."},
    {"availability_zone", "Availability Zone", "Availability zone support."},
    {"availability_zone_filter", "Availability Zone Filter Extension", "Add filter parameters to AvailabilityZone resource"},
    {"binding", "Port Binding", "Expose port bindings of a virtual port to external application"},
    {"default-subnetpools", "Default Subnetpools", "Provides ability to mark and use a subnetpool as the default."},
    {"allowed-address-pairs", "Allowed Address Pairs", "Provides allowed address pairs"},
    {"dns-integration", "DNS Integration", "Provides integration with DNS."},
    {"dvr", "Distributed Virtual Router", "Enables configuration of Distributed Virtual Routers."},
    {"external-gateway-multihoming", "Neutron L3 External Gateway Multihoming", "Allow multiple external gateways for routers with manipulation of multiple external gateways at once."},
    {"ext-gw-mode", "Neutron L3 Configurable external gateway mode", "Extension of the router abstraction for specifying whether SNAT should occur on the external gateway"},
    {"external-net", "Neutron external network", "Adds external network attribute to network resource."},
    {"extraroute", "Neutron Extra Route", "Extra routes configuration for L3 router"},
    {"extraroute-atomic", "Atomically add/remove extra routes", "Edit extra routes of a router on server side by atomically adding/removing extra routes"},
    {"filter-validation", "Filter parameters validation", "Provides validation on filter parameters."},
    {"fip-port-details", "Floating IP Port Details Extension", "Add port_details attribute to Floating IP resource"},
    {"net-mtu", "Network MTU", "Provides MTU attribute for a network resource."},
    {"net-mtu-writable", "Network MTU (writable)", "Provides a writable MTU attribute for a network resource."},
    {"network-ip-availability", "Network IP Availability", "Provides IP availability data for each network and subnet."},
    {"network_availability_zone", "Network Availability Zone", "Availability zone support for network."},
    {"pagination", "Pagination support", "Extension that indicates that pagination is enabled."},
    {"port-security", "Port Security", "Provides port security"},
    {"port-security-groups-filtering", "Port filtering on security groups", "Provides security groups filtering when listing ports"},
    {"ip-substring-filtering", "IP address substring filtering", "Provides IP address substring filtering when listing ports"},
    {"empty-string-filtering", "Empty String Filtering Extension", "Allow filtering by attributes with empty string value"},
    {"project-id", "project_id field enabled", "Extension that indicates that project_id field is enabled."},
    {"provider", "Provider Network", "Expose mapping of virtual networks to physical networks"},
    {"qos", "Quality of Service", "The Quality of Service extension."},
    {"qos-bw-limit-direction", "Direction for QoS bandwidth limit rule", "Allow to configure QoS bandwidth limit rule with specific direction: ingress or egress"},
    {"qos-default", "QoS default policy", "Expose the QoS default policy per project"},
    {"qos-rule-type-details", "Details of QoS rule types", "Expose details about QoS rule types supported by loaded backend drivers"},
    {"quota_details", "Quota details management support", "Expose functions for quotas usage statistics per project"},
    {"quota-check-limit", "Quota engine limit check", "Support for checking the resource usage before applying a new quota limit"},
    {"quotas", "Quota management support", "Expose functions for quotas management per project"},
    {"rbac-address-scope", "Add address_scope type to RBAC", "Add address_scope type to network RBAC"},
    {"rbac-policies", "RBAC Policies", "Allows creation and modification of policies that control project access to resources."},
    {"rbac-subnetpool", "Add subnetpool type to RBAC", "Add subnetpool type to network RBAC"},
    {"revision-if-match", "If-Match constraints based on revision_number", "Extension indicating that If-Match based on revision_number is supported."},
    {"router", "Neutron L3 Router", "Router abstraction for basic L3 forwarding between L2 Neutron networks and access to external networks via a NAT gateway."},
    {"router_availability_zone", "Router Availability Zone", "Availability zone support for router."},
    {"security-group", "security-group", "The security groups extension."},
    {"sorting", "Sorting support", "Extension that indicates that sorting is enabled."},
    {"sort-key-validation", "Sort key validation", "Provides validation on sort keys."},
    {"standard-attr-description", "standard-attr-description", "Extension to add descriptions to standard attributes"},
    {"standard-attr-revisions", "Resource revision numbers", "This extension will display the revision number of neutron resources."},
    {"standard-attr-tag", "Tag support for resources with standard attribute", "Enables to set tag on resources with standard attribute."},
    {"standard-attr-timestamp", "Resource timestamps", "Adds created_at and updated_at fields to all Neutron resources that have Neutron standard attributes."},
    {"subnet_allocation", "Subnet Allocation", "Enables allocation of subnets from a subnet pool"},
    {"subnet-service-types", "Subnet service types", "Provides ability to set the subnet service_types field"},
    {"stateful-security-group", "Stateful security group", "Indicates if the security group is stateful or not"},
    {"trunk", "Trunk Extension", "Provides support for trunk ports"},
    {"trunk-details", "Trunk port details", "Expose trunk port details"},
    {"tag-ports-during-bulk-creation", "Tag Ports During Bulk Creation", "Allow to tag ports during bulk creation"},
};

Json extension_view(const Extension& extension) {
  return JsonObject{{"alias", extension.alias}, {"name", extension.name}, {"description", extension.description},
                    {"updated", "2026-01-01T00:00:00-00:00"}, {"links", JsonArray()}};
}

Result<Reply> versions(NeutronApi&, Call& call) {
  return Reply::json(JsonObject{{"versions", JsonArray{JsonObject{{"id", "v2.0"}, {"status", "CURRENT"},
                                                                  {"links", JsonArray{JsonObject{{"rel", "self"}, {"href", call.base_url + "/v2.0/"}}}}}}}});
}

Result<Reply> resources(NeutronApi&, Call& call) {
  JsonArray out;
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"network", "networks"}, {"subnet", "subnets"}, {"port", "ports"}, {"router", "routers"}, {"floatingip", "floatingips"}, {"security_group", "security-groups"}, {"security_group_rule", "security-group-rules"},
      {"subnetpool", "subnetpools"}, {"address_scope", "address-scopes"}, {"rbac_policy", "rbac-policies"}, {"quota", "quotas"}, {"agent", "agents"},
      {"availability_zone", "availability_zones"}, {"network_ip_availability", "network-ip-availabilities"}, {"policy", "qos/policies"},
      {"rule_type", "qos/rule-types"}, {"trunk", "trunks"}, {"extension", "extensions"}};
  for (const auto& [name, collection] : names) {
    out.push_back(JsonObject{{"name", name}, {"collection", collection},
                             {"links", JsonArray{JsonObject{{"rel", "self"}, {"href", fmt::format("{}/v2.0/{}", call.base_url, collection)}}}}});
  }
  return Reply::json(JsonObject{{"resources", std::move(out)}});
}

Result<Reply> list_extensions(NeutronApi&, Call&) {
  JsonArray out;
  for (const auto& extension : extensions) out.push_back(extension_view(extension));
  return Reply::json(JsonObject{{"extensions", std::move(out)}});
}

Result<Reply> show_extension(NeutronApi&, Call& call) {
  for (const auto& extension : extensions) {
    if (extension.alias == call.param("alias")) return Reply::json(JsonObject{{"extension", extension_view(extension)}});
  }
  return failed(Code::not_found, "extension.not_found", "Extension with alias {} does not exist", call.param("alias"));
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/", Access::open, "get_versions", 200, &versions, BodyKind::none},
    {"GET", "/v2.0", Access::open, "get_resources", 200, &resources, BodyKind::none},
    {"GET", "/v2.0/extensions", Access::any_token, "get_extensions", 200, &list_extensions, BodyKind::none},
    {"GET", "/v2.0/extensions/{alias}", Access::any_token, "get_extension", 200, &show_extension, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_discovery_routes(std::vector<BoundRoute>& into, NeutronApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
