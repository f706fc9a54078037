#pragma once

#include "causeway/api/kit/service.hpp"
#include "causeway/boundary/line_sink.hpp"

namespace causeway::api {

/// Errors of the control and host APIs as contract::WireError.
Style control_style(std::string name);

/// The region or host that the peer's certificate speaks for: "region:RegionOne", "host:RegionOne/r1h1". Any other certificate
/// is forbidden, however valid: a certificate is no authority by itself.
Result<std::string> region_of_peer(const Call& call);
Result<std::string> host_of_peer(const Call& call, std::string_view region);

/// The answer that opens a feed: `subscribe` is given the sink, what the subscriber remembers, and the query.
Reply open_feed(std::function<void(std::shared_ptr<boundary::LineSink>)> subscribe);
struct FeedQuery {
  std::string store;
  std::int64_t from = 0;
};
Result<FeedQuery> feed_query(const Call& call);

}  // namespace causeway::api
