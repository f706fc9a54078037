#include "causeway/http/upgrade/async_duplex.hpp"

#include <utility>

#include <boost/asio/error.hpp>

namespace causeway::http {

using State = async::Duplex::State;

namespace {

/// Of a descriptor that the kernel does not let us wait on.
const IoResult unusable{asio::error::broken_pipe, 0};

}  // namespace

AsyncDuplex::AsyncDuplex(const asio::any_io_executor& executor, std::unique_ptr<async::Duplex> stream)
    : stream_(std::move(stream)), descriptor_(executor) {
  error_code failure;
  descriptor_.assign(stream_->fd(), failure);
}

AsyncDuplex::~AsyncDuplex() {
  if (descriptor_.is_open()) descriptor_.release();
}

asio::awaitable<error_code> AsyncDuplex::wait_for(State wanted) {
  const auto kind = wanted == State::wants_read ? asio::posix::stream_descriptor::wait_read
                                                : asio::posix::stream_descriptor::wait_write;
  const auto [failure] = co_await descriptor_.async_wait(kind, as_result);
  co_return failure;
}

asio::awaitable<IoResult> AsyncDuplex::read_some(std::span<char> into) {
  if (!descriptor_.is_open()) co_return unusable;
  IoResult result{asio::error::operation_aborted, 0};
  while (!closed_ && !std::exchange(interrupted_, false)) {
    const auto moved = stream_->try_read(into);
    if (moved.state == State::moved) result = {error_code(), moved.count};
    if (moved.state == State::ended) result = {asio::error::eof, 0};
    if (moved.state == State::broken) result = {asio::error::broken_pipe, 0};
    if (moved.state != State::wants_read && moved.state != State::wants_write) break;
    const error_code failure = co_await wait_for(moved.state);
    if (failure && failure != asio::error::operation_aborted) {
      result = {failure, 0};
      break;
    }
  }
  co_return result;
}

asio::awaitable<IoResult> AsyncDuplex::write_some(std::string_view bytes) {
  if (!descriptor_.is_open()) co_return unusable;
  IoResult result{asio::error::operation_aborted, 0};
  while (!closed_) {
    const auto moved = stream_->try_write(bytes);
    if (moved.state == State::moved) result = {error_code(), moved.count};
    if (moved.state == State::ended || moved.state == State::broken) result = {asio::error::broken_pipe, 0};
    if (moved.state != State::wants_read && moved.state != State::wants_write) break;
    const error_code failure = co_await wait_for(moved.state);
    // an interrupted read ends every wait: this one goes on
    if (failure && failure != asio::error::operation_aborted) {
      result = {failure, 0};
      break;
    }
  }
  co_return result;
}

void AsyncDuplex::interrupt_read() {
  interrupted_ = true;
  error_code ignored;
  descriptor_.cancel(ignored);
}

void AsyncDuplex::close() {
  closed_ = true;
  error_code ignored;
  descriptor_.cancel(ignored);
}

}  // namespace causeway::http
