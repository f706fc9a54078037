#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "causeway/async/worker_pool.hpp"
#include "causeway/base/metrics.hpp"
#include "causeway/http/server.hpp"
#include "causeway/http/server/open_stream.hpp"
#include "causeway/http/server/waker.hpp"

namespace causeway::http {

struct ServerMetrics {
  explicit ServerMetrics(const std::string& server);
  void count(int status) const;

  metrics::Counter by_class[5];  ///< 1xx to 5xx
  metrics::Counter refused;      ///< not understood, over a limit, or too much at once
  metrics::Counter bugs;         ///< exceptions that left a handler
  metrics::Gauge in_flight;
  metrics::Gauge connections;
  metrics::Gauge sessions;  ///< connections that have left HTTP
  metrics::Histogram handle_time;
};

/// What all connections of a server share. Outlives them and the workers' tasks.
struct ServerCore {
  explicit ServerCore(ServerOptions given);

  const ServerOptions options;
  const ServerMetrics metrics;
  /// Two pools, so that slow uploads and downloads never keep quick requests waiting.
  async::WorkerPool whole_pool;
  async::WorkerPool stream_pool;
  std::atomic<std::size_t> open_connections{0};
};

/// Carries one result from a worker to the connection that waits for it, and wakes it.
template <class T>
class Slot {
 public:
  explicit Slot(std::shared_ptr<Waker> connection) : connection_(std::move(connection)) {}
  void put(T value) {
    {
      std::lock_guard lock(mutex_);
      value_ = std::move(value);
    }
    connection_->wake();
  }
  bool ready() const {
    std::lock_guard lock(mutex_);
    return value_.has_value();
  }
  std::optional<T> take() {
    std::lock_guard lock(mutex_);
    return std::exchange(value_, std::nullopt);
  }

 private:
  const std::shared_ptr<Waker> connection_;
  mutable std::mutex mutex_;
  std::optional<T> value_;
};

struct Answer {
  Response response;
  std::shared_ptr<OpenStream> stream;  ///< set for a response that stays open
};

/// One read of a response's source.
struct Piece {
  std::string bytes;  ///< empty at the end
  bool failed = false;
};

/// On a worker: lets the handler handle, puts the answer into the slot and hands an open stream to its producer.
void perform(const ServerCore& core, Handler& handler, Request request, const std::shared_ptr<Waker>& waker,
             Slot<Answer>& slot);
/// On a worker: reads the next piece.
Piece pull(BodySource& source);

/// The handler's own words for a refusal, on an I/O thread.
Response refusal_of(const ServerCore& core, Handler& handler, const Request& head, int status, std::string_view why);
Response plain_response(int status, std::string_view why);
/// `handler.plan`; none when it threw.
std::optional<Handler::Plan> plan_of(const ServerCore& core, Handler& handler, const Request& head);

}  // namespace causeway::http
