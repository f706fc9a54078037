#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "causeway/http/server/stream.hpp"
#include "causeway/http/upgrade.hpp"
#include "causeway/http/upgrade/async_duplex.hpp"

namespace causeway::http {

/// The size of a direction's buffer: small while little comes.
inline constexpr std::size_t small_buffer = 2 * 1024;
/// One frame of so much fits one TLS record with its header: clients that read TLS frame by frame never have half of
/// one.
inline constexpr std::size_t large_buffer = 16 * 1024 - 64;
std::size_t next_buffer_size(std::size_t now, std::size_t filled);
/// Resizes, and gives memory back that is not needed any more.
void fit(std::string& buffer, std::size_t size);

/// A connection after 101: carries bytes between the client and the target until one of them ends.
///
/// Two coroutines, one for each direction; each has one buffer and writes what it read before it reads again, so that a
/// side that does not listen stops the other. An idle session holds 2 KiB for each direction. Lifetime: shared by its
/// coroutines; `client` outlives `run`. Concurrency: the connection's I/O thread alone.
class Session : public std::enable_shared_from_this<Session> {
 public:
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Returns when the session is over and none of its coroutines uses the client any more.
  static asio::awaitable<void> run(std::shared_ptr<Session> self);
  void stop();   ///< the server stops: the client is told
  void abort();  ///< at once
  /// The client is gone, or must not be spoken to any more.
  bool client_lost() const { return client_lost_; }

 protected:
  Session(ByteStream& client, std::string received, const asio::any_io_executor& executor,
          std::unique_ptr<async::Duplex> target);

  /// From the client to the target, until the client ends.
  virtual asio::awaitable<void> carry_in() = 0;
  /// From the target to the client, until the target ends.
  virtual asio::awaitable<void> carry_out() = 0;
  /// More coroutines beside the two; they count themselves with `Running`.
  virtual void start_helpers() {}

  /// Reads into the buffer, which grows while it is filled and shrinks when it is not. False: the client ended.
  asio::awaitable<bool> read_client(std::string& buffer);
  asio::awaitable<bool> write_client(std::string_view bytes);
  asio::awaitable<bool> write_target(std::string_view bytes);
  /// The client has left: the target is told, and has a moment for its last words.
  void client_ended();

  struct Running {
    explicit Running(Session& of) : session(of) { ++session.running_; }
    ~Running() { --session.running_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Session& session;
  };

  ByteStream& client_;
  const asio::any_io_executor executor_;
  AsyncDuplex target_;
  std::string received_;  ///< from the client, not yet dealt with
  bool client_ended_ = false;
  bool client_lost_ = false;
  bool stopping_ = false;
  bool over_ = false;           ///< the target has ended: everybody else ends too
  bool awaits_client_ = false;  ///< the client still owes an answer to a goodbye

 private:
  static asio::awaitable<void> inward(std::shared_ptr<Session> self);

  asio::steady_timer last_words_;
  std::size_t read_size_ = small_buffer;
  int running_ = 0;
};

std::shared_ptr<Session> make_session(ByteStream& client, std::string received, const asio::any_io_executor& executor,
                                      Upgrade upgrade);

}  // namespace causeway::http
