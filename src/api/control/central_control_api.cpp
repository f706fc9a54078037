#include "causeway/api/control/central_control_api.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/services/common/interests.hpp"
#include "causeway/services/common/kinds.hpp"

namespace causeway::api {
namespace {

constexpr std::uint64_t upstream_limit = 64u << 20;

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
  TRY(const auto query, feed_query(call));
  const std::lock_guard lock(upstream.mutex);
  TRY_VOID(upstream.replica.expect_at(query.from));
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

Result<Reply> progress(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto message, decode<domain::RegionProgress>(call.body));
  TRY_VOID(api.jobs.progress(domain::RegionName(region), message));
  return Reply::json(JsonObject());
}

Result<Reply> claim_port(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto request, decode<boundary::ClaimRequest>(call.body));
  TRY(const auto claimed, api.control.port_claims().claim(domain::RegionName(region), request));
  return Reply::json(encode(claimed));
}

Result<Reply> return_port(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto message, decode<boundary::PortReturn>(call.body));
  TRY_VOID(api.control.port_claims().give_back(domain::RegionName(region), message));
  return Reply::json(JsonObject());
}

Result<Reply> claimed_ports(CentralControlApi& api, Call& call) {
  TRY(const auto region, region_of_peer(call));
  TRY(const auto claims, api.control.port_claims().claimed_by(domain::RegionName(region)));
  return Reply::json(encode(claims));
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
    {"POST", contract::progress_path, Access::peer, "control:progress", 200, &progress, BodyKind::json, 4u << 20},
    {"POST", contract::claim_port_path, Access::peer, "control:claim_port", 200, &claim_port},
    {"POST", contract::return_port_path, Access::peer, "control:return_port", 200, &return_port},
    {"GET", contract::claimed_ports_path, Access::peer, "control:claimed_ports", 200, &claimed_ports, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

CentralControlApi::CentralControlApi(boundary::Store& store, services::FeedServer& feed_server, services::CentralControl& central_control,
                                     services::JobWatch& job_watch)
    : feeds(feed_server), control(central_control), jobs(job_watch), store_(store) {}

CentralControlApi::Upstream::Upstream(boundary::Store& store, const std::string& region)
    : replica(store, "upstream/" + region, services::regional_kinds(),
              [region](std::string_view kind, const Json& body) { return services::is_of_region(kind, body, region); }) {}

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
