#include "causeway/http/client/response_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>

namespace causeway::http {
namespace {

namespace beast = boost::beast;
using beast::error_code;

constexpr std::uint32_t max_head = 256 * 1024;

}  // namespace

struct ResponseParser::Impl final : beast::http::basic_parser<false> {
  Impl(const ResponseSink& where, bool may_switch) : sink(where), final_101(may_switch) {}

  const ResponseSink& sink;
  const bool final_101;
  Response head;
  int status = 0;
  bool head_given = false;
  std::optional<Error> refusal;

  bool informational() const { return status < 200 && !(final_101 && status == 101); }

  void on_request_impl(beast::http::verb, beast::string_view, beast::string_view, int, error_code&) override {}
  void on_response_impl(int code, beast::string_view, int, error_code&) override { head.status = status = code; }
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value, error_code&) override {
    if (!head_given) head.headers.add(std::string(name), std::string(value));
  }
  void on_header_impl(error_code& failure) override {
    head_given = true;
    if (!informational()) note(sink.head(std::move(head)), failure);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view bytes, error_code& failure) override { return give(bytes, failure); }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, error_code& failure) override {
    return give(bytes, failure);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t give(beast::string_view bytes, error_code& failure) {
    note(sink.piece(std::string_view(bytes.data(), bytes.size())), failure);
    return bytes.size();
  }
  void note(Result<void> outcome, error_code& failure) {
    if (outcome) return;
    refusal = std::move(outcome).error();
    failure = beast::http::error::end_of_stream;  // any error makes Beast stop; the refusal says what it was
  }
};

ResponseParser::ResponseParser(Answering answering, const ResponseSink& sink) : answering_(answering), sink_(sink) {
  begin();
}
ResponseParser::~ResponseParser() = default;

void ResponseParser::begin() {
  impl_ = std::make_unique<Impl>(sink_, answering_ == Answering::upgrade);
  impl_->header_limit(max_head);
  impl_->body_limit(boost::none);
  impl_->eager(true);
  impl_->skip(answering_ == Answering::head);
}

Result<std::size_t> ResponseParser::take(std::string_view bytes) {
  std::size_t used = 0;
  while (!impl_->is_done() && used < bytes.size()) {
    error_code failure;
    used += impl_->put(boost::asio::const_buffer(bytes.data() + used, bytes.size() - used), failure);
    if (impl_->refusal) return failed(*impl_->refusal);
    if (failure == beast::http::error::need_more) break;
    if (failure) return failed(Code::unavailable, "http.broken", "The answer is not HTTP: {}.", failure.message());
    if (impl_->is_done() && impl_->informational()) begin();
  }
  return used;
}

Result<void> ResponseParser::take_end() {
  error_code failure = beast::http::error::partial_message;
  if (impl_->got_some()) impl_->put_eof(failure);
  if (failure)
    return failed(Code::unavailable, "http.broken", "The peer closed the connection before the answer ended.");
  return {};
}

bool ResponseParser::head_done() const { return impl_->head_given && !impl_->refusal; }
bool ResponseParser::done() const { return impl_->is_done(); }
bool ResponseParser::keep_alive() const { return impl_->is_done() && impl_->keep_alive(); }

}  // namespace causeway::http
