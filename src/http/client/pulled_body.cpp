#include "causeway/http/client/pulled_body.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace causeway::http {

PulledBody::PulledBody(std::unique_ptr<Transport> transport, Patience patience, bool head_request)
    : transport_(std::move(transport)),
      patience_(std::move(patience)),
      sink_{[this](Response head) -> Result<void> {
              answer_ = std::move(head);
              return {};
            },
            [this](std::string_view piece) -> Result<void> {
              waiting_.append(piece);
              return {};
            }},
      exchange_(*transport_, patience_, sink_, head_request ? Answering::head : Answering::body) {}

Result<Response> PulledBody::begin(std::string_view head, ClientRequest& request) {
  TRY_VOID(exchange_.send(head, request));
  while (!exchange_.head_done()) TRY_VOID(exchange_.receive_more());
  const auto text = answer_.headers.get("Content-Length");
  std::uint64_t value = 0;
  const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (!text.empty() && trouble == std::errc{} && end == text.data() + text.size()) length_ = value;
  return std::move(answer_);
}

Result<std::size_t> PulledBody::read(std::span<char> into) {
  while (taken_ == waiting_.size() && !exchange_.done()) {
    waiting_.clear();
    taken_ = 0;
    TRY_VOID(exchange_.receive_more());
  }
  const auto count = std::min(into.size(), waiting_.size() - taken_);
  std::copy_n(waiting_.data() + taken_, count, into.data());
  taken_ += count;
  return count;
}

Result<std::string> read_all(BodySource& body, std::size_t most) {
  std::string out;
  std::array<char, 16 * 1024> piece;
  while (true) {
    TRY(const auto count, body.read(piece));
    if (count == 0) return out;
    out.append(piece.data(), std::min(count, most - std::min(most, out.size())));
  }
}

}  // namespace causeway::http
