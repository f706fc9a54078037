// The part of Connection that streams a request's body to its handler.
#include "causeway/http/server/connection.hpp"

namespace causeway::http {
namespace {

constexpr std::size_t body_room = 64 * 1024;

}  // namespace

asio::awaitable<bool> Connection::serve_streamed() {
  const auto slot = std::make_shared<Slot<Answer>>(waker_);
  pipe_ = std::make_shared<BodyPipe>(waker_);
  parser_->request().stream = make_pipe_source(pipe_, parser_->done() ? 0 : parser_->content_length());
  if (!submit(core_.stream_pool, slot)) {
    pipe_.reset();
    const bool written = co_await overloaded();
    co_return written;
  }
  co_await pump(*pipe_, *slot);
  auto answer = slot->take();
  while (!answer) {
    co_await waker_->wait();
    answer = slot->take();
  }
  pipe_->fail(fail(Code::cancelled, "http.body_broken", "The request was answered before its body ended."));
  pipe_.reset();
  if (!parser_->done()) {
    keep_ = false;
    linger_ = true;
  }
  const bool written = co_await write_answer(*std::move(answer));
  co_return written;
}

/// Moves the body from the socket into the pipe, at the handler's pace, until the body ends or the handler has
/// answered.
asio::awaitable<void> Connection::pump(BodyPipe& pipe, const Slot<Answer>& slot) {
  bool continue_due = parser_->expects_continue() && !parser_->done();
  waker_->on_wake([this, &pipe, &slot] {
    if (!reading_ || !(slot.ready() || pipe.abandoned())) return;
    deadline_ = std::chrono::steady_clock::time_point::min();
    stream_->cancel();
  });
  while (!slot.ready() && !pipe.abandoned()) {
    if (!pipe.has_room() || (continue_due && !pipe.read_began())) {
      co_await waker_->wait();
      continue;
    }
    if (continue_due && received().empty()) {
      const bool written = co_await write_all(continue_head);
      if (!written) pipe.fail(fail(Code::cancelled, "http.body_broken", "The connection broke before the body came."));
      if (!written) break;
    }
    continue_due = false;
    if (feed(pipe)) break;
    if (slot.ready() || pipe.abandoned()) break;
    allow(core_.options.read_timeout);
    const Read outcome = co_await read_more(body_room);
    if (outcome == Read::bytes || outcome == Read::interrupted) continue;
    if (outcome == Read::timed_out) {
      pipe.fail(fail(Code::timeout, "http.body_timeout", "The request's body did not arrive in time."));
    } else {
      pipe.fail(fail(Code::cancelled, "http.body_broken", "The connection broke before the body ended."));
    }
    break;
  }
  waker_->on_wake(nullptr);
  allow_forever();
}

bool Connection::feed(BodyPipe& pipe) {
  std::string body;
  const auto taken = parser_->take_body(received(), body);
  use(taken.used);
  if (!body.empty()) pipe.push(body);
  if (taken.refusal) {
    const bool large = taken.refusal->status == 413;
    pipe.fail(fail(large ? Code::too_large : Code::invalid, large ? "http.body_too_large" : "http.body_malformed", "{}",
                   taken.refusal->why));
    return true;
  }
  if (parser_->done()) pipe.finish();
  return parser_->done();
}

}  // namespace causeway::http
