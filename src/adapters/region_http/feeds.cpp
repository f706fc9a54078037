#include "causeway/adapters/region_http/feeds.hpp"

#include "causeway/base/encoding.hpp"
#include "causeway/contract/control.hpp"

namespace causeway::adapters {
namespace {

/// A line longer than this is no feed of ours.
constexpr std::size_t max_line = 4u << 20;

}  // namespace

HttpFeedSource::HttpFeedSource(ControlClient& client, std::chrono::milliseconds silence) : client_(client), silence_(silence) {}

Result<void> HttpFeedSource::watch(const std::string& store_id, boundary::Revision from, std::stop_token stop,
                                   const std::function<Result<void>(const std::vector<std::string_view>&)>& lines) {
  http::CallOptions options;
  options.idle_timeout = silence_;
  options.stop = stop;
  std::string rest;
  const std::string target = fmt::format("{}?store={}&from={}", contract::watch_path, percent_encode(store_id), from);
  TRY_VOID(client_.stream(
      target,
      [&](std::string_view piece) -> Result<void> {
        rest += piece;
        const auto end = rest.rfind('\n');
        if (end == std::string::npos) {
          if (rest.size() > max_line) return failed(Code::too_large, "feed.line_too_long", "A feed line is over {} bytes.", max_line);
          return {};
        }
        auto whole = split(std::string_view(rest).substr(0, end), '\n');
        TRY_VOID(lines(whole));
        rest.erase(0, end + 1);
        return {};
      },
      options));
  return failed(Code::unavailable, "feed.ended", "{} ended the feed.", client_.name());
}

HttpFeedReceiver::HttpFeedReceiver(ControlClient& client) : client_(client) {}

Result<boundary::FeedReceiver::Position> HttpFeedReceiver::position() {
  TRY(const auto answer, client_.call_for<contract::FeedPosition>("GET", contract::upstream_path, nullptr));
  return Position{answer.store, answer.cursor};
}

Result<boundary::FeedReceiver::Position> HttpFeedReceiver::push(boundary::Revision from, const std::string& lines) {
  TRY(const Json json, client_.post_lines(fmt::format("{}?from={}", contract::upstream_path, from), lines));
  TRY(const auto answer, decode<contract::FeedPosition>(json));
  return Position{answer.store, answer.cursor};
}

Result<void> HttpProgressReceiver::progress(const domain::RegionProgress& progress) {
  http::CallOptions options;
  options.timeout = std::chrono::seconds(10);
  TRY_VOID(client_.call("POST", contract::progress_path, encode(progress), options));
  return {};
}

}  // namespace causeway::adapters
