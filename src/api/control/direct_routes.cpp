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

Result<Reply> hold(RegionDirectApi& api, Call& call) {
  TRY_VOID(host_of_peer(call, api.region.str()));
  TRY(const auto wish, decode<boundary::DirectPoolWish>(call.body));
  TRY(const auto held, api.ports.hold(wish));
  return Reply::json(encode(held));
}

Result<Reply> give_back(RegionDirectApi& api, Call& call) {
  TRY_VOID(host_of_peer(call, api.region.str()));
  TRY(const auto message, decode<contract::DirectReturn>(call.body));
  TRY_VOID(api.ports.give_back(message.hold));
  return Reply::json(JsonObject());
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
    {"POST", contract::direct_hold_path, Access::peer, "control:direct_hold", 200, &hold},
    {"POST", contract::direct_give_back_path, Access::peer, "control:direct_give_back", 200, &give_back},
    {"POST", contract::direct_create_path, Access::peer, "control:direct_create", 200, &create},
    {"POST", contract::direct_remove_path, Access::peer, "control:direct_remove", 200, &remove},
    {"POST", contract::direct_reserve_path, Access::peer, "control:direct_reserve", 200, &reserve},
    {"POST", contract::direct_bind_path, Access::peer, "control:direct_bind", 200, &bind},
    {"POST", contract::direct_release_path, Access::peer, "control:direct_release", 200, &release},
};
static_assert(routes_ok(region_routes));

Result<Reply> hold_of_pool(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto wish, decode<boundary::DirectPoolWish>(call.body));
  TRY(const auto held, api.maker.hold(wish));
  return Reply::json(encode(held));
}

Result<Reply> give_back_to_pool(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto message, decode<contract::DirectReturn>(call.body));
  TRY_VOID(api.maker.give_back(message.project_id, message.hold));
  return Reply::json(JsonObject());
}

Result<Reply> make_network(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto draft, decode<boundary::DirectDraft>(call.body));
  TRY(const auto made, api.maker.create(draft));
  return Reply::json(encode(made));
}

Result<Reply> remove_network(CentralDirectApi& api, Call& call) {
  TRY_VOID(region_of_peer(call));
  TRY(const auto message, decode<contract::DirectRemoval>(call.body));
  TRY_VOID(api.maker.remove(message.project_id, message.network_id));
  return Reply::json(JsonObject());
}

constexpr Route<CentralDirectApi> central_routes[] = {
    {"POST", contract::direct_hold_path, Access::peer, "control:direct_hold", 200, &hold_of_pool},
    {"POST", contract::direct_give_back_path, Access::peer, "control:direct_give_back", 200, &give_back_to_pool},
    {"POST", contract::direct_create_path, Access::peer, "control:direct_create", 200, &make_network},
    {"POST", contract::direct_remove_path, Access::peer, "control:direct_remove", 200, &remove_network},
};
static_assert(routes_ok(central_routes));

}  // namespace

void bind_region_direct_routes(std::vector<BoundRoute>& into, RegionDirectApi& api) { bind_routes(into, region_routes, api); }
void bind_central_direct_routes(std::vector<BoundRoute>& into, CentralDirectApi& api) { bind_routes(into, central_routes, api); }

}  // namespace causeway::api
