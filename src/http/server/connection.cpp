#include "causeway/http/server/connection.hpp"

#include <boost/asio/error.hpp>

namespace causeway::http {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t head_room = 4 * 1024;
constexpr std::size_t body_room = 64 * 1024;
constexpr std::chrono::milliseconds goodbye_time = 1s;
constexpr std::chrono::milliseconds linger_time = 2s;

}  // namespace

Connection::Connection(ServerCore& core, Handler& handler, std::unique_ptr<ByteStream> stream,
                       const asio::any_io_executor& executor, std::string peer_address)
    : core_(core),
      handler_(handler),
      stream_(std::move(stream)),
      executor_(executor),
      waker_(std::make_shared<Waker>(executor)) {
  peer_.address = std::move(peer_address);
}

Connection::~Connection() {
  waker_->detach();
  if (pipe_) pipe_->fail(fail(Code::cancelled, "http.body_broken", "The connection ended before the body did."));
  if (open_) open_->lose();
}

void Connection::tick(Clock::time_point now) {
  // again at every tick until the wait has ended: a TLS wait has several parts, and a cancel can fall between two
  if (now >= deadline_) stream_->cancel();
}

void Connection::begin_stop() {
  stopping_ = true;
  keep_ = false;
  if (open_) open_->close();
  if (session_) session_->stop();
  if (!idle_) return;
  deadline_ = Clock::time_point::min();
  stream_->cancel();
}

void Connection::abort() {
  if (pipe_) pipe_->fail(fail(Code::cancelled, "http.body_broken", "The server stopped."));
  if (open_) open_->lose();
  if (session_) session_->abort();
  broken_ = true;
  stream_->close();
}

void Connection::use(std::size_t count) {
  used_ += count;
  if (used_ < in_.size()) return;
  used_ = 0;
  in_.clear();
  if (in_.capacity() > 2 * head_room) in_.shrink_to_fit();
}

asio::awaitable<Connection::Read> Connection::read_more(std::size_t room) {
  in_.erase(0, used_);
  used_ = 0;
  const std::size_t old = in_.size();
  in_.resize(old + room);
  const std::span<char> into(in_.data() + old, room);
  reading_ = true;
  const auto [failure, count] = co_await stream_->read_some(into);
  reading_ = false;
  in_.resize(old + (failure ? 0 : count));
  const bool late = Clock::now() >= deadline_;
  const bool was_interrupted = deadline_ == Clock::time_point::min();
  allow_forever();
  if (!failure) co_return Read::bytes;
  if (failure == asio::error::operation_aborted && !broken_)
    co_return late && !was_interrupted ? Read::timed_out : Read::interrupted;
  broken_ = true;
  co_return Read::gone;
}

asio::awaitable<bool> Connection::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    allow(core_.options.read_timeout);
    const auto [failure, count] = co_await stream_->write_some(bytes);
    allow_forever();
    if (failure) {
      broken_ = true;
      co_return false;
    }
    bytes.remove_prefix(count);
  }
  co_return true;
}

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  self->allow(self->core_.options.read_timeout);
  const error_code failure = co_await self->stream_->handshake();
  self->allow_forever();
  if (!failure) {
    self->peer_.common_name = self->stream_->common_name();
    bool more = !self->stopping_;
    while (more) {
      const bool next = co_await self->serve_one();
      more = next;
    }
    co_await self->finish();
  }
  self->stream_->close();
}

asio::awaitable<void> Connection::finish() {
  if (broken_) co_return;
  if (!linger_) {
    allow(goodbye_time);
    co_await stream_->say_goodbye();
    co_return;
  }
  stream_->shutdown_send();
  const auto until = Clock::now() + linger_time;
  Read outcome = Read::bytes;
  while (outcome == Read::bytes && !stopping_) {
    use(received().size());
    deadline_ = until;
    const Read next = co_await read_more(body_room);
    outcome = Clock::now() < until ? next : Read::timed_out;
  }
}

asio::awaitable<bool> Connection::serve_one() {
  parser_ = std::make_unique<RequestParser>();
  head_only_ = false;
  keep_ = false;
  idle_ = true;
  const bool begun = co_await skip_to_request();
  if (!begun) co_return false;
  idle_ = false;
  std::optional<Refusal> refusal;
  const bool there = co_await read_head(refusal);
  if (!there) co_return false;
  parser_->request().peer = peer_;
  if (refusal) {
    const bool more = co_await refuse(*std::move(refusal));
    co_return more;
  }
  const auto plan = plan_of(core_, handler_, parser_->request());
  if (!plan) {
    Answer answer;
    answer.response = plain_response(500, "The server made a mistake.");
    linger_ = !parser_->done();
    const bool written = co_await write_answer(std::move(answer));
    co_return written&& keep_;
  }
  const bool served = co_await serve(*plan);
  co_return served&& keep_ && !stopping_;
}

