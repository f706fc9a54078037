#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "causeway/http/message.hpp"
#include "causeway/http/server/waker.hpp"

namespace causeway::http {

/// A streamed request body on its way from the connection (I/O thread, pushes) to the handler (worker thread, reads).
///
/// Bounded: the connection stops reading its socket while the pipe is full, and the peer's TCP window closes. Lifetime:
/// shared by both ends; either may go first. An end without `finish` is an error for the reader.
class BodyPipe {
 public:
  explicit BodyPipe(std::shared_ptr<Waker> connection) : connection_(std::move(connection)) {}

  // the connection's side
  bool has_room() const;
  bool read_began() const;  ///< the handler wants the body: time for "100 Continue"
  bool abandoned() const;   ///< the handler let go of its end
  void push(std::string_view bytes);
  void finish();
  void fail(Error error);

  // the handler's side
  Result<std::size_t> read(std::span<char> into);
  void abandon();

 private:
  static constexpr std::size_t bound = 256 * 1024;

  const std::shared_ptr<Waker> connection_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::string bytes_;
  std::size_t taken_ = 0;  ///< of bytes_, from its front
  bool read_began_ = false;
  bool abandoned_ = false;
  bool finished_ = false;
  std::optional<Error> failure_;
};

/// The handler's end of `pipe`.
std::unique_ptr<BodySource> make_pipe_source(std::shared_ptr<BodyPipe> pipe, std::optional<std::uint64_t> length);

}  // namespace causeway::http
