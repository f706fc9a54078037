#include "causeway/adapters/docker/docker_data.hpp"

#include <algorithm>

#include "causeway/adapters/docker/docker_data_json.hpp"
#include "causeway/adapters/docker/docker_json.hpp"
#include "causeway/adapters/docker/streams.hpp"
#include "causeway/adapters/http_bytes/byte_bodies.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// Layers are copied before the first byte comes, and while nothing is read.
constexpr std::chrono::milliseconds copying = 600s;
constexpr std::chrono::milliseconds reading = 60s;
constexpr std::chrono::milliseconds following = 24h;
constexpr std::size_t piece_size = 64 * 1024;
constexpr std::size_t max_answer = 64 * 1024;

/// A log's text, with the multiplexing taken off.
class LogText final : public boundary::ByteSource {
 public:
  explicit LogText(http::OpenResponse answer)
      : answer_(std::move(answer)), parts_([this](std::string_view payload) { text_.append(payload); }) {}

  Result<std::size_t> read(std::span<char> into) override {
    while (taken_ == text_.size()) {
      text_.clear();
      taken_ = 0;
      raw_.resize(piece_size);
      TRY(const auto count, answer_.body->read(raw_));
      if (count == 0) return 0;
      TRY_VOID(parts_.take(std::string_view(raw_).substr(0, count)));
    }
    const auto count = std::min(into.size(), text_.size() - taken_);
    text_.copy(into.data(), count, taken_);
    taken_ += count;
    return count;
  }

 private:
  http::OpenResponse answer_;
  Demultiplexer parts_;
  std::string raw_, text_;
  std::size_t taken_ = 0;
};

http::ClientRequest get(std::string target) {
  http::ClientRequest request;
  request.target = std::move(target);
  return request;
}

}  // namespace

DockerData::DockerData(std::string socket_path) : client_(std::move(socket_path)) {}

Result<DockerData::Found> DockerData::find(const domain::ContainerId& id) {
  TRY(const Json json, client_.call("GET", "/containers/" + percent_encode(container_name(id)) + "/json"));
  auto seen = read_container(json);
  if (!seen || seen->id != id)
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  const Json* config = member(json, "Config");
  const Json* tty = config != nullptr ? member(*config, "Tty") : nullptr;
  return Found{*std::move(seen), tty != nullptr && tty->is_bool() && tty->get_bool()};
}

Result<std::unique_ptr<boundary::ByteSource>> DockerData::logs(const domain::ContainerId& id,
                                                               const boundary::LogQuery& query, std::stop_token stop) {
  TRY(const auto found, find(id));
  std::string target =
      fmt::format("/containers/{}/logs?stdout={:d}&stderr={:d}&timestamps={:d}&follow={:d}", found.seen.engine_id,
                  query.stdout_, query.stderr_, query.timestamps, query.follow);
  if (query.tail) target += fmt::format("&tail={}", *query.tail);
  if (query.since) target += fmt::format("&since={}", *query.since);
  TRY(auto answer, client_.open(get(std::move(target)), query.follow ? following : reading, std::move(stop)));
  if (found.terminal) return std::make_unique<AnswerBytes>(std::move(answer));
  return std::make_unique<LogText>(std::move(answer));
}

Result<boundary::ContainerStats> DockerData::stats(const domain::ContainerId& id) {
  TRY(const auto found, find(id));
  if (found.seen.state != domain::EngineState::running) {
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);
  }
  TRY(const Json json, client_.call("GET", "/containers/" + found.seen.engine_id + "/stats?stream=0&one-shot=1"));
  return read_stats(json);
}

Result<boundary::ProcessTable> DockerData::top(const domain::ContainerId& id, const std::string& ps_args) {
  TRY(const auto found, find(id));
  std::string target = "/containers/" + found.seen.engine_id + "/top";
  if (!ps_args.empty()) target += "?ps_args=" + percent_encode(ps_args);
  auto json = client_.call("GET", target);
  if (!json) return failed(blame_ps(std::move(json).error()));
  return read_processes(*json);
}

Result<boundary::PathArchive> DockerData::get_archive(const domain::ContainerId& id, const std::string& path) {
  TRY(const auto found, find(id));
  auto answer =
      client_.open(get(fmt::format("/containers/{}/archive?path={}", found.seen.engine_id, percent_encode(path))),
                   reading, {});
  if (!answer) return failed(blame_path(std::move(answer).error(), path));
  TRY(auto stat, read_path_stat(answer->head.headers.get("X-Docker-Container-Path-Stat")));
  return boundary::PathArchive{std::move(stat), std::make_unique<AnswerBytes>(*std::move(answer))};
}

Result<void> DockerData::put_archive(const domain::ContainerId& id, const std::string& path,
                                     boundary::ByteSource& tar) {
  TRY(const auto found, find(id));
  std::optional<Error> trouble;
  http::ClientRequest request;
  request.method = "PUT";
  request.target = fmt::format("/containers/{}/archive?path={}", found.seen.engine_id, percent_encode(path));
  request.headers.set("Content-Type", "application/x-tar");
  request.source = std::make_unique<UploadBody>(tar, trouble);
  auto answer = client_.open(std::move(request), copying, {});
  if (trouble) return failed(*std::move(trouble));
  if (!answer) return failed(blame_archive(std::move(answer).error(), path));
  TRY_VOID(http::read_all(*answer->body, max_answer));
  return {};
}

Result<void> DockerData::commit(const domain::ContainerId& id, const std::string& reference) {
  TRY(const auto found, find(id));
  const auto colon = reference.rfind(':');
  EngineClient::Wait wait;
  wait.timeout = 3600s;  // it copies what the container wrote
  TRY_VOID(client_.call("POST",
                        fmt::format("/commit?container={}&repo={}&tag={}&pause=1", found.seen.engine_id,
                                    percent_encode(reference.substr(0, colon)), percent_encode(reference.substr(colon + 1))),
                        JsonObject(), wait));
  return {};
}

Result<std::unique_ptr<boundary::ByteSource>> DockerData::save_image(const std::string& reference,
                                                                     std::stop_token stop) {
  TRY(auto answer, client_.open(get("/images/" + reference + "/get"), copying, std::move(stop)));
  return std::make_unique<AnswerBytes>(std::move(answer));
}

}  // namespace causeway::adapters
