#include "causeway/api/host/data_routes.hpp"

#include <charconv>
#include <limits>

#include "causeway/base/base64.hpp"
#include "causeway/contract/data.hpp"

namespace causeway::api {
namespace {

Result<std::optional<std::int64_t>> number_of(const Call& call, std::string_view name) {
  const auto text = call.query(name);
  if (text.empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (trouble == std::errc{} && end == text.data() + text.size() && value >= 0) return value;
  return failed(fail(Code::invalid, "field.bad_value", "{} is not a number: '{}'.", name, text).at(std::string(name)));
}

bool flag_of(const Call& call, std::string_view name, bool absent) {
  const auto text = call.query(name);
  return text.empty() ? absent : text == "true" || text == "1";
}

domain::ContainerId container_of(const Call& call) { return domain::ContainerId(call.param("id")); }

Reply streamed(std::unique_ptr<boundary::ByteSource> source) {
  http::Response response;
  response.headers.set("Content-Type", "application/octet-stream");
  response.source = body_of_source(std::move(source));
  Reply reply;
  reply.raw = std::move(response);
  return reply;
}

Result<Reply> logs(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  boundary::LogQuery query;
  query.stdout_ = flag_of(call, "stdout", query.stdout_);
  query.stderr_ = flag_of(call, "stderr", query.stderr_);
  query.timestamps = flag_of(call, "timestamps", query.timestamps);
  query.follow = flag_of(call, "follow", query.follow);
  TRY(query.tail, number_of(call, "tail"));
  TRY(query.since, number_of(call, "since"));
  if (query.follow) {
    return api.followers.carry("region", [&](std::stop_token stop) { return api.data.logs(container_of(call), query, std::move(stop)); },
                               "application/octet-stream");
  }
  TRY(auto text, api.data.logs(container_of(call), query, {}));
  return streamed(std::move(text));
}

Result<Reply> stats(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto stats, api.data.stats(container_of(call)));
  return Reply::json(encode(stats));
}

Result<Reply> top(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(const auto table, api.data.top(container_of(call), std::string(call.query("ps_args"))));
  return Reply::json(encode(table));
}

Result<Reply> get_archive(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  TRY(auto archive, api.data.get_archive(container_of(call), std::string(call.query("path"))));
  auto reply = streamed(std::move(archive.tar));
  reply.raw->headers.set(contract::path_stat_header, to_base64(to_text(encode(archive.stat))));
  return reply;
}

Result<Reply> put_archive(HostApi& api, Call& call) {
  TRY_VOID(check_own_region(api.region_name, call));
  RequestBytes tar(call);
  TRY_VOID(api.data.put_archive(container_of(call), std::string(call.query("path")), tar));
  return Reply::json(JsonObject());
}

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

constexpr Route<HostApi> routes[] = {
    {"GET", contract::host_logs_path, Access::peer, "host:logs", 200, &logs, BodyKind::none},
    {"GET", contract::host_stats_path, Access::peer, "host:stats", 200, &stats, BodyKind::none},
    {"GET", contract::host_top_path, Access::peer, "host:top", 200, &top, BodyKind::none},
    {"GET", contract::host_archive_path, Access::peer, "host:get_archive", 200, &get_archive, BodyKind::none},
    {"PUT", contract::host_archive_path, Access::peer, "host:put_archive", 200, &put_archive, BodyKind::streamed, no_limit},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_host_data_routes(std::vector<BoundRoute>& into, HostApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api
