// The part of Connection that writes answers: whole bodies, sources, and streams that stay open.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "causeway/http/server/connection.hpp"

namespace causeway::http {
namespace {

constexpr std::size_t write_together = 64 * 1024;

bool has_no_body(int status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

HeadOptions Connection::head_options(const Answer& answer) const {
  const Response& response = answer.response;
  HeadOptions options;
  options.http_1_0 = parser_->is_http_1_0();
  options.keep_alive = keep_;
  if (has_no_body(response.status)) {
    options.framing = Framing::none;
    options.keep_own_length = response.status == 304;
    return options;
  }
  const bool stays_open = answer.stream || response.open_stream;
  const auto length = response.source ? response.source->length() : std::optional<std::uint64_t>(response.body.size());
  if (!stays_open && length) {
    options.length = *length;
    options.keep_own_length = head_only_ && response.body.empty() && !response.source;
    return options;
  }
  options.framing = options.http_1_0 ? Framing::until_close : Framing::chunked;
  if (stays_open || options.http_1_0) options.keep_alive = false;
  return options;
}

asio::awaitable<bool> Connection::write_answer(Answer answer) {
  if (answer.response.upgrade && !parser_->is_http_1_0()) {
    const bool more = co_await serve_upgrade(std::move(answer.response));
    co_return more;
  }
  Response& response = answer.response;
  core_.metrics.count(response.status);
  const HeadOptions options = head_options(answer);
  keep_ = options.keep_alive;
  open_ = answer.stream;
  if (open_ && stopping_) open_->close();
  const bool body_follows = !head_only_ && options.framing != Framing::none;
  const bool whole = !answer.stream && !response.source;
  std::string out = format_head(response, options);
  const bool together = body_follows && whole && response.body.size() <= write_together;
  if (together) out.append(response.body);
  const bool head_written = co_await write_all(out);
  bool written = head_written;
  if (head_written && body_follows && !together) {
    if (answer.stream) {
      const bool done = co_await write_stream(answer.stream, options.framing == Framing::chunked);
      written = done;
    } else if (response.source) {
      std::shared_ptr<BodySource> source = std::move(response.source);
      const bool done = co_await write_source(std::move(source), options);
      written = done;
    } else {
      const bool done = co_await write_all(response.body);
      written = done;
    }
  }
  if (open_) open_->lose();
  open_.reset();
  co_return written;
}

asio::awaitable<bool> Connection::serve_upgrade(Response response) {
  core_.metrics.count(response.status);
  keep_ = false;
  HeadOptions options;
  options.framing = Framing::none;
  options.upgrade = true;
  const std::string head = format_head(response, options);
  const bool written = co_await write_all(head);
  if (!written) co_return false;
  std::string rest(received());
  use(rest.size());
  session_ = make_session(*stream_, std::move(rest), executor_, std::move(*response.upgrade));
  if (stopping_) session_->stop();
  core_.metrics.sessions.add(1);
  const auto session = session_;
  co_await Session::run(session);
  core_.metrics.sessions.add(-1);
  broken_ = broken_ || session_->client_lost();
  session_.reset();
  co_return false;
}

/// Pulls piece by piece on a worker, each after the one before has left: a slow peer holds memory for one piece and no
/// worker.
asio::awaitable<bool> Connection::write_source(std::shared_ptr<BodySource> source, HeadOptions options) {
  const bool chunked = options.framing == Framing::chunked;
  const bool counted = options.framing == Framing::length;
  std::uint64_t left = counted ? options.length : UINT64_MAX;
  for (;;) {
    const auto slot = std::make_shared<Slot<Piece>>(waker_);
    const bool admitted = core_.stream_pool.resume([slot, source] { slot->put(pull(*source)); });
    if (!admitted) co_return false;
    auto piece = slot->take();
    while (!piece) {
      co_await waker_->wait();
      piece = slot->take();
    }
    // what is promised cannot be taken back: the peer must see that the body broke off
    if (piece->failed || piece->bytes.size() > left) co_return false;
    if (piece->bytes.empty()) break;
    if (counted) left -= piece->bytes.size();
    const std::string framed = chunked ? format_chunk(piece->bytes) : std::move(piece->bytes);
    const bool written = co_await write_all(framed);
    if (!written) co_return false;
    if (counted && left == 0) co_return true;
  }
  if (counted) co_return left == 0;
  if (!chunked) co_return true;
  const bool written = co_await write_all(last_chunk);
  co_return written;
}

asio::awaitable<bool> Connection::write_stream(std::shared_ptr<OpenStream> open, bool chunked) {
  asio::co_spawn(executor_, watch_peer(shared_from_this(), open), asio::detached);
  bool alive = true;
  while (alive && !open->lost() && !open->ended()) {
    const std::string bytes = open->take();
    if (bytes.empty()) {
      co_await waker_->wait();
      continue;
    }
    const std::string framed = chunked ? format_chunk(bytes) : bytes;
    const bool written = co_await write_all(framed);
    alive = written;
    if (written) open->taken_was_written();
  }
  if (alive && chunked && open->ended() && !open->lost()) {
    const bool written = co_await write_all(last_chunk);
    alive = written;
  }
  // the watcher still reads: a goodbye that reads as well would mix with it
  stream_->shutdown_send();
  broken_ = true;
  stream_->close();
  co_return false;
}

/// A peer that has asked for a stream has nothing more to say: the end of its bytes is the end of the stream.
asio::awaitable<void> Connection::watch_peer(std::shared_ptr<Connection> self, std::shared_ptr<OpenStream> open) {
  std::string ignored(1024, '\0');
  for (;;) {
    const auto [failure, count] = co_await self->stream_->read_some(ignored);
    // a deadline that ended a stuck write ends this read too; the writer's own outcome decides then
    if (failure) break;
    static_cast<void>(count);
  }
  open->lose();
}

}  // namespace causeway::http
