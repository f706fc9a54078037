#include "causeway/api/control/direct_routes.hpp"

#include "causeway/contract/direct.hpp"

namespace causeway::api {
namespace {

Result<Reply> find(RegionDirectApi& api, Call& call) {
  TRY_VOID(host_of_peer(call, api.region.str()));
  TRY(const auto wish, decode<boundary::DirectWish>(call.body));
  TRY(const auto network, api.ports.find(wish));
  return Reply::json(encode(network));
}

Result<Reply> create(RegionDirectApi& api, Call& call) {
  TRY_VOID(host_of_peer(call, api.region.str()));
  TRY(const auto draft, decode<boundary::DirectDraft>(call.body));
  TRY(const auto network, api.ports.create(draft));
  return Reply::json(encode(network));
}

Result<Reply> remove(RegionDirectApi& api, Call& call) {
  TRY_VOID(host_of_peer(call, api.region.str()));
  TRY(const auto message, decode<contract::DirectRemoval>(call.body));
  TRY_VOID(api.ports.remove(message.network_id));
  return Reply::json(JsonObject());
}

Result<Reply> reserve(RegionDirectApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto wish, decode<boundary::DirectAddress>(call.body));
  TRY(const auto address, api.ports.reserve(domain::HostName(host), wish));
  return Reply::json(encode(address));
}

Result<Reply> bind(RegionDirectApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto wish, decode<boundary::DirectEndpoint>(call.body));
  TRY(const auto port, api.ports.bind(domain::HostName(host), wish));
  return Reply::json(encode(port));
}

Result<Reply> release(RegionDirectApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto what, decode<boundary::DirectRelease>(call.body));
  TRY_VOID(api.ports.release(domain::HostName(host), what));
  return Reply::json(JsonObject());
}

constexpr Route<RegionDirectApi> region_routes[] = {
    {"POST", contract::direct_find_path, Access::peer, "control:direct_find", 200, &find},
    {"POST", contract::direct_create_path, Access::peer, "control:direct_create", 200, &create},
    {"POST", contract::direct_remove_path, Access::peer, "control:direct_remove", 200, &remove},
    {"POST", contract::direct_reserve_path, Access::peer, "control:direct_reserve", 200, &reserve},
    {"POST", contract::direct_bind_path, Access::peer, "control:direct_bind", 200, &bind},
    {"POST", contract::direct_release_path, Access::peer, "control:direct_release", 200, &release},
};
static_assert(routes_ok(region_routes));

/// As somebody of the project, who is no administrator.
domain::Caller member_of(const domain::ProjectId& project) {
  domain::Caller out;
  out.project_id = project;
  out.roles = {"member"};
  return out;
}

Result<Reply> make_network(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto draft, decode<boundary::DirectDraft>(call.body));
  const auto who = member_of(draft.project_id);
  boundary::NetworkDraft network;
  network.project_id = draft.project_id;
  network.name = draft.name;
  TRY(const auto made, api.networks.create_networks(who, {network}));
  std::vector<boundary::SubnetDraft> subnets;
  for (const auto& block : draft.subnets) {
    boundary::SubnetDraft subnet;
    subnet.network_id = made.front().id;
    subnet.project_id = draft.project_id;
    subnet.name = fmt::format("{}-v{}", draft.name, block.cidr.version());
    subnet.ip_version = block.cidr.version();
    subnet.cidr = block.cidr;
    if (block.gateway) subnet.gateway_ip = std::optional(*block.gateway);
    subnets.push_back(std::move(subnet));
  }
  if (auto done = api.networks.create_subnets(who, subnets); !done) {
    ignore(api.networks.delete_network(who, made.front().id), "what is told is why it could not be made");
    return failed(std::move(done).error());
  }
  return Reply::json(encode(made.front().id));
}

Result<Reply> remove_network(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto message, decode<contract::DirectRemoval>(call.body));
  const auto who = member_of(message.project_id);
  TRY(const auto network, api.networks.get_network(who, message.network_id));
  if (network.project_id != message.project_id) return failed(Code::forbidden, "network.foreign", "Network {} is another project's.", network.id);
  TRY_VOID(api.networks.delete_network(who, network.id));
  return Reply::json(JsonObject());
}

constexpr Route<CentralDirectApi> central_routes[] = {
    {"POST", contract::direct_create_path, Access::peer, "control:direct_create", 200, &make_network},
    {"POST", contract::direct_remove_path, Access::peer, "control:direct_remove", 200, &remove_network},
};
static_assert(routes_ok(central_routes));

}  // namespace

void bind_region_direct_routes(std::vector<BoundRoute>& into, RegionDirectApi& api) { bind_routes(into, region_routes, api); }
void bind_central_direct_routes(std::vector<BoundRoute>& into, CentralDirectApi& api) { bind_routes(into, central_routes, api); }

}  // namespace causeway::api
