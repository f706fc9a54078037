#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/http/server/asio.hpp"
#include "causeway/http/server/body_pipe.hpp"
#include "causeway/http/server/request_parser.hpp"
#include "causeway/http/server/response_head.hpp"
#include "causeway/http/server/stream.hpp"
#include "causeway/http/server/work.hpp"
#include "causeway/http/upgrade/session.hpp"

namespace causeway::http {

/// One accepted connection: reads requests one after the other, has them handled on a worker, writes the answers in
/// order.
///
/// Lifetime: owned by its coroutine; the loop that accepted it knows it until `run` ends. Concurrency: everything runs
/// on that loop's thread; workers and producers reach it through Slot, BodyPipe and OpenStream only, which survive it.
/// Deadlines: each wait for the peer sets one; `tick` ends the wait once it has passed.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(ServerCore& core, Handler& handler, std::unique_ptr<ByteStream> stream,
             const asio::any_io_executor& executor, std::string peer_address);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  static asio::awaitable<void> run(std::shared_ptr<Connection> self);
  void tick(std::chrono::steady_clock::time_point now);
  void begin_stop();  ///< ends when idle, and after the answer under way otherwise
  void abort();

 private:
  enum class Read { bytes, gone, timed_out, interrupted };

  asio::awaitable<bool> serve_one();  ///< false: the connection ends
  asio::awaitable<bool> skip_to_request();
  asio::awaitable<bool> read_head(std::optional<Refusal>& refusal);
  asio::awaitable<bool> serve(Handler::Plan plan);
  asio::awaitable<bool> refuse(Refusal refusal);  ///< always false

  asio::awaitable<bool> serve_whole();
  asio::awaitable<bool> serve_streamed();
  asio::awaitable<void> pump(BodyPipe& pipe, const Slot<Answer>& slot);
  bool feed(BodyPipe& pipe);  ///< true: nothing more will come
  bool submit(async::WorkerPool& pool, const std::shared_ptr<Slot<Answer>>& slot);
  asio::awaitable<bool> overloaded();

  asio::awaitable<bool> write_answer(Answer answer);
  asio::awaitable<bool> serve_upgrade(Response response);
  asio::awaitable<bool> write_source(std::shared_ptr<BodySource> source, HeadOptions options);
  asio::awaitable<bool> write_stream(std::shared_ptr<OpenStream> open, bool chunked);
  static asio::awaitable<void> watch_peer(std::shared_ptr<Connection> self, std::shared_ptr<OpenStream> open);
  HeadOptions head_options(const Answer& answer) const;

  asio::awaitable<Read> read_more(std::size_t room);
  asio::awaitable<bool> write_all(std::string_view bytes);
  asio::awaitable<void> finish();

  std::string_view received() const { return std::string_view(in_).substr(used_); }
  void use(std::size_t count);
  void allow(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
  void allow_forever() { deadline_ = std::chrono::steady_clock::time_point::max(); }

  ServerCore& core_;
  Handler& handler_;
  const std::unique_ptr<ByteStream> stream_;
  const asio::any_io_executor executor_;
  const std::shared_ptr<Waker> waker_;
  Peer peer_;

  std::string in_;  ///< received; the first used_ bytes are dealt with
  std::size_t used_ = 0;
  std::chrono::steady_clock::time_point deadline_ = std::chrono::steady_clock::time_point::max();
  bool idle_ = true;  ///< between requests
  bool reading_ = false;
  bool stopping_ = false;
  bool broken_ = false;  ///< the peer is gone: no goodbye
  bool linger_ = false;  ///< closing with unread bytes would destroy the answer on its way

  // of the request under way
  std::unique_ptr<RequestParser> parser_;
  bool head_only_ = false;
  bool keep_ = false;
  std::shared_ptr<BodyPipe> pipe_;
  std::shared_ptr<OpenStream> open_;
  std::shared_ptr<Session> session_;  ///< what the connection has become, after 101
};

}  // namespace causeway::http
