#include "causeway/api/neutron/resources.hpp"

/// Availability zones, and how many addresses are left.
namespace causeway::api {
namespace {

using boundary::NetworkUse;

constexpr std::string_view zone_filters[] = {"name", "resource", "state"};
constexpr ListRules zone_rules{"availability_zones", zone_filters, Tags::absent};
constexpr std::string_view use_filters[] = {"network_id", "network_name", "tenant_id", "project_id", "ip_version"};
constexpr ListRules use_rules{"network_ip_availabilities", use_filters, Tags::absent};

Result<Reply> list_zones(NeutronApi& api, Call& call) {
  TRY(const auto zones, api.resources->facts.zones());
  JsonArray views;
  for (const auto& zone : zones) {
    for (const char* resource : {"network", "router"}) {
      views.push_back(JsonObject{{"name", zone.name}, {"resource", resource}, {"state", zone.available ? "available" : "unavailable"}});
    }
  }
  return list_reply(call, zone_rules, std::move(views));
}

/// Sums that do not fit stay at the largest number.
void add_to(std::uint64_t& sum, std::uint64_t more) { sum = sum > UINT64_MAX - more ? UINT64_MAX : sum + more; }

/// The subnets of one IP version where the query names it.
JsonObject view_of(const NetworkUse& use, std::string_view version) {
  std::uint64_t total = 0, used = 0;
  JsonArray subnets, versions;
  for (const auto& part : use.subnets) {
    versions.push_back(part.subnet.ip_version);
    if (!version.empty() && version != std::to_string(part.subnet.ip_version)) continue;
    add_to(total, part.total);
    add_to(used, part.used);
    subnets.push_back(JsonObject{{"subnet_id", part.subnet.id.str()},
                                 {"subnet_name", part.subnet.name},
                                 {"cidr", part.subnet.cidr.to_string()},
                                 {"ip_version", part.subnet.ip_version},
                                 {"total_ips", part.total},
                                 {"used_ips", part.used}});
  }
  JsonObject view{{"id", use.network.id.str()},
                  {"network_id", use.network.id.str()},
                  {"network_name", use.network.name},
                  {"ip_version", std::move(versions)},
                  {"subnet_ip_availability", std::move(subnets)},
                  {"total_ips", total},
                  {"used_ips", used}};
  add_owner(view, use.network);
  return view;
}

Result<Reply> list_use(NeutronApi& api, Call& call) {
  TRY(const auto uses, api.resources->facts.address_use());
  JsonArray views;
  for (const auto& use : uses) views.push_back(view_of(use, call.query("ip_version")));
  return list_reply(call, use_rules, std::move(views));
}

Result<Reply> show_use(NeutronApi& api, Call& call) {
  TRY(const auto use, api.resources->facts.address_use(domain::NetworkId(call.param("network"))));
  return Reply::json(JsonObject{{"network_ip_availability", view_of(use, "")}});
}

constexpr Route<NeutronApi> routes[] = {
    {"GET", "/v2.0/availability_zones", Access::any_token, "get_availability_zones", 200, &list_zones, BodyKind::none},
    {"GET", "/v2.0/network-ip-availabilities", Access::admin, "get_network_ip_availabilities", 200, &list_use, BodyKind::none},
    {"GET", "/v2.0/network-ip-availabilities/{network}", Access::admin, "get_network_ip_availability", 200, &show_use, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

void add_fact_routes(std::vector<BoundRoute>& into, NeutronApi& api) { add_central_rows(into, routes, api); }

}  // namespace causeway::api
