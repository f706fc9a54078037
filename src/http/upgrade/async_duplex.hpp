#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <boost/asio/posix/stream_descriptor.hpp>

#include "causeway/async/duplex.hpp"
#include "causeway/http/server/stream.hpp"

namespace causeway::http {

/// Lets coroutines read and write a Duplex. One I/O thread; at most one read and one write at a time.
class AsyncDuplex {
 public:
  AsyncDuplex(const asio::any_io_executor& executor, std::unique_ptr<async::Duplex> stream);
  ~AsyncDuplex();
  AsyncDuplex(const AsyncDuplex&) = delete;
  AsyncDuplex& operator=(const AsyncDuplex&) = delete;

  /// asio::error::eof when the far side has ended, operation_aborted after `interrupt_read` and `close`, anything else
  /// when it broke.
  asio::awaitable<IoResult> read_some(std::span<char> into);
  asio::awaitable<IoResult> write_some(std::string_view bytes);
  /// Ends the wait of the read under way; a write goes on.
  void interrupt_read();
  void end_writing() { stream_->end_writing(); }
  /// Ends both, now and for good.
  void close();

 private:
  asio::awaitable<error_code> wait_for(async::Duplex::State wanted);

  const std::unique_ptr<async::Duplex> stream_;
  asio::posix::stream_descriptor descriptor_;  ///< borrows the stream's: to wait on
  bool interrupted_ = false;
  bool closed_ = false;
};

}  // namespace causeway::http
