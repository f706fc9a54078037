#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "causeway/http/message.hpp"
#include "causeway/http/server/waker.hpp"

namespace causeway::http {

/// The queue of a response that stays open, between its producer (any thread) and its connection (I/O thread).
///
/// Lifetime: shared by both; either may go first. Pieces that were queued while the connection was busy go out as one
/// chunk.
class OpenStream {
 public:
  explicit OpenStream(std::shared_ptr<Waker> connection) : connection_(std::move(connection)) {}

  // the producer's side: see StreamWriter
  bool write(std::string_view bytes);
  std::size_t pending() const;
  bool closed() const;
  void close();
  void on_drain(std::function<void()> callback);

  // the connection's side
  std::string take();        ///< everything queued; it stays pending until `taken_was_written`
  void taken_was_written();  ///< calls the producer back when nothing is left
  bool ended() const;        ///< closed by the producer and nothing is left to write
  bool lost() const;         ///< the peer left
  void lose();               ///< the peer left, or the server stops: calls the producer back once

 private:
  const std::shared_ptr<Waker> connection_;
  mutable std::mutex mutex_;
  std::string queued_;
  std::size_t in_flight_ = 0;
  bool closed_ = false;
  bool lost_ = false;
  std::function<void()> callback_;
};

/// What a producer holds; the stream closes when the last copy goes.
std::shared_ptr<StreamWriter> make_writer(std::shared_ptr<OpenStream> stream);

}  // namespace causeway::http