/// Waits for the first byte of a request; empty lines before it are skipped, as RFC 9112 2.2 asks.
asio::awaitable<bool> Connection::skip_to_request() {
  for (;;) {
    const auto start = received().find_first_not_of("\r\n");
    if (start != std::string_view::npos) {
      use(start);
      co_return true;
    }
    use(received().size());
    if (stopping_) co_return false;
    allow(core_.options.idle_timeout);
    const Read outcome = co_await read_more(head_room);
    if (outcome != Read::bytes) co_return false;
  }
}

asio::awaitable<bool> Connection::read_head(std::optional<Refusal>& refusal) {
  HeadScanner scanner(core_.options.max_head);
  const auto until =
      Clock::now() + core_.options.read_timeout;  // of the whole head: a byte now and then is no progress
  for (;;) {
    const auto found = scanner.scan(received());
    if (found == HeadScanner::Found::refused) {
      refusal = scanner.refusal();
      co_return true;
    }
    if (found == HeadScanner::Found::complete) break;
    deadline_ = until;
    const Read outcome = co_await read_more(head_room);
    if (outcome == Read::gone || outcome == Read::interrupted) co_return false;
    if (outcome == Read::timed_out) {
      refusal = Refusal{408, "The request did not arrive in time."};
      co_return true;
    }
  }
  refusal = parser_->take_head(received().substr(0, scanner.size()));
  use(scanner.size());
  co_return true;
}

asio::awaitable<bool> Connection::refuse(Refusal refusal) {
  keep_ = false;
  linger_ = true;
  Answer answer;
  answer.response = refusal_of(core_, handler_, parser_->request(), refusal.status, refusal.why);
  const bool written = co_await write_answer(std::move(answer));
  co_return written&& keep_;
}

asio::awaitable<bool> Connection::serve(Handler::Plan plan) {
  head_only_ = parser_->request().method == "HEAD";
  keep_ = parser_->keep_alive() && !stopping_;
  if (parser_->content_length().value_or(0) > plan.limit) {
    const bool written = co_await refuse(Refusal{413, "The request's body is too large."});
    co_return written;
  }
  parser_->limit_body(plan.limit);
  if (plan.body == Handler::Body::streamed) {
    const bool served = co_await serve_streamed();
    co_return served;
  }
  const bool served = co_await serve_whole();
  co_return served;
}

asio::awaitable<bool> Connection::serve_whole() {
  if (parser_->expects_continue() && !parser_->done() && received().empty()) {
    const bool written = co_await write_all(continue_head);
    if (!written) co_return false;
  }
  while (!parser_->done()) {
    auto taken = parser_->take_body(received(), parser_->request().body);
    use(taken.used);
    if (taken.refusal) {
      const bool written = co_await refuse(*std::move(taken.refusal));
      co_return written;
    }
    if (parser_->done()) break;
    allow(core_.options.read_timeout);
    const Read outcome = co_await read_more(body_room);
    if (outcome == Read::gone) co_return false;
    if (outcome != Read::bytes) {
      const bool written = co_await refuse(Refusal{408, "The request's body did not arrive in time."});
      co_return written;
    }
  }
  const auto slot = std::make_shared<Slot<Answer>>(waker_);
  if (!submit(core_.whole_pool, slot)) {
    const bool written = co_await overloaded();
    co_return written;
  }
  auto answer = slot->take();
  while (!answer) {
    co_await waker_->wait();
    answer = slot->take();
  }
  const bool written = co_await write_answer(*std::move(answer));
  co_return written;
}

bool Connection::submit(async::WorkerPool& pool, const std::shared_ptr<Slot<Answer>>& slot) {
  return pool.try_submit(
      [&core = core_, &handler = handler_, waker = waker_, slot, request = std::move(parser_->request())]() mutable {
        perform(core, handler, std::move(request), waker, *slot);
      });
}

asio::awaitable<bool> Connection::overloaded() {
  core_.metrics.refused.add();
  keep_ = keep_ && parser_->done();
  linger_ = !parser_->done();
  Answer answer;
  answer.response = plain_response(503, "The server is busy; try again.");
  answer.response.headers.set("Retry-After", "1");
  const bool written = co_await write_answer(std::move(answer));
  co_return written;
}

}  // namespace causeway::http
