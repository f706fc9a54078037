#include "causeway/api/control/control_style.hpp"

#include <charconv>

#include "causeway/contract/control.hpp"

namespace causeway::api {
namespace {

/// An open HTTP stream as a sink of feed lines.
class StreamSink final : public boundary::LineSink {
 public:
  explicit StreamSink(std::shared_ptr<http::StreamWriter> writer) : writer_(std::move(writer)) {}
  bool write(std::string lines) override { return writer_->write(std::move(lines)); }
  std::size_t pending() const override { return writer_->pending(); }
  bool closed() const override { return writer_->closed(); }
  void close() override { writer_->close(); }
  void on_drain(std::function<void()> callback) override { writer_->on_drain(std::move(callback)); }

 private:
  std::shared_ptr<http::StreamWriter> writer_;
};

}  // namespace

Style control_style(std::string name) {
  Style style;
  style.name = std::move(name);
  style.render_error = [](const Error& error, int status, const Call*) {
    http::Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.body = to_text(JsonObject{{"error", encode(contract::WireError::from(error))}});
    return response;
  };
  return style;
}

Result<std::string> region_of_peer(const Call& call) {
  constexpr std::string_view prefix = "region:";
  if (!call.peer_name.starts_with(prefix)) {
    return failed(Code::forbidden, "peer.wrong_certificate", "The certificate of '{}' does not speak for a region.", call.peer_name);
  }
  return call.peer_name.substr(prefix.size());
}

Result<std::string> host_of_peer(const Call& call, std::string_view region) {
  const std::string prefix = fmt::format("host:{}/", region);
  if (!call.peer_name.starts_with(prefix)) {
    return failed(Code::forbidden, "peer.wrong_certificate", "The certificate of '{}' does not speak for a host of {}.", call.peer_name, region);
  }
  return call.peer_name.substr(prefix.size());
}

Reply open_feed(std::function<void(std::shared_ptr<boundary::LineSink>)> subscribe) {
  http::Response response;
  response.headers.set("Content-Type", "application/x-ndjson");
  response.open_stream = [subscribe = std::move(subscribe)](std::shared_ptr<http::StreamWriter> writer) {
    subscribe(std::make_shared<StreamSink>(std::move(writer)));
  };
  Reply reply;
  reply.raw = std::move(response);
  return reply;
}

Result<FeedQuery> feed_query(const Call& call) {
  FeedQuery query;
  query.store = std::string(call.query("store"));
  const std::string_view from = call.query("from");
  if (from.empty()) return query;
  const auto [end, error] = std::from_chars(from.data(), from.data() + from.size(), query.from);
  if (error != std::errc() || end != from.data() + from.size() || query.from < 0) {
    return failed(fail(Code::invalid, "feed.from", "from must be a revision, not '{}'.", from).at("from"));
  }
  return query;
}

}  // namespace causeway::api
