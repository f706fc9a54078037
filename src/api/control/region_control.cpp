#include "causeway/api/control/region_control.hpp"

#include <charconv>
#include <limits>

#include "causeway/api/kit/stream_pumps.hpp"
#include "causeway/boundary/control/region_gateway.hpp"
#include "causeway/contract/control.hpp"
#include "causeway/services/common/interests.hpp"

namespace causeway::api {
namespace {

constexpr std::uint64_t report_limit = 16u << 20;

/// Hosts of this region, and other regions.
Result<Reply> watch(RegionControlApi& api, Call& call) {
  if (const auto peer = region_of_peer(call); peer && *peer != api.region.str()) {
    TRY(const auto query, feed_query(call));
    return open_feed([&feeds = api.feeds, own = api.region, peer = *peer, query](std::shared_ptr<boundary::LineSink> sink) {
      feeds.subscribe("region " + peer, std::move(sink), std::make_unique<services::PeerInterest>(own, domain::RegionName(peer)), query.store, query.from);
    });
  }
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto query, feed_query(call));
  return open_feed([&feeds = api.feeds, region = api.region, host, query](std::shared_ptr<boundary::LineSink> sink) {
    feeds.subscribe("host " + host, std::move(sink), std::make_unique<services::HostInterest>(region, domain::HostName(host)), query.store, query.from);
  });
}

Result<Reply> report(RegionControlApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto report, decode<boundary::HostReport>(call.body));
  TRY(const auto answer, api.reports.apply(domain::HostName(host), report));
  return Reply::json(encode(answer));
}

Result<std::uint64_t> first_byte(const Call& call) {
  const auto text = call.request.query.find(contract::image_data_from).value_or("0");
  std::uint64_t from = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), from);
  if (trouble == std::errc() && end == text.data() + text.size()) return from;
  return failed(fail(Code::invalid, "image.bad_range", "'{}' is not the number of a byte.", text).at(contract::image_data_from));
}

Result<Reply> image_data(RegionControlApi& api, Call& call) {
  const domain::ImageId image(call.param("id"));
  std::unique_ptr<boundary::ByteSource> data;
  if (region_of_peer(call)) {
    TRY(data, api.images.for_region(image));
  } else {
    TRY(const auto host, host_of_peer(call, api.region.str()));
    TRY_VOID(api.host_images.check_wanted(domain::HostName(host), image));
    TRY(const auto from, first_byte(call));
    TRY(data, api.images.for_host(image, from));
  }
  http::Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.source = body_of_source(std::move(data));
  Reply reply;
  reply.raw = std::move(response);
  return reply;
}

Result<Reply> registry_credentials(RegionControlApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto credentials, api.registries.credentials_for(domain::HostName(host), domain::ContainerId(call.param("id"))));
  return Reply::json(encode(credentials));
}

Result<Reply> store_image_data(RegionControlApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  const domain::ImageId image(call.param("id"));
  TRY_VOID(api.commits.check_sender(domain::HostName(host), image));
  RequestBytes data(call);
  TRY_VOID(api.images.upload_committed(image, data));
  return Reply::json(JsonObject());
}

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

Result<Reply> image_report(RegionControlApi& api, Call& call) {
  TRY(const auto host, host_of_peer(call, api.region.str()));
  TRY(const auto report, decode<domain::HostImageReport>(call.body));
  TRY_VOID(api.host_images.apply_report(domain::HostName(host), report));
  return Reply::json(JsonObject());
}

constexpr Route<RegionControlApi> routes[] = {
    {"GET", contract::watch_path, Access::peer, "control:watch", 200, &watch, BodyKind::none},
    {"POST", contract::report_path, Access::peer, "control:report", 200, &report, BodyKind::json, report_limit},
    {"GET", contract::image_data_path, Access::peer, "control:image_data", 200, &image_data, BodyKind::none},
    {"PUT", contract::image_data_path, Access::peer, "control:store_image_data", 200, &store_image_data, BodyKind::streamed, no_limit},
    {"POST", contract::image_report_path, Access::peer, "control:image_report", 200, &image_report},
    {"GET", contract::registry_credentials_path, Access::peer, "control:registry_credentials", 200, &registry_credentials, BodyKind::none},
};
static_assert(routes_ok(routes));

}  // namespace

std::vector<BoundRoute> region_control_routes(RegionControlApi& api) {
  std::vector<BoundRoute> out;
  bind_routes(out, routes, api);
  return out;
}

}  // namespace causeway::api
