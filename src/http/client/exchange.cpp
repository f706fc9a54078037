#include "causeway/http/client/exchange.hpp"

#include <poll.h>

namespace causeway::http {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

}  // namespace

Exchange::Exchange(Transport& transport, const Patience& patience, const ResponseSink& sink, Answering answering)
    : transport_(transport), patience_(patience), parser_(answering, sink) {}

bool Exchange::reusable() const {
  return all_sent_ && parser_.keep_alive() && in_.empty() && !peer_ended_ && !send_failed_;
}

Result<void> Exchange::run(std::string_view head, ClientRequest& request) {
  TRY_VOID(send(head, request));
  return receive();
}

Result<void> Exchange::send(std::string_view head, ClientRequest& request) {
  if (request.source) {
    TRY_VOID(push(head));
    return send_source(*request.source);
  }
  if (request.body.size() < piece_size) return push(std::string(head) + request.body);
  TRY_VOID(push(head));
  return push(request.body);
}

Result<void> Exchange::send_source(BodySource& source) {
  const auto length = source.length();
  std::uint64_t left = length.value_or(UINT64_MAX);
  std::string piece(piece_size, '\0');
  while (left > 0) {
    TRY_VOID(absorb());
    if (sending_is_over()) {
      all_sent_ = false;
      return {};
    }
    took_from_source_ = true;
    TRY(const std::size_t count, source.read(piece));
    if (count == 0) break;
    if (count > left) return failed(Code::internal, "http.source_length", "The upload is longer than was announced.");
    if (length) left -= count;
    const std::string_view bytes(piece.data(), count);
    TRY_VOID(push(length ? std::string(bytes) : fmt::format("{:x}\r\n{}\r\n", count, bytes)));
  }
  if (length && left > 0)
    return failed(Code::internal, "http.source_length", "The upload ended before the announced length.");
  if (!length) TRY_VOID(push("0\r\n\r\n"));
  return {};
}

Result<void> Exchange::push(std::string_view bytes) {
  while (!bytes.empty() && !sending_is_over()) {
    const auto moved = transport_.try_write(bytes);
    if (moved.state == Transport::State::moved) {
      wrote_anything_ = true;
      bytes.remove_prefix(moved.count);
      TRY_VOID(patience_.check());
      continue;
    }
    if (moved.state == Transport::State::broken || moved.state == Transport::State::ended) {
      // the peer may have answered before it closed: what it said is still to be read
      send_failed_ = true;
      return {};
    }
    const short wanted = moved.state == Transport::State::wants_write ? POLLIN | POLLOUT : POLLIN;
    TRY(const short ready, patience_.wait(transport_.fd(), wanted));
    if ((ready & POLLIN) != 0) TRY_VOID(absorb());
  }
  all_sent_ = bytes.empty();
  return {};
}

Result<Transport::State> Exchange::absorb() {
  const std::size_t old = in_.size();
  in_.resize(old + piece_size);
  const auto moved = transport_.try_read(std::span<char>(in_.data() + old, piece_size));
  in_.resize(old + moved.count);
  if (moved.state == Transport::State::ended || moved.state == Transport::State::broken) peer_ended_ = true;
  if (moved.count > 0) {
    answer_began_ = true;
    TRY(const std::size_t used, parser_.take(in_));
    in_.erase(0, used);
  }
  return moved.state;
}

Result<void> Exchange::receive() {
  while (!parser_.done()) TRY_VOID(receive_more());
  return {};
}

Result<void> Exchange::receive_more() {
  TRY_VOID(patience_.check());
  TRY(const auto state, absorb());
  switch (state) {
    case Transport::State::moved:
      return {};
    case Transport::State::wants_read:
      TRY_VOID(patience_.wait(transport_.fd(), POLLIN));
      return {};
    case Transport::State::wants_write:
      TRY_VOID(patience_.wait(transport_.fd(), POLLOUT));
      return {};
    case Transport::State::ended:
      return parser_.take_end();
    case Transport::State::broken:
      return failed(Code::unavailable, "http.broken", "The connection broke: {}.", transport_.trouble());
  }
  return {};
}

}  // namespace causeway::http
