#include "causeway/api/control/central_control_api.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/services/common/interests.hpp"

namespace causeway::api {
namespace {

constexpr std::uint64_t upstream_limit = 64u << 20;

/// What a region may write at the centre: its own ports and hosts, and which images it holds.
bool is_of_region(const std::string& region, std::string_view kind, const Json& body) {
  return (kind == "port" || kind == "host" || kind == "remote_image" || kind == "host_routing") && text_member(body, "region") == region;
}

Json position_view(const services::Replica::Position& position) { return encode(contract::FeedPosition{position.store_id, position.cursor}); }

std::vector<domain::LeaseId> lease_ids(const contract::LeaseIds& message) {
  std::vector<domain::LeaseId> out;
  for (const auto& id : message.leases) out.emplace_back(id);
  return out;
}

Result<Reply> watch(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto query, feed_query(call));
  return open_feed([&feeds = api.feeds, region, query](std::shared_ptr<boundary::LineSink> sink) {
    feeds.subscribe("region " + region, std::move(sink), std::make_unique<services::RegionInterest>(domain::RegionName(region)), query.store, query.from);
  });
}

Result<Reply> upstream_position(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  auto& upstream = api.upstream_of(region);
  const std::lock_guard lock(upstream.mutex);
  TRY(const auto position, upstream.replica.position());
  return Reply::json(position_view(position));
}

Result<Reply> push_upstream(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  auto lines = split(call.request.body, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  auto& upstream = api.upstream_of(region);
  const std::lock_guard lock(upstream.mutex);
  TRY_VOID(upstream.replica.apply(lines));
  return Reply::json(position_view(upstream.replica.applied()));
}

Result<Reply> fetch_network(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto request, decode<boundary::FetchRequest>(call.body));
  TRY(const auto fetched, api.control.fetch_network(domain::RegionName(region), request));
  return Reply::json(encode(fetched));
}

Result<Reply> lease(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto request, decode<boundary::LeaseRequest>(call.body));
  TRY(const auto leases, api.control.lease(domain::RegionName(region), request));
  return Reply::json(encode(leases));
}

Result<Reply> return_leases(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto message, decode<contract::LeaseIds>(call.body));
  TRY_VOID(api.control.return_leases(domain::RegionName(region), lease_ids(message)));
  return Reply::json(JsonObject());
}

Result<Reply> renew_leases(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto message, decode<contract::LeaseIds>(call.body));
  TRY(const auto leases, api.control.renew_leases(domain::RegionName(region), lease_ids(message)));
  return Reply::json(encode(leases));
}

Result<Reply> release(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto message, decode<contract::ReleaseMessage>(call.body));
  TRY_VOID(api.control.release(domain::RegionName(region), message.kind, message.id, message.in_use));
  return Reply::json(JsonObject());
}

constexpr Route<CentralControlApi> routes[] = {
    {"GET", contract::watch_path, Access::peer, "control:watch", 200, &watch, BodyKind::none},
    {"GET", contract::upstream_path, Access::peer, "control:upstream", 200, &upstream_position, BodyKind::none},
    {"POST", contract::upstream_path, Access::peer, "control:upstream", 200, &push_upstream, BodyKind::none, upstream_limit},
    {"POST", contract::fetch_network_path, Access::peer, "control:fetch_network", 200, &fetch_network},
    {"POST", contract::lease_path, Access::peer, "control:lease", 200, &lease},
    {"POST", contract::return_leases_path, Access::peer, "control:return_leases", 200, &return_leases, BodyKind::json, 16u << 20},
    {"POST", contract::renew_leases_path, Access::peer, "control:renew_leases", 200, &renew_leases, BodyKind::json, 16u << 20},
    {"POST", contract::release_path, Access::peer, "control:release", 200, &release},
};
static_assert(routes_ok(routes));

}  // namespace

CentralControlApi::CentralControlApi(boundary::Store& store, services::FeedServer& feed_server, services::CentralControl& central_control)
    : feeds(feed_server), control(central_control), store_(store) {}

CentralControlApi::Upstream::Upstream(boundary::Store& store, const std::string& region)
    : replica(store, "upstream/" + region, {"port", "host", "remote_image", "host_routing"},
              [region](std::string_view kind, const Json& body) { return is_of_region(region, kind, body); }) {}

CentralControlApi::Upstream& CentralControlApi::upstream_of(const std::string& region) {
  const std::lock_guard lock(mutex_);
  auto& upstream = upstreams_[region];
  if (upstream == nullptr) upstream = std::make_unique<Upstream>(store_, region);
  return *upstream;
}

std::vector<BoundRoute> central_control_routes(CentralControlApi& api) {
  std::vector<BoundRoute> out;
  bind_routes(out, routes, api);
  return out;
}

}  // namespace causeway::api
