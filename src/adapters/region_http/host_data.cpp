#include "causeway/adapters/region_http/host_data.hpp"

#include "causeway/adapters/http_bytes/byte_bodies.hpp"
#include "causeway/base/base64_stream.hpp"
#include "causeway/base/encoding.hpp"
#include "causeway/contract/data.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// What is read flows; while a tar goes in, the Engine may be busy unpacking; a followed log may be silent for a day.
constexpr std::chrono::milliseconds copying = 300s;
constexpr std::chrono::milliseconds reading = 60s;
constexpr std::chrono::milliseconds following = 24h;
constexpr std::size_t max_answer = 64 * 1024;

http::CallOptions patient(std::chrono::milliseconds silence, std::stop_token stop = {}) {
  http::CallOptions options;
  options.idle_timeout = silence;
  options.stop = std::move(stop);
  return options;
}

std::string archive_target(const domain::ContainerId& container, const std::string& path) {
  return path_with_id(contract::host_archive_path, container.str()) + "?path=" + percent_encode(path);
}

Result<boundary::PathStat> stat_of(const http::Response& head, const domain::Host& host) {
  std::string text;
  Base64Decoder decoder;
  if (decoder.append(text, head.headers.get(contract::path_stat_header)) && decoder.finish()) {
    if (const auto json = parse_json(text)) return decode<boundary::PathStat>(*json);
  }
  return failed(Code::internal, "control.bad_answer", "Host {} sent an archive without its stat.", host.id);
}

}  // namespace

Result<std::unique_ptr<boundary::ByteSource>> HttpHostData::logs(const domain::Host& host, const domain::ContainerId& container,
                                                                 const boundary::LogQuery& query, std::stop_token stop) {
  TRY(const auto client, clients_.of(host));
  std::string target = path_with_id(contract::host_logs_path, container.str());
  target += fmt::format("?stdout={}&stderr={}&timestamps={}&follow={}", query.stdout_, query.stderr_, query.timestamps, query.follow);
  if (query.tail) target += fmt::format("&tail={}", *query.tail);
  if (query.since) target += fmt::format("&since={}", *query.since);
  TRY(auto answer, client->open("GET", target, nullptr, patient(query.follow ? following : reading, std::move(stop))));
  return std::make_unique<AnswerBytes>(std::move(answer));
}

Result<boundary::ContainerStats> HttpHostData::stats(const domain::Host& host, const domain::ContainerId& container) {
  TRY(const auto client, clients_.of(host));
  return client->call_for<boundary::ContainerStats>("GET", path_with_id(contract::host_stats_path, container.str()), nullptr);
}

Result<boundary::ProcessTable> HttpHostData::top(const domain::Host& host, const domain::ContainerId& container, const std::string& ps_args) {
  TRY(const auto client, clients_.of(host));
  const auto target = path_with_id(contract::host_top_path, container.str()) + "?ps_args=" + percent_encode(ps_args);
  return client->call_for<boundary::ProcessTable>("GET", target, nullptr);
}

Result<boundary::PathArchive> HttpHostData::get_archive(const domain::Host& host, const domain::ContainerId& container, const std::string& path) {
  TRY(const auto client, clients_.of(host));
  TRY(auto answer, client->open("GET", archive_target(container, path), nullptr, patient(reading)));
  TRY(auto stat, stat_of(answer.head, host));
  return boundary::PathArchive{std::move(stat), std::make_unique<AnswerBytes>(std::move(answer))};
}

Result<void> HttpHostData::put_archive(const domain::Host& host, const domain::ContainerId& container, const std::string& path,
                                       boundary::ByteSource& tar) {
  TRY(const auto client, clients_.of(host));
  std::optional<Error> trouble;
  auto answer = client->open("PUT", archive_target(container, path), std::make_unique<UploadBody>(tar, trouble), patient(copying));
  if (trouble) return failed(*std::move(trouble));
  if (!answer) return failed(std::move(answer).error());
  TRY_VOID(http::read_all(*answer->body, max_answer));
  return {};
}

}  // namespace causeway::adapters
