// What moves bytes out of and into containers: logs, statistics, processes, archives, images made of them.
#include <charconv>
#include <limits>

#include "causeway/api/kit/stream_pumps.hpp"
#include "causeway/api/zun/json_bodies.hpp"
#include "causeway/api/zun/microversion.hpp"
#include "causeway/api/zun/params.hpp"
#include "causeway/api/zun/route_tables.hpp"

namespace causeway::api::zun {
namespace {

constexpr int base64_since = 25;

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Epoch seconds, or "YYYY-MM-DD HH:MM:SS,mmm".
Result<std::optional<std::int64_t>> since_of(const std::string& text) {
  if (text.empty() || text == "None") return std::nullopt;
  if (const auto seconds = number_in(text)) return seconds;
  if (const auto time = parse_time(std::string_view(text).substr(0, text.find(',')))) {
    return std::chrono::duration_cast<std::chrono::seconds>(time->time_since_epoch()).count();
  }
  return failed(fail(Code::invalid, "query.bad_value",
                     "Invalid input for query parameters 'since'. Value: '{}'. It is no time.", text.substr(0, 40))
                    .at("since"));
}

Result<boundary::LogQuery> log_query_of(const Call& call) {
  TRY(const auto params, Params::of(call, {"stdout", "stderr", "timestamps", "tail", "since", "follow"}));
  boundary::LogQuery query;
  TRY(query.stdout_, params.flag("stdout", true));
  TRY(query.stderr_, params.flag("stderr", true));
  TRY(query.timestamps, params.flag("timestamps", false));
  TRY(query.follow, params.flag("follow", false));
  TRY(const auto tail, params.text("tail"));
  query.tail = number_in(tail);
  if (query.tail && *query.tail < 0) query.tail.reset();  // Docker reads it as "all", like every word
  TRY(const auto since, params.text("since"));
  TRY(query.since, since_of(since));
  return query;
}

/// A JSON document of which `bytes` are the large part.
Result<Reply> answer_bytes(std::string before, std::unique_ptr<boundary::ByteSource> bytes, BytesAs as,
                           std::string after) {
  auto body = std::make_unique<JsonBytesBody>(std::move(before), std::move(bytes), as, std::move(after));
  TRY_VOID(body->begin());
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  response.source = std::move(body);
  return Reply{0, std::nullopt, {}, std::move(response)};
}

Result<Reply> logs(ZunApi& api, Call& call) {
  TRY(const auto query, log_query_of(call));
  if (query.follow) {
    return api.followers.carry(
        call.caller.project_id.str(), [&](std::stop_token stop) { return api.data.logs(call.caller, call.param("id"), query, std::move(stop)); },
        "text/plain; charset=utf-8");
  }
  TRY(auto text, api.data.logs(call.caller, call.param("id"), query, {}));
  return answer_bytes("", std::move(text), BytesAs::text, "");
}

Json stats_view(const services::ContainerData::Stats& stats) {
  constexpr double mib = 1024.0 * 1024.0;
  const auto& values = stats.values;
  const auto percent = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : double(part) / double(whole) * 100.0;
  };
  return JsonObject{{"CONTAINER", stats.container_name},
                    {"CPU %", percent(values.cpu_nanos, values.system_cpu_nanos)},
                    {"MEM USAGE(MiB)", double(values.memory_bytes) / mib},
                    {"MEM LIMIT(MiB)", double(values.memory_limit_bytes) / mib},
                    {"MEM %", percent(values.memory_bytes, values.memory_limit_bytes)},
                    {"BLOCK I/O(B)", fmt::format("{}/{}", values.block_read_bytes, values.block_written_bytes)},
                    {"NET I/O(B)", fmt::format("{}/{}", values.received_bytes, values.sent_bytes)}};
}

Result<Reply> stats(ZunApi& api, Call& call) {
  TRY_VOID(Params::of(call, {}));
  TRY(const auto stats, api.data.stats(call.caller, call.param("id")));
  return Reply::json(stats_view(stats));
}

Result<Reply> top(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"ps_args"}));
  TRY(auto ps_args, params.text("ps_args"));
  if (ps_args == "None") ps_args.clear();
  TRY(const auto table, api.data.top(call.caller, call.param("id"), ps_args));
  return Reply::json(JsonObject{{"Titles", encode(table.titles)}, {"Processes", encode(table.processes)}});
}

BytesAs bytes_as(const Call& call) { return minor_of(call) >= base64_since ? BytesAs::base64 : BytesAs::text; }

Result<Reply> get_archive(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"path"}));
  TRY(const auto path, params.required("path"));
  TRY(auto archive, api.data.get_archive(call.caller, call.param("id"), path));
  return answer_bytes(R"({"data":)", std::move(archive.tar), bytes_as(call),
                      R"(,"stat":)" + to_text(encode(archive.stat)) + "}");
}

Result<Reply> put_archive(ZunApi& api, Call& call) {
  RequestBytes body(call);
  const auto put = [&]() -> Result<void> {
    TRY(const auto params, Params::of(call, {"path"}));
    TRY(const auto path, params.required("path"));
    JsonBytesSource tar(body, bytes_as(call));
    TRY_VOID(tar.begin());
    return api.data.put_archive(call.caller, call.param("id"), path, tar);
  };
  if (auto done = put(); !done) {
    body.drain();
    return failed(std::move(done).error());
  }
  return Reply::json(nullptr);
}

/// The repository must be in the query; a tag may be in the body, as all arguments may.
Result<Reply> commit(ZunApi& api, Call& call) {
  TRY(const auto params, Params::of(call, {"repository", "tag"}));
  if (!call.request.query.find("repository")) {
    return failed(fail(Code::invalid, "field.missing", "'repository' is a required property").at("repository"));
  }
  services::Commits::Request request;
  TRY(request.repository, params.text("repository"));
  TRY(request.tag, params.text("tag"));
  request.request_id = call.request_id;
  TRY(const auto image, api.commits.commit(call.caller, call.param("id"), request));
  return Reply::json(JsonObject{{"uuid", image.str()}});
}

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

constexpr Route<ZunApi> routes[] = {
    {"GET", "/v1/containers/{id}/logs", Access::project, "container:logs", 200, &logs, BodyKind::none},
    {"GET", "/v1/containers/{id}/stats", Access::project, "container:stats", 200, &stats, BodyKind::none},
    {"GET", "/v1/containers/{id}/top", Access::project, "container:top", 200, &top, BodyKind::none},
    {"GET", "/v1/containers/{id}/get_archive", Access::project, "container:get_archive", 200, &get_archive,
     BodyKind::none},
    {"POST", "/v1/containers/{id}/put_archive", Access::project, "container:put_archive", 200, &put_archive,
     BodyKind::streamed, no_limit},
    {"POST", "/v1/containers/{id}/commit", Access::project, "container:commit", 202, &commit},
};
static_assert(routes_ok(routes));

}  // namespace

void bind_data_routes(std::vector<BoundRoute>& into, ZunApi& api) { bind_routes(into, routes, api); }

}  // namespace causeway::api::zun
