#include <condition_variable>
#include <mutex>
#include <thread>

#include "causeway/adapters/docker/docker_engine.hpp"
#include "causeway/adapters/docker/docker_json.hpp"
#include "causeway/adapters/docker/streams.hpp"
#include "causeway/base/encoding.hpp"

namespace causeway::adapters {
namespace {

using namespace std::chrono_literals;

/// Nothing may happen on a host for long; a dead engine closes the socket, which is what ends a watch.
constexpr std::chrono::milliseconds watch_idle = 24h;

bool is_running(const Json& container) {
  const Json* state = member(container, "State");
  const Json* running = state != nullptr ? member(*state, "Running") : nullptr;
  return running != nullptr && running->is_bool() && running->get_bool();
}

/// Requests a stop once the time is over; ends with its scope.
class Deadline {
 public:
  explicit Deadline(std::chrono::milliseconds limit)
      : thread_([this, limit](std::stop_token done) {
          std::unique_lock lock(mutex_);
          wake_.wait_for(lock, done, limit, [] { return false; });
          if (!done.stop_requested()) source_.request_stop();
        }) {}
  std::stop_token token() const { return source_.get_token(); }
  bool passed() const { return source_.stop_requested(); }

 private:
  std::stop_source source_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::jthread thread_;  ///< last: its function uses the above
};

}  // namespace

Result<boundary::ExecResult> DockerEngine::execute(const domain::ContainerId& id,
                                                   const std::vector<std::string>& command,
                                                   std::chrono::seconds timeout, std::size_t cap) {
  TRY(const Json container, raw_container(id));
  const auto seen = read_container(container);
  if (!seen || seen->id != id)
    return failed(Code::not_found, "engine.no_container", "Container {} is not on this host.", id);
  if (!is_running(container))
    return failed(Code::conflict, "container.not_running", "Container {} is not running.", id);

  JsonArray words;
  for (const auto& word : command) words.push_back(Json(word));
  TRY(const Json made, client_.call("POST", "/containers/" + seen->engine_id + "/exec",
                                    JsonObject{{"AttachStdout", true}, {"AttachStderr", true}, {"Cmd", words}}));
  const auto exec_id = text_member(made, "Id");

  boundary::ExecResult result;
  Demultiplexer parts([&](std::string_view payload) {
    if (result.output.size() < cap) result.output.append(payload.substr(0, cap - result.output.size()));
  });
  http::ClientRequest request;
  request.method = "POST";
  request.target = "/exec/" + exec_id + "/start";
  request.headers.set("Content-Type", "application/json");
  request.body = R"({"Detach":false,"Tty":false})";
  const Deadline deadline(timeout);
  auto done = client_.stream(
      std::move(request), {}, [&](std::string_view bytes) { return parts.take(bytes); }, timeout + 1s,
      deadline.token());
  if (deadline.passed())
    return failed(Code::timeout, "exec.timeout", "The command did not end within {} s.", timeout.count());
  if (!done) return failed(std::move(done).error());

  TRY(const Json ended, client_.call("GET", "/exec/" + exec_id + "/json"));
  const Json* exit_code = member(ended, "ExitCode");
  if (exit_code != nullptr && exit_code->is_int64()) result.exit_code = int(exit_code->get_int64());
  return result;
}

Result<void> DockerEngine::watch(std::int64_t since, const std::function<void()>& open,
                                 const std::function<void(const boundary::EngineEvent&)>& seen, std::stop_token stop) {
  const Json filters =
      JsonObject{{"type", JsonArray{"container"}}, {"label", JsonArray{Json(boundary::container_label)}}};
  http::ClientRequest request;
  request.target = "/events?filters=" + percent_encode(to_text(filters));
  if (since > 0) request.target += fmt::format("&since={}.{:09}", since / 1'000'000'000, since % 1'000'000'000);
  JsonLines lines([&](const Json& line) -> Result<void> {
    if (const auto event = read_event(line)) {
      event->action == "destroy" ? known_.forget(event->container, event->engine_id)
                                 : known_.learn(event->container, event->engine_id);
      seen(*event);
    }
    return {};
  });
  const auto on_open = [&]() -> Result<void> {
    open();
    return {};
  };
  auto done = client_.stream(
      std::move(request), on_open, [&](std::string_view bytes) { return lines.take(bytes); }, watch_idle, stop);
  if (!done) return done;
  return failed(Code::unavailable, "engine.unreachable", "The engine ended its stream of events.");
}

}  // namespace causeway::adapters
