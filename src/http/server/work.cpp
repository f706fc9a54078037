#include "causeway/http/server/work.hpp"

#include <algorithm>
#include <chrono>

#include "causeway/base/log.hpp"

namespace causeway::http {
namespace {

/// Threads that move streamed bodies mostly wait: for a slow client, a host, an Engine that copies.
constexpr int stream_threads_per_worker = 4;

/// Runs a handler's code; an exception is a bug, which costs one request and not the process.
template <class F>
bool guarded(const ServerCore& core, std::string_view target, F&& run) {
  std::string what = "unknown exception";
  try {
    run();
    return true;
  } catch (const std::exception& bug) {
    what = bug.what();
  } catch (...) {
  }
  core.metrics.bugs.add();
  log::error("{}: exception in the handler of {}: {}", core.options.name, target, what);
  return false;
}

/// Counts a request as being in flight for as long as it lives, and its time.
class Timed {
 public:
  explicit Timed(const ServerMetrics& metrics) : metrics_(metrics) { metrics_.in_flight.add(1); }
  ~Timed() {
    metrics_.in_flight.add(-1);
    metrics_.handle_time.observe(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count());
  }
  Timed(const Timed&) = delete;
  Timed& operator=(const Timed&) = delete;

 private:
  const ServerMetrics& metrics_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

}  // namespace

ServerMetrics::ServerMetrics(const std::string& server)
    : refused(metrics::counter("causeway_http_refused_total", "Requests and connections turned away",
                               {{"server", server}})),
      bugs(metrics::counter("causeway_http_handler_exceptions_total", "Exceptions that left a handler",
                            {{"server", server}})),
      in_flight(metrics::gauge("causeway_http_requests_in_flight", "Requests being handled", {{"server", server}})),
      connections(metrics::gauge("causeway_http_connections", "Open connections", {{"server", server}})),
      sessions(metrics::gauge("causeway_http_sessions", "Open tunnels and WebSockets", {{"server", server}})),
      handle_time(metrics::histogram("causeway_http_handle_seconds", "Time in the handler", {{"server", server}})) {
  for (int i = 0; i < 5; ++i) {
    by_class[i] = metrics::counter("causeway_http_requests_total", "Answers by class of status",
                                   {{"server", server}, {"class", std::to_string(i + 1) + "xx"}});
  }
}

void ServerMetrics::count(int status) const { by_class[std::clamp(status / 100, 1, 5) - 1].add(); }

ServerCore::ServerCore(ServerOptions given)
    : options(std::move(given)),
      metrics(options.name),
      whole_pool(options.name.substr(0, 10) + "-w", options.worker_threads, options.max_queued_requests),
      stream_pool(options.name.substr(0, 10) + "-s", stream_threads_per_worker * options.worker_threads,
                  options.max_queued_requests) {}

void perform(const ServerCore& core, Handler& handler, Request request, const std::shared_ptr<Waker>& waker,
             Slot<Answer>& slot) {
  Answer answer;
  std::function<void(std::shared_ptr<StreamWriter>)> hand_over;
  const bool body_wanted = request.method != "HEAD";
  const std::string target = request.target;
  {
    const Timed timed(core.metrics);
    const bool handled = guarded(core, target, [&] { answer.response = handler.handle(std::move(request)); });
    if (!handled) answer.response = plain_response(500, "The server made a mistake.");
  }
  if (answer.response.open_stream && body_wanted) {
    answer.stream = std::make_shared<OpenStream>(waker);
    hand_over = std::move(answer.response.open_stream);
  }
  const auto stream = answer.stream;
  slot.put(std::move(answer));
  if (stream) guarded(core, target, [&] { hand_over(make_writer(stream)); });
}

Piece pull(BodySource& source) {
  constexpr std::size_t piece_size = 128 * 1024;
  Piece piece;
  piece.bytes.resize(piece_size);
  bool threw = true;
  Result<std::size_t> count = 0;
  try {
    count = source.read(piece.bytes);
    threw = false;
  } catch (const std::exception& bug) {
    log::error("exception while reading a response's body: {}", bug.what());
  }
  piece.failed = threw || !count;
  if (!threw && !count) log::warn("a response's body broke off: {}", count.error().describe());
  piece.bytes.resize(piece.failed ? 0 : *count);
  return piece;
}

Response plain_response(int status, std::string_view why) {
  Response response;
  response.status = status;
  response.headers.set("Content-Type", "text/plain; charset=utf-8");
  response.body = std::string(why) + "\n";
  return response;
}

Response refusal_of(const ServerCore& core, Handler& handler, const Request& head, int status, std::string_view why) {
  core.metrics.refused.add();
  Response response;
  const bool spoken = guarded(core, head.target, [&] { response = handler.refuse(head, status, why); });
  if (!spoken) return plain_response(500, "The server made a mistake.");
  return response;
}

std::optional<Handler::Plan> plan_of(const ServerCore& core, Handler& handler, const Request& head) {
  Handler::Plan plan;
  const bool planned = guarded(core, head.target, [&] { plan = handler.plan(head); });
  return planned ? std::optional<Handler::Plan>(plan) : std::nullopt;
}

}  // namespace causeway::http
